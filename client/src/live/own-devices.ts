/** This page's own camera and microphone while they are open: each once, seen by the person alone until it is sent. */
import { DeviceError, type DeviceKind, openDevice } from "./devices";

interface Heard {
  /** What is open has changed; null when nothing is. */
  onChange(own: MediaStream | null): void;
  /** Unplugged, or taken back in the browser's own controls. */
  onEnded(kind: DeviceKind, track: MediaStreamTrack): void;
}

export class OwnDevices {
  readonly #open = new Map<DeviceKind, MediaStreamTrack>();
  readonly #heard: Heard;
  #closed = false;

  constructor(heard: Heard) {
    this.#heard = heard;
  }

  /** Throws DeviceError. A device that is open already stays as it is. */
  async open(kind: DeviceKind): Promise<void> {
    if (this.#open.get(kind)?.readyState === "live") return;
    const track = await openDevice(kind);
    if (this.#closed) {
      track.stop();
      throw new DeviceError(`${kind}_failed`);
    }
    this.#open.set(kind, track);
    // `stop` does not fire this.
    track.onended = () => this.#heard.onEnded(kind, track);
    this.#tell();
  }

  /** Lets go of a device: its light goes out. */
  release(kind: DeviceKind): void {
    const track = this.#open.get(kind);
    if (track === undefined) return;
    track.onended = null;
    track.stop();
    this.#open.delete(kind);
    this.#tell();
  }

  holds(kind: DeviceKind, track: MediaStreamTrack): boolean {
    return this.#open.get(kind) === track;
  }

  /** Those of these kinds that are open. */
  tracks(kinds: ReadonlySet<DeviceKind>): Map<DeviceKind, MediaStreamTrack> {
    return new Map([...this.#open].filter(([kind]) => kinds.has(kind)));
  }

  /** Lets go of all, and of what is still being opened once it is. */
  close(): void {
    this.#closed = true;
    for (const kind of [...this.#open.keys()]) this.release(kind);
  }

  #tell(): void {
    const tracks = [...this.#open.values()];
    this.#heard.onChange(tracks.length > 0 ? new MediaStream(tracks) : null);
  }
}
