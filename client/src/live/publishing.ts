/**
 * The connection on which this page sends: the browser offers, the server answers.
 *
 * A device that is switched off makes its line `inactive`; the line is never stopped, because a
 * rejected line stays in the bundle and breaks every later offer. The server lists a track only while
 * its line is active, so a muted microphone is a track that is not there.
 */

import type { DeviceKind } from "./devices";
import type { MediaTrackInfo, Signalling } from "./media-frames";

const VIDEO_BITS_PER_S = 600_000;
const VIDEO_FRAMES_PER_S = 24;

export class Publishing {
  readonly #pc: RTCPeerConnection;
  readonly #signalling: Signalling;
  readonly #lines = new Map<DeviceKind, RTCRtpTransceiver>();
  #own: readonly MediaTrackInfo[] = [];

  constructor(signalling: Signalling, iceServers: RTCIceServer[], onState: (state: RTCPeerConnectionState) => void) {
    this.#signalling = signalling;
    this.#pc = new RTCPeerConnection({ iceServers, bundlePolicy: "max-bundle" });
    this.#pc.onconnectionstatechange = () => onState(this.#pc.connectionState);
  }

  /** What the server took at the last offer. */
  get own(): readonly MediaTrackInfo[] {
    return this.#own;
  }

  get connection(): RTCPeerConnection {
    return this.#pc;
  }

  /** Sends exactly these tracks from now on. Rejects when the server does not answer the offer. */
  async send(tracks: ReadonlyMap<DeviceKind, MediaStreamTrack>): Promise<void> {
    for (const kind of ["microphone", "camera"] as const) {
      await this.#setLine(kind, tracks.get(kind) ?? null);
    }
    if (this.#lines.size === 0) return;
    await this.#pc.setLocalDescription();
    const sdp = this.#pc.localDescription?.sdp ?? "";
    const reply = await this.#signalling.request({ type: "media.publish", sdp });
    await this.#pc.setRemoteDescription({ type: "answer", sdp: reply.sdp });
    this.#own = reply.tracks;
  }

  async #setLine(kind: DeviceKind, track: MediaStreamTrack | null): Promise<void> {
    const line = this.#lines.get(kind);
    if (line !== undefined) {
      await line.sender.replaceTrack(track);
      line.direction = track === null ? "inactive" : "sendonly";
    } else if (track !== null) {
      const encoding: RTCRtpEncodingParameters =
        kind === "camera" ? { maxBitrate: VIDEO_BITS_PER_S, maxFramerate: VIDEO_FRAMES_PER_S } : {};
      const added = this.#pc.addTransceiver(track, { direction: "sendonly", sendEncodings: [encoding] });
      this.#lines.set(kind, added);
      if (kind === "camera") await preferMotion(added.sender);
    }
  }

  close(): void {
    this.#pc.onconnectionstatechange = null;
    this.#pc.close();
  }
}

/** On a poor line a face that moves says more than one that is sharp. */
async function preferMotion(sender: RTCRtpSender): Promise<void> {
  try {
    await sender.setParameters({ ...sender.getParameters(), degradationPreference: "maintain-framerate" });
  } catch {
    // A preference only; older browsers refuse to hear of it before the first offer.
  }
}
