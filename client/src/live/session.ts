/**
 * This page's part in a room's live sound and picture, without any interface.
 *
 * Two peer connections, one for each direction (`publishing`, `watching`). Both are made anew, never
 * patched up, when their path is lost or when the socket has come back: the server then knows nothing
 * of the old ones. The state is one immutable snapshot, in the form React's useSyncExternalStore takes.
 *
 * No outside host is ever asked: `iceServers` is empty unless the school's own server names one.
 */

import { type DeviceKind, deviceProblem } from "./devices";
import { type IceServerInfo, type MediaTrackInfo, type Signalling, codeOf } from "./media-frames";
import { ALL_OFF, type MediaState } from "./media-state";
import { OwnDevices } from "./own-devices";
import { Publishing } from "./publishing";
import { Retry } from "./retry";
import { arrange } from "./tiles";
import { Watching } from "./watching";

export interface MediaSessionOptions {
  signalling: Signalling;
  userId: string;
  /** What is published already, from `space.joined`. */
  tracks?: readonly MediaTrackInfo[];
  iceServers?: readonly IceServerInfo[];
  grants?: readonly string[];
}

const KIND_OF: Record<DeviceKind, "audio" | "video"> = { microphone: "audio", camera: "video" };
const DEVICES = ["microphone", "camera"] as const;
/** A path that is silent this long is given up for a new one; browsers themselves wait far longer. */
const INTERRUPTED_MS = 6_000;
type Direction = "publish" | "watch";

export class MediaSession {
  readonly #signalling: Signalling;
  readonly #userId: string;
  readonly #listeners = new Set<() => void>();
  readonly #unsubscribe: (() => void)[];
  readonly #devices = new OwnDevices({
    onChange: (own) => this.#set({ own }),
    onEnded: (kind, track) => void this.#inTurn("publish", () => this.#lost(kind, track)).catch(() => undefined),
  });
  readonly #sending = new Set<DeviceKind>();
  readonly #paused = new Set<string>();
  readonly #interrupted = new Set<Direction>();
  readonly #retries: Record<Direction, Retry> = {
    publish: new Retry(() => this.#inTurn("publish", () => this.#publishAnew()).catch(() => undefined)),
    watch: new Retry(() => this.#inTurn("watch", () => this.#watchAnew()).catch(() => undefined)),
  };
  /** One change at a time in each direction; waiting for leave to use the camera does not hold up watching. */
  readonly #queues: Record<Direction, Promise<unknown>> = { publish: Promise.resolve(), watch: Promise.resolve() };
  #iceServers: RTCIceServer[];
  #tracks: readonly MediaTrackInfo[];
  #publishing: Publishing | null = null;
  #watching: Watching | null = null;
  #closed = false;
  #mayWatch: boolean;
  /** Whether the person wants to see the others, also while they may not. */
  #wantsToWatch = false;
  /** What was being sent when the right to it was last taken away. */
  #cutOff: readonly DeviceKind[] = [];
  #state: MediaState = ALL_OFF;

  constructor({ signalling, userId, tracks = [], iceServers = [], grants = [] }: MediaSessionOptions) {
    this.#mayWatch = grants.includes("media:watch");
    this.#signalling = signalling;
    this.#userId = userId;
    this.#tracks = tracks;
    this.#iceServers = iceServers.map(toRtc);
    this.#unsubscribe = [
      signalling.on("space.joined", (frame) => {
        this.#permitted(frame.grants);
        this.#rejoined(frame.tracks, frame.ice_servers);
      }),
      signalling.on("access.update", (frame) => this.#permitted(frame.grants)),
      signalling.on("media.tracks", (frame) => this.#listed(frame.tracks)),
      signalling.on("media.speaker", (frame) => this.#set({ speaker: frame.user_id })),
      signalling.on("media.offer", (frame) => {
        this.#watching?.answer(frame).catch(() => this.#retry("watch"));
      }),
      signalling.on("error", (frame) => {
        if (frame.code === "media_failed" && (frame.ref ?? null) === null) this.#retry("watch");
      }),
    ];
  }

  // --- the store ---

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly getSnapshot = (): MediaState => this.#state;

  #set(change: Partial<MediaState>): void {
    const next = { ...this.#state, ...change, interrupted: this.#interrupted.size > 0 };
    next.tiles = arrange(this.#state.tiles, {
      tracks: next.watching ? this.#tracks : [],
      ownUserId: this.#userId,
      speaker: next.speaker,
      paused: this.#paused,
      receiver: (id) => this.#watching?.receiver(id) ?? null,
    });
    const keys = Object.keys(next) as (keyof MediaState)[];
    if (keys.every((key) => next[key] === this.#state[key])) return;
    this.#state = next;
    for (const listener of [...this.#listeners]) listener();
  }

  // --- what the interface does ---

  /**
   * Opens devices (both, unless named) for the person alone, before anything is sent; both stay off for the
   * others. What cannot be opened is left out and named in `problem`. Resolves to what there is.
   */
  preview(kinds: readonly DeviceKind[] = DEVICES): Promise<MediaStream | null> {
    return this.#inTurn("publish", async () => {
      for (const kind of kinds) {
        try {
          await this.#devices.open(kind);
        } catch (error) {
          this.#set({ problem: deviceProblem(error, kind) });
        }
      }
      return this.#state.own;
    });
  }

  /** Closes what `preview` opened and is not being sent. The camera's light goes out. */
  endPreview(): Promise<void> {
    return this.#inTurn("publish", async () => {
      for (const kind of DEVICES) if (!this.#sending.has(kind)) this.#devices.release(kind);
    });
  }

  /** Throws DeviceError, or an Error whose message is the MediaProblem; the state has it too. */
  setMicrophone(on: boolean): Promise<void> {
    return this.#inTurn("publish", () => this.#switch("microphone", on));
  }

  /** As setMicrophone. */
  setCamera(on: boolean): Promise<void> {
    return this.#inTurn("publish", () => this.#switch("camera", on));
  }

  /** Starts or stops receiving the others. */
  watch(on: boolean): Promise<void> {
    this.#wantsToWatch = on;
    if (on && !this.#mayWatch) return Promise.resolve();
    return this.#inTurn("watch", () => (on ? this.#startWatching() : this.#stopWatching()));
  }

  /** Sends again what was being sent when the right to it was taken away: the reason is over. */
  async resume(): Promise<void> {
    const kinds = this.#cutOff;
    this.#cutOff = [];
    for (const kind of kinds) await this.#inTurn("publish", () => this.#switch(kind, true)).catch(() => undefined);
  }

  /** Stops receiving one track for now (a hidden tile, a poor line), or starts again. */
  pause(trackId: string, paused: boolean): void {
    if (paused === this.#paused.has(trackId)) return;
    if (paused) this.#paused.add(trackId);
    else this.#paused.delete(trackId);
    this.#watching?.pause(trackId, paused);
    this.#set({});
  }

  /** Ends everything and lets go of the devices. The session cannot be used again. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    this.#settled("publish");
    this.#settled("watch");
    this.#dropPublishing();
    this.#watching?.close();
    this.#watching = null;
    this.#sending.clear();
    this.#tracks = [];
    this.#devices.close();
    this.#set({ microphone: "off", camera: "off", watching: false, speaker: null });
    this.#listeners.clear();
  }

  // --- devices ---

  async #lost(kind: DeviceKind, track: MediaStreamTrack): Promise<void> {
    if (!this.#devices.holds(kind, track)) return;
    this.#set({ problem: `${kind}_missing` });
    await this.#switch(kind, false);
  }

  async #switch(kind: DeviceKind, on: boolean): Promise<void> {
    if (this.#closed || on === this.#sending.has(kind)) {
      if (!on) this.#devices.release(kind);
      return;
    }
    if (!on) {
      // Dark and silent first: what the server still has to say about it can wait.
      this.#sending.delete(kind);
      this.#devices.release(kind);
      this.#set({ [kind]: "off" });
      await this.#publish();
      return;
    }
    this.#set({ [kind]: "starting", problem: null });
    try {
      await this.#devices.open(kind);
    } catch (error) {
      this.#set({ [kind]: "off", problem: deviceProblem(error, kind) });
      throw error;
    }
    this.#sending.add(kind);
    await this.#publish();
    if (!this.#sending.has(kind)) throw new Error(`${kind}_refused`);
  }

  // --- sending ---

  /** Brings the server up to date with what is to be sent; retries by itself when that fails. */
  async #publish(): Promise<void> {
    if (this.#closed || (this.#sending.size === 0 && this.#publishing === null)) return;
    this.#publishing ??= this.#connectPublishing();
    const publishing = this.#publishing;
    const tracks = this.#devices.tracks(this.#sending);
    try {
      await publishing.send(tracks);
    } catch (error) {
      if (publishing !== this.#publishing) return;
      this.#dropPublishing();
      if (codeOf(error) === "not_allowed") this.#refused([...this.#sending]);
      else this.#retry("publish");
      return;
    }
    if (publishing !== this.#publishing) return;
    this.#refused([...this.#sending].filter((kind) => !publishing.own.some((track) => track.kind === KIND_OF[kind])));
    for (const kind of this.#sending) this.#set({ [kind]: "on" });
  }

  #connectPublishing(): Publishing {
    const publishing = new Publishing(this.#signalling, this.#iceServers, (state) => {
      if (publishing === this.#publishing) this.#connectionIs("publish", state);
    });
    return publishing;
  }

  async #publishAnew(): Promise<void> {
    this.#dropPublishing();
    await this.#publish();
  }

  #dropPublishing(): void {
    this.#publishing?.close();
    this.#publishing = null;
  }

  #refused(kinds: readonly DeviceKind[]): void {
    for (const kind of kinds) {
      this.#sending.delete(kind);
      this.#devices.release(kind);
      this.#set({ [kind]: "off", problem: `${kind}_refused` });
    }
  }

  // --- receiving ---

  async #startWatching(): Promise<void> {
    if (this.#closed) return;
    this.#watching?.close();
    const watching = new Watching(
      this.#signalling,
      this.#iceServers,
      this.#paused,
      (state) => {
        if (watching === this.#watching) this.#connectionIs("watch", state);
      },
      () => this.#set({}),
    );
    this.#watching = watching;
    this.#set({ watching: true });
    try {
      await this.#signalling.request({ type: "media.watch", on: true });
      // With nobody to watch there is no connection that could say it works.
      if (this.#state.tiles.length === 0) this.#settled("watch");
    } catch (error) {
      if (watching !== this.#watching) return;
      if (codeOf(error) === "not_allowed") await this.#stopWatching();
      else this.#retry("watch");
    }
  }

  async #watchAnew(): Promise<void> {
    if (this.#watching !== null) await this.#startWatching();
  }

  async #stopWatching(): Promise<void> {
    if (this.#watching === null) return;
    this.#watching.close();
    this.#watching = null;
    this.#paused.clear();
    this.#settled("watch");
    this.#set({ watching: false });
    // A lost socket has ended it on the server already.
    await this.#signalling.request({ type: "media.watch", on: false }).catch(() => undefined);
  }

  // --- what the server and the network do ---

  /** What this person may do has changed: the server has ended what they may not, here it goes dark as well. */
  #permitted(grants: readonly string[]): void {
    const couldWatch = this.#mayWatch;
    this.#mayWatch = grants.includes("media:watch");
    if (couldWatch && !this.#mayWatch) void this.#inTurn("watch", () => this.#stopWatching());
    if (!couldWatch && this.#mayWatch && this.#wantsToWatch) void this.#inTurn("watch", () => this.#startWatching());
    const lost = DEVICES.filter((kind) => this.#sending.has(kind) && !grants.includes(`media:publish.${KIND_OF[kind]}`));
    if (lost.length === 0) return;
    this.#cutOff = lost;
    for (const kind of lost) {
      this.#sending.delete(kind);
      this.#devices.release(kind);
      this.#set({ [kind]: "off" });
    }
    void this.#inTurn("publish", () => this.#publish()).catch(() => undefined);
  }

  #listed(tracks: readonly MediaTrackInfo[]): void {
    this.#tracks = tracks;
    this.#set({});
    // An own track that is gone without having been switched off: the path was lost, or the right.
    // A new offer tells which.
    const publishing = this.#publishing;
    void this.#inTurn("publish", async () => {
      if (publishing === null || publishing !== this.#publishing || this.#sending.size === 0) return;
      const listed = new Set(this.#tracks.map((track) => track.id));
      if (!publishing.own.every((track) => listed.has(track.id))) await this.#publishAnew();
    }).catch(() => undefined);
  }

  #rejoined(tracks: readonly MediaTrackInfo[], iceServers: readonly IceServerInfo[]): void {
    this.#tracks = tracks;
    this.#iceServers = iceServers.map(toRtc);
    this.#set({ speaker: null });
    this.#settled("publish");
    this.#settled("watch");
    void this.#inTurn("publish", () => this.#publishAnew()).catch(() => undefined);
    void this.#inTurn("watch", () => this.#watchAnew()).catch(() => undefined);
  }

  #connectionIs(direction: Direction, state: RTCPeerConnectionState): void {
    if (state === "connected") this.#settled(direction);
    else if (state === "disconnected") this.#retries[direction].plan(INTERRUPTED_MS);
    else if (state === "failed" || state === "closed") this.#retry(direction);
  }

  /** Makes a direction's connection anew, later each time it fails. */
  #retry(direction: Direction): void {
    if (this.#closed) return;
    if (direction === "publish" && this.#sending.size === 0) {
      // Nothing to send: the next camera or microphone makes its own connection.
      this.#dropPublishing();
      this.#settled("publish");
      return;
    }
    this.#interrupted.add(direction);
    this.#retries[direction].plan();
    this.#set({});
  }

  #settled(direction: Direction): void {
    this.#retries[direction].reset();
    this.#interrupted.delete(direction);
    this.#set({});
  }

  #inTurn<T>(direction: Direction, work: () => Promise<T>): Promise<T> {
    const done = this.#queues[direction].then(work);
    this.#queues[direction] = done.catch(() => undefined);
    return done;
  }
}

function toRtc(server: IceServerInfo): RTCIceServer {
  return { urls: [...server.urls], username: server.username ?? "", credential: server.credential ?? "" };
}
