/**
 * The connection on which this page receives: the server offers, the browser answers.
 *
 * Every offer names the tracks it carries by line (`mid`). A line stays bound to its track while the
 * publisher is there, muted or not, so what is to be shown is: the room's list of tracks, and for each
 * the receiver of its line.
 */

import type { MediaOfferFrame, MediaTrackInfo, Signalling } from "./media-frames";

export class Watching {
  readonly #signalling: Signalling;
  readonly #iceServers: RTCIceServer[];
  readonly #onState: (state: RTCPeerConnectionState) => void;
  readonly #onTracks: () => void;
  readonly #paused = new Set<string>();
  #pc: RTCPeerConnection | null = null;
  #remoteFingerprint = "";
  #tracks: readonly MediaTrackInfo[] = [];
  #queue: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(
    signalling: Signalling,
    iceServers: RTCIceServer[],
    paused: Iterable<string>,
    onState: (state: RTCPeerConnectionState) => void,
    onTracks: () => void,
  ) {
    this.#signalling = signalling;
    this.#iceServers = iceServers;
    this.#onState = onState;
    this.#onTracks = onTracks;
    for (const id of paused) this.#paused.add(id);
  }

  get connection(): RTCPeerConnection | null {
    return this.#pc;
  }

  /** The received track of a published one; null until the server has offered it. */
  receiver(trackId: string): MediaStreamTrack | null {
    const mid = this.#tracks.find((track) => track.id === trackId)?.mid;
    if (mid === undefined || mid === null) return null;
    const line = this.#pc?.getTransceivers().find((transceiver) => transceiver.mid === mid);
    return line?.receiver.track ?? null;
  }

  /** Answers an offer, after those that came before it. Rejects when the browser cannot use it. */
  answer(offer: MediaOfferFrame): Promise<void> {
    const done = this.#queue.then(() => this.#answer(offer));
    this.#queue = done.catch(() => undefined);
    return done;
  }

  async #answer(offer: MediaOfferFrame): Promise<void> {
    if (this.#closed) return;
    // Another certificate is another connection of the server's, and wants a fresh one here.
    const fingerprint = /^a=fingerprint:(.*)$/m.exec(offer.sdp)?.[1]?.trim() ?? "";
    if (this.#pc === null || fingerprint !== this.#remoteFingerprint) this.#open(fingerprint);
    const pc = this.#pc;
    if (pc === null) return;
    await pc.setRemoteDescription({ type: "offer", sdp: offer.sdp });
    await pc.setLocalDescription();
    if (this.#closed || pc !== this.#pc) return;
    this.#tracks = offer.tracks;
    this.#signalling.send({ type: "media.answer", offer_id: offer.offer_id, sdp: pc.localDescription?.sdp ?? "" });
    for (const { id } of offer.tracks) {
      if (this.#paused.has(id)) this.#signalling.send({ type: "media.pause", track_id: id, paused: true });
    }
    this.#onTracks();
  }

  #open(fingerprint: string): void {
    this.#shut();
    this.#remoteFingerprint = fingerprint;
    const pc = new RTCPeerConnection({ iceServers: this.#iceServers, bundlePolicy: "max-bundle" });
    this.#pc = pc;
    pc.onconnectionstatechange = () => this.#onState(pc.connectionState);
    pc.ontrack = ({ track }) => {
      track.onmute = this.#onTracks;
      track.onunmute = this.#onTracks;
      this.#onTracks();
    };
  }

  pause(trackId: string, paused: boolean): void {
    if (paused) this.#paused.add(trackId);
    else this.#paused.delete(trackId);
    this.#signalling.send({ type: "media.pause", track_id: trackId, paused });
  }

  #shut(): void {
    if (this.#pc === null) return;
    this.#pc.onconnectionstatechange = null;
    this.#pc.ontrack = null;
    this.#pc.close();
    this.#pc = null;
    this.#tracks = [];
  }

  close(): void {
    this.#closed = true;
    this.#shut();
  }
}
