/**
 * A space as this page lives in it: joins, posts, opens boards, and puts everything right after a break.
 *
 * The connection brings frames, `reduce` says what they mean, and the room does what neither may: join
 * again with the last `seq`, open the board again, send what was not acknowledged.
 */
import { Connection, codeOf, type ConnectionOptions } from "./connection";
import type { ReplyTo, RequestFrame, SentFrame, ServerFrame, ServerFrameOf, ServerFrameType } from "./frames";
import { olderMessages } from "./chat-calls";
import { inNameOf } from "./devices/known";
import { Outbox } from "./outbox";
import { hasGap, initialState, isBehind, reduce, type SpaceEvent, type SpaceState } from "./state";
import { goesOnFrom } from "./story";

/** How long a missing message may take to come by itself. */
const GAP_PATIENCE_MS = 3_000;
const TOO_FAST_PAUSE_MS = 2_000;
/** Shorter than the 5 seconds after which the server takes somebody for having stopped. */
const WRITING_EVERY_MS = 3_000;
/** Of a group: the student is in another one now, or it is there no more. The space itself may still be theirs. */
const TURNED_AWAY: ReadonlySet<string> = new Set(["other_group", "not_found"]);
/** A message ends its writer's writing once it is stored; what is said before that would end with it. */
const AFTER_POST_MS = 1_000;

export interface BoardTransport {
  send(data: Uint8Array): void;
  onMessage(listener: (data: Uint8Array) => void): () => void;
  onStatus(listener: (status: "open" | "closed") => void): () => void;
  onLeave(listener: () => void): () => void;
}

/** What the media session needs of the room. */
export interface LiveChannel {
  request<T extends RequestFrame>(frame: T): Promise<ReplyTo<T>>;
  send(frame: SentFrame): void;
  on<T extends ServerFrameType>(type: T, listener: (frame: ServerFrameOf<T>) => void): () => void;
}

export interface RoomOptions {
  /** The space itself, never one of its groups. */
  spaceId: string;
  userId: string;
  connection: ConnectionOptions;
  outbox?: Outbox;
  newId?: () => string;
}

export class Room {
  readonly connection: Connection;
  readonly channel: LiveChannel;
  private state: SpaceState;
  private readonly listeners = new Set<() => void>();
  private readonly boardListeners = new Set<(status: "open" | "closed") => void>();
  private readonly leaveListeners = new Set<() => void>();
  private outbox: Outbox;
  private boardId: string | undefined;
  private isBoardOpen = false;
  private isPosting = false;
  /** The page has left one room of the space and is not in the other yet. */
  private isOnTheWay = false;
  private writingQuietUntil = 0;
  private gapTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly options: RoomOptions) {
    this.outbox = options.outbox ?? new Outbox(options.userId, options.spaceId);
    this.state = initialState(this.outbox.load(), options.spaceId);
    const connection = new Connection(options.connection);
    this.connection = connection;
    this.channel = {
      request: (frame) => connection.request(inNameOf(frame, this.state.devices.acting)),
      send: (frame) => connection.send(inNameOf(frame, this.state.devices.acting)),
      on: (type, listener) => connection.on(type, listener),
    };
    connection.onFrame((frame) => this.hear(frame));
    connection.onStatus((status) => {
      if (status.phase === "open") return void this.join();
      this.setBoardOpen(false);
      if (status.phase === "connecting") this.apply({ type: "line", line: this.state.space ? "down" : "connecting" });
      if (status.phase === "waiting") this.apply({ type: "line", line: "down", retryAt: status.retryAt });
      if (status.phase === "closed" && !this.leaveGroup(status.reason))
        this.apply({ type: "line", line: "closed", reason: status.reason });
    });
  }

  start(): void {
    this.connection.start();
  }

  stop(): void {
    clearTimeout(this.gapTimer);
    this.connection.stop();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };

  readonly getSnapshot = (): SpaceState => this.state;

  /** Go into a group of the space, or back, over the same line. What was not sent stays with the room it is for. */
  moveTo(spaceId: string): void {
    if (spaceId === this.state.at || this.state.line === "closed") return;
    for (const listener of [...this.leaveListeners]) listener();
    this.enter(spaceId);
    if (this.connection.isOpen) void this.join();
  }

  /** Write a message. It is kept until the server has stored it, over breaks and reloads. */
  post(text: string, replyTo?: string): void {
    const clientId = (this.options.newId ?? newId)();
    this.apply({
      type: "pending",
      action: "written",
      message: { clientId, text, replyTo, writtenAt: Date.now(), state: "waiting", asId: this.state.devices.acting },
    });
    this.writingQuietUntil = Date.now() + AFTER_POST_MS;
    void this.postWaiting();
  }

  /** Something is being written: the others are told now and then, if there are any. */
  noteWriting(): void {
    if (this.state.people.size < 2 || this.state.line !== "joined" || Date.now() < this.writingQuietUntil) return;
    this.writingQuietUntil = Date.now() + WRITING_EVERY_MS;
    this.channel.send({ type: "chat.typing", as_id: null });
  }

  /** Another one of those at this device writes, answers and raises a hand from now on. */
  actAs(userId: string): void {
    this.apply({ type: "acting", as: userId });
  }

  postAgain(clientId: string): void {
    this.apply({ type: "pending", action: "again", clientId });
    void this.postWaiting();
  }

  discard(clientId: string): void {
    this.apply({ type: "pending", action: "discarded", clientId });
  }

  /** Older messages than those shown, a part at a time. Returns whether there was anything to fetch. */
  async loadOlder(): Promise<boolean> {
    const before = this.state.fromSeq + 1;
    const { at, hasOlder } = this.state;
    if (!hasOlder) return false;
    const { messages, more } = await olderMessages(at, before);
    if (at !== this.state.at) return false;
    this.apply({ type: "older", before, messages, more });
    return true;
  }

  openBoard(boardId: string): void {
    if (boardId === this.boardId && this.isBoardOpen) return;
    this.boardId = boardId;
    this.setBoardOpen(false);
    void this.reopenBoard();
  }

  /** The binary half of the channel, as long as `boardId` is the open page. */
  boardTransport(boardId: string): BoardTransport {
    const isOpen = () => this.isBoardOpen && this.boardId === boardId;
    return {
      send: (data) => {
        if (isOpen()) this.connection.sendBinary(data);
      },
      onMessage: (listener) =>
        this.connection.onBinary((data) => {
          if (isOpen()) listener(data);
        }),
      onStatus: (listener) => {
        const heard = () => listener(isOpen() ? "open" : "closed");
        this.boardListeners.add(heard);
        if (isOpen()) listener("open");
        return () => void this.boardListeners.delete(heard);
      },
      onLeave: (listener) => {
        this.leaveListeners.add(listener);
        return () => void this.leaveListeners.delete(listener);
      },
    };
  }

  private apply(event: SpaceEvent): void {
    const before = this.state;
    this.state = reduce(before, event);
    if (this.state === before) return;
    if (this.state.pending !== before.pending) this.outbox.save(this.state.pending);
    this.watchForGap();
    for (const listener of [...this.listeners]) listener();
  }

  private hear(frame: ServerFrame): void {
    // Until the page is in, what comes is still said in the room that it left.
    if (frame.type === "space.joined" ? frame.space.id !== this.state.at : this.isOnTheWay && frame.type !== "welcome") return;
    if (frame.type === "space.joined") this.isOnTheWay = false;
    this.apply({ type: "frame", frame });
    if (frame.type === "chat.history") void this.postWaiting();
    if (frame.type === "board.opened" && frame.board_id === this.boardId) this.setBoardOpen(true);
    if (frame.type === "error" && isOfBoard(frame)) {
      this.setBoardOpen(false);
      this.apply({ type: "board", action: frame.code === "board_read_only" ? "read-only" : "refused" });
      void this.reopenBoard();
    }
  }

  private enter(spaceId: string): void {
    this.outbox = this.outbox.of(spaceId);
    this.boardId = undefined;
    this.setBoardOpen(false);
    this.isOnTheWay = true;
    this.apply({ type: "moved", to: spaceId, pending: this.outbox.load() });
  }

  /** Closed because this group is not theirs (any more): back to the space. False: it was not that. */
  private leaveGroup(reason: string): boolean {
    const { at } = this.state;
    if (at === this.options.spaceId || !TURNED_AWAY.has(reason)) return false;
    this.apply({ type: "turned-away", from: at });
    this.enter(this.options.spaceId);
    this.connection.comeBack();
    return true;
  }

  private async join(): Promise<void> {
    const { at, space } = this.state;
    try {
      await this.connection.request({ type: "space.join", space_id: at, last_seq: space ? goesOnFrom(this.state) : null });
    } catch (error) {
      // A close frame says why, if it is for good; an answer that never came means a dead line.
      if (codeOf(error) !== "disconnected" && at === this.state.at) this.connection.restart();
      return;
    }
    if (at !== this.state.at) return;
    void this.reopenBoard();
    void this.postWaiting();
  }

  private async reopenBoard(): Promise<void> {
    if (!this.boardId || this.state.line !== "joined") return;
    try {
      await this.connection.request({ type: "board.open", board_id: this.boardId });
    } catch (error) {
      if (codeOf(error) === "timeout") this.connection.restart();
    }
  }

  /** One message at a time, so that they are stored in the order in which they were written. */
  private async postWaiting(): Promise<void> {
    if (this.isPosting) return;
    this.isPosting = true;
    try {
      for (;;) {
        const next = this.state.pending.find((message) => message.state === "waiting");
        // What the history brings was stored before the break: it need not be sent again.
        if (!next || this.state.line !== "joined" || isBehind(this.state)) return;
        try {
          await this.connection.request({
            type: "chat.post",
            client_id: next.clientId,
            text: next.text,
            reply_to: next.replyTo ?? null,
            as_id: next.asId ?? null,
          });
        } catch (error) {
          const code = codeOf(error);
          if (code === "disconnected") return;
          if (code === "timeout") return this.connection.restart();
          if (code === "too_fast" || code === "unavailable") await pause(TOO_FAST_PAUSE_MS);
          else this.apply({ type: "pending", action: "failed", clientId: next.clientId, failure: code });
        }
      }
    } finally {
      this.isPosting = false;
    }
  }

  private watchForGap(): void {
    if (!hasGap(this.state) || this.state.line !== "joined") {
      clearTimeout(this.gapTimer);
      this.gapTimer = undefined;
      return;
    }
    this.gapTimer ??= setTimeout(() => {
      this.gapTimer = undefined;
      if (hasGap(this.state)) this.connection.restart();
    }, GAP_PATIENCE_MS);
  }

  private setBoardOpen(isOpen: boolean): void {
    if (this.isBoardOpen === isOpen) return;
    this.isBoardOpen = isOpen;
    for (const listener of [...this.boardListeners]) listener(isOpen ? "open" : "closed");
  }
}

/** What was drawn is not taken: it broke a rule, or was in the name of somebody who is not at this device any more. */
function isOfBoard({ code, ref }: ServerFrameOf<"error">): boolean {
  return code === "board_refused" || code === "board_read_only" || (code === "not_allowed" && typeof ref !== "number");
}

function pause(durationMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, durationMs));
}

/** `crypto.randomUUID` asks for a secure page; a school's own server may be plain http on its network. */
export function newId(): string {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
