/**
 * One live connection to a space's channel, which comes back by itself.
 *
 * It knows sockets, requests and time, and nothing of chat, boards or media: those listen here. After
 * each `welcome` the listener of `onStatus` ("open") joins again; what to resend is its business.
 */
import { delayBefore, isFinal } from "./backoff";
import {
  CLOSE,
  PROTOCOL_VERSION,
  type ErrorCode,
  type ReplyTo,
  type RequestFrame,
  type SentFrame,
  type ServerFrame,
  type ServerFrameOf,
  type ServerFrameType,
} from "./frames";

export type ConnectionStatus =
  | { phase: "connecting" }
  | { phase: "open" }
  /** The line is down; the next try is at `retryAt` (milliseconds since the epoch). */
  | { phase: "waiting"; retryAt: number }
  /** Over until a person acts; `reason` is the server's stable code. */
  | { phase: "closed"; reason: string };

/** Why a request has no answer: the server's code, or what happened to the line. */
export class RequestFailed extends Error {
  constructor(readonly code: ErrorCode | "timeout" | "disconnected") {
    super(code);
    this.name = "RequestFailed";
  }
}

/** Why a request failed, as a stable code. */
export function codeOf(error: unknown): string {
  return error instanceof RequestFailed ? error.code : "unavailable";
}

export interface ConnectionOptions {
  url: string;
  openSocket?: (url: string) => WebSocket;
  random?: () => number;
  /**
   * Asked after a try that never reached `welcome`: a refused handshake says nothing to a browser, so
   * the page asks over HTTP. A code ends the connection; undefined means the line is just down.
   */
  whyRefused?: () => Promise<string | undefined>;
}

const WELCOME_TIMEOUT_MS = 12_000;
const REQUEST_TIMEOUT_MS = 10_000;
/** A connection that lived this long was a good one: the next wait starts small again. */
const STEADY_AFTER_MS = 10_000;
/** Who is sent from room to room waits no longer than after so many tries: a second or two. */
const COMING_BACK = 3;

interface Waiting {
  resolve(frame: ServerFrame): void;
  reject(reason: RequestFailed): void;
  timer: ReturnType<typeof setTimeout>;
}

type Listener<T> = (value: T) => void;

export class Connection {
  private socket: WebSocket | undefined;
  private status: ConnectionStatus = { phase: "connecting" };
  private attempt = 0;
  private lastRef = 0;
  private isStarted = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private steadyTimer: ReturnType<typeof setTimeout> | undefined;
  private readonly waiting = new Map<number, Waiting>();
  private readonly byType = new Map<ServerFrameType, Set<Listener<ServerFrame>>>();
  private readonly statusListeners = new Set<Listener<ConnectionStatus>>();
  private readonly frameListeners = new Set<Listener<ServerFrame>>();
  private readonly binaryListeners = new Set<Listener<Uint8Array>>();

  constructor(private readonly options: ConnectionOptions) {}

  start(): void {
    if (this.isStarted) return;
    this.isStarted = true;
    globalThis.addEventListener?.("online", this.onLineBack);
    globalThis.addEventListener?.("offline", this.onLineGone);
    globalThis.document?.addEventListener("visibilitychange", this.onVisible);
    this.open();
  }

  /** Leave for good; listeners hear nothing more. */
  stop(): void {
    this.isStarted = false;
    globalThis.removeEventListener?.("online", this.onLineBack);
    globalThis.removeEventListener?.("offline", this.onLineGone);
    globalThis.document?.removeEventListener("visibilitychange", this.onVisible);
    clearTimeout(this.timer);
    this.drop(1000);
  }

  /** Do not wait for the timer: the person, or the device, says the line may be back. */
  retryNow(): void {
    if (!this.isStarted || this.status.phase !== "waiting") return;
    clearTimeout(this.timer);
    this.open();
  }

  /** Come back although the server closed for good: what it refused is not asked for any more. */
  comeBack(): void {
    if (!this.isStarted || this.status.phase !== "closed") return;
    this.attempt = Math.min(this.attempt, COMING_BACK);
    this.waitAfter(CLOSE.resync);
  }

  /** The line looks alive but answers are missing: start again, and be told what was missed. */
  restart(): void {
    if (!this.isStarted || !this.socket) return;
    this.drop(CLOSE.resync);
    this.waitAfter(CLOSE.resync);
  }

  get isOpen(): boolean {
    // A socket that the other end is closing takes nothing more, and says so in the console.
    return this.status.phase === "open" && this.socket?.readyState === 1;
  }

  /** Send a frame and wait for the reply that carries its `ref`. */
  request<T extends RequestFrame>(frame: T, timeoutMs = REQUEST_TIMEOUT_MS): Promise<ReplyTo<T>> {
    return new Promise<ReplyTo<T>>((resolve, reject) => {
      if (!this.isOpen) return reject(new RequestFailed("disconnected"));
      const ref = ++this.lastRef;
      const timer = setTimeout(() => {
        this.waiting.delete(ref);
        reject(new RequestFailed("timeout"));
      }, timeoutMs);
      this.waiting.set(ref, { resolve: (reply) => resolve(reply as ReplyTo<T>), reject, timer });
      this.socket?.send(JSON.stringify({ ...frame, ref }));
    });
  }

  /** Send a frame that has no reply. Lost when the line is down. */
  send(frame: SentFrame): void {
    if (this.isOpen) this.socket?.send(JSON.stringify(frame));
  }

  sendBinary(data: Uint8Array): void {
    if (this.isOpen) this.socket?.send(data as Uint8Array<ArrayBuffer>);
  }

  on<T extends ServerFrameType>(type: T, listener: Listener<ServerFrameOf<T>>): () => void {
    let listeners = this.byType.get(type);
    if (!listeners) this.byType.set(type, (listeners = new Set()));
    return added(listeners, listener as unknown as Listener<ServerFrame>);
  }

  onFrame(listener: Listener<ServerFrame>): () => void {
    return added(this.frameListeners, listener);
  }

  onBinary(listener: Listener<Uint8Array>): () => void {
    return added(this.binaryListeners, listener);
  }

  onStatus(listener: Listener<ConnectionStatus>): () => void {
    return added(this.statusListeners, listener);
  }

  private open(): void {
    this.setStatus({ phase: "connecting" });
    const socket = (this.options.openSocket ?? ((url) => new WebSocket(url)))(this.options.url);
    this.socket = socket;
    socket.binaryType = "arraybuffer";
    let isWelcome = false;
    this.timer = setTimeout(() => this.lose(socket, 1006, "", isWelcome), WELCOME_TIMEOUT_MS);

    socket.addEventListener("open", () => {
      if (socket === this.socket) socket.send(JSON.stringify({ type: "hello", protocol: PROTOCOL_VERSION }));
    });
    socket.addEventListener("message", ({ data }: MessageEvent<string | ArrayBuffer>) => {
      if (socket !== this.socket) return;
      if (typeof data !== "string") return tell(this.binaryListeners, new Uint8Array(data));
      const frame = JSON.parse(data) as ServerFrame;
      if (frame.type === "welcome" && !isWelcome) {
        isWelcome = true;
        clearTimeout(this.timer);
        this.steadyTimer = setTimeout(() => (this.attempt = 0), STEADY_AFTER_MS);
        this.hear(frame);
        this.setStatus({ phase: "open" });
        return;
      }
      this.hear(frame);
    });
    socket.addEventListener("close", ({ code, reason }) => this.lose(socket, code, reason, isWelcome));
  }

  private hear(frame: ServerFrame): void {
    tell(this.frameListeners, frame);
    const listeners = this.byType.get(frame.type);
    if (listeners) tell(listeners, frame);
    const ref = "ref" in frame ? frame.ref : undefined;
    const request = typeof ref === "number" ? this.waiting.get(ref) : undefined;
    if (typeof ref !== "number" || !request) return;
    this.waiting.delete(ref);
    clearTimeout(request.timer);
    if (frame.type === "error") request.reject(new RequestFailed(frame.code));
    else request.resolve(frame);
  }

  private lose(socket: WebSocket, code: number, reason: string, wasWelcome: boolean): void {
    if (socket !== this.socket || !this.isStarted) return;
    this.drop(1000);
    if (isFinal(code)) return this.setStatus({ phase: "closed", reason: reason || reasonOf(code) });
    this.waitAfter(code);
    if (wasWelcome || !this.options.whyRefused) return;
    void this.options.whyRefused().then((refusal) => {
      if (!refusal || !this.isStarted || this.status.phase === "open") return;
      clearTimeout(this.timer);
      this.drop(1000);
      this.setStatus({ phase: "closed", reason: refusal });
    });
  }

  private waitAfter(code: number): void {
    const delayMs = delayBefore(code, this.attempt++, (this.options.random ?? Math.random)());
    this.setStatus({ phase: "waiting", retryAt: Date.now() + delayMs });
    this.timer = setTimeout(() => this.open(), delayMs);
  }

  /** Forget the socket and fail what waits on it; its own close event is no longer ours. */
  private drop(code: number): void {
    const socket = this.socket;
    this.socket = undefined;
    clearTimeout(this.timer);
    clearTimeout(this.steadyTimer);
    for (const request of this.waiting.values()) {
      clearTimeout(request.timer);
      request.reject(new RequestFailed("disconnected"));
    }
    this.waiting.clear();
    if (socket && socket.readyState <= 1) socket.close(code === 1000 ? 1000 : code);
  }

  private setStatus(status: ConnectionStatus): void {
    this.status = status;
    tell(this.statusListeners, status);
  }

  private readonly onLineBack = () => this.retryNow();
  private readonly onLineGone = () => {
    if (!this.socket) return;
    this.drop(1000);
    this.waitAfter(1006);
  };
  private readonly onVisible = () => {
    if (document.visibilityState === "visible") this.retryNow();
  };
}

function reasonOf(code: number): string {
  switch (code) {
    case CLOSE.signedOut:
      return "signed_out";
    case CLOSE.wrongVersion:
      return "wrong_version";
    case CLOSE.accessLost:
      return "access_lost";
    case CLOSE.tooMany:
      return "too_many";
    default:
      return "bad_frame";
  }
}

function added<T>(listeners: Set<Listener<T>>, listener: Listener<T>): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

function tell<T>(listeners: Set<Listener<T>>, value: T): void {
  for (const listener of [...listeners]) listener(value);
}
