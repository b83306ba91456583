/**
 * Keeps this document and the server's the same, and carries cursors and strokes in the making.
 *
 * Own changes leave at most every 33 ms as one update; what arrives is applied once a frame in one
 * transaction. What the server has not stored yet is kept and sent again after a break, so work done
 * without a connection arrives later.
 */

import { uint32 } from "lib0/random";
import * as Y from "yjs";
import { Awareness, applyAwarenessUpdate, encodeAwarenessUpdate, removeAwarenessStates } from "y-protocols/awareness";
import { ID_LIMIT } from "./elements";
import { PAPER_LIMIT, type Point, clamp } from "./geometry";
import { LIVE_BYTES } from "./live";
import { Store } from "./store";
import { UnsavedUpdates, type Work } from "./unsaved";
import {
  type BoardTransport, EMPTY_UPDATE, type TransportStatus,
  awarenessFrame, inNameOf, liveFrame, readFrame, step1Frame, step2Frame, updateFrame,
} from "./wire";

const SEND_EVERY_MS = 33;
const CURSOR_EVERY_MS = 50;
/** An update that did not come back as stored by then is sent again. */
const ECHO_WITHIN_MS = 5_000;
const ECHO_AT_MOST_MS = 60_000;
/** A hidden page gets no frames; it still has to keep up. */
const APPLY_WITHIN_MS = 250;
const ASK_AGAIN_MS = 2_000;
const MAX_CURSORS = 200;

const REMOTE = Symbol("from the server");

export interface Connection {
  readonly open: boolean;
  /** The document has been filled from the server at least once. */
  readonly synced: boolean;
  /** Something done here is not stored on the server yet. */
  readonly hasUnsaved: boolean;
}

export interface Cursor extends Point {
  readonly userId: string;
}

export interface ProviderEvents {
  /** The document was replaced by a new one, after a refusal. */
  onDocument(doc: Y.Doc): void;
  onCursors(): void;
  onLive(userId: string, payload: Uint8Array): void;
}

export class BoardProvider {
  doc!: Y.Doc;
  /** What is changed here is nobody else's: it is neither sent nor kept. */
  isReadOnly = false;
  readonly connection = new Store<Connection>({ open: false, synced: false, hasUnsaved: false });
  readonly #transport: BoardTransport;
  readonly #events: ProviderEvents;
  readonly #unsaved = new UnsavedUpdates();
  #leave: (() => void)[] = [];
  #awareness!: Awareness;
  #arrived: Uint8Array[] = [];
  /** The server has spoken since the last "open": it takes what we send. */
  #answered = false;
  /** The server's answer to our state vector has come. */
  #whole = false;
  #cancelApply: (() => void) | undefined;
  #sendTimer: Timer | undefined;
  #cursorTimer: Timer | undefined;
  #echoTimer: Timer | undefined;
  #echoWait = ECHO_WITHIN_MS;
  #askedAt = -Infinity;
  /** Whose work is done here now, of those who share this device; undefined: of the one who signed in first. */
  #by: string | undefined;
  /** A client id belongs to one person for good: each here has one of their own. */
  readonly #clientIds = new Map<string | undefined, number>();

  constructor(transport: BoardTransport, events: ProviderEvents) {
    this.#transport = transport;
    this.#events = events;
    this.#begin();
  }

  /** Begin to listen; everything `events` needs has to be there. */
  connect(): void {
    const transport = this.#transport;
    const flushed = transport.onLeave?.(() => this.flush());
    this.#leave = [transport.onMessage(this.#receive), transport.onStatus(this.#onStatus), ...(flushed ? [flushed] : [])];
  }

  /** Forget everything here and take the server's document: it did not take what was done here. */
  reset(): void {
    this.#end();
    this.#begin();
    this.#events.onDocument(this.doc);
    if (this.connection.get().open) this.#sendStep1();
  }

  destroy(): void {
    for (const leave of this.#leave) leave();
    this.#end();
  }

  /** Another of those who share this device works here from now on; undefined: the one who signed in first. */
  writeAs(by: string | undefined): void {
    if (by === this.#by) return;
    this.#clientIds.set(this.#by, this.doc.clientID);
    this.#by = by;
    this.#takeClientId();
    this.#sendCursor();
  }

  /** Where everyone is; another one after `onDocument`. */
  get awareness(): Awareness {
    return this.#awareness;
  }

  /** Send what waits to be sent, at once: another page is about to be opened. */
  flush(): void {
    clearTimeout(this.#sendTimer);
    this.#send();
  }

  setCursor(at: Point | null): void {
    const old = cursorIn(this.#awareness.getLocalState());
    if (old?.x === at?.x && old?.y === at?.y) return;
    this.#awareness.setLocalStateField("cursor", at && { x: Math.round(at.x), y: Math.round(at.y) });
  }

  /** Where the others point. The server vouches for `user`; the rest is checked here. */
  cursors(): Cursor[] {
    const cursors: Cursor[] = [];
    for (const [client, state] of this.#awareness.getStates()) {
      if (client === this.#awareness.clientID || cursors.length >= MAX_CURSORS) continue;
      const at = cursorIn(state);
      const userId: unknown = state["user"];
      if (at && typeof userId === "string" && userId.length <= ID_LIMIT) cursors.push({ ...at, userId });
    }
    return cursors;
  }

  sendLive(payload: Uint8Array | undefined): void {
    if (payload && payload.length <= LIVE_BYTES && this.#answered) this.#transport.send(inNameOf(this.#by, liveFrame(payload)));
  }

  #begin(): void {
    this.doc = new Y.Doc();
    this.#awareness = new Awareness(this.doc);
    this.#awareness.setLocalState({ cursor: null });
    // Cursors stay with the first client id, which is that of the one who signed in.
    this.#clientIds.clear();
    this.#clientIds.set(undefined, this.doc.clientID);
    this.#takeClientId();
    this.#awareness.on("update", this.#onAwareness);
    this.doc.on("update", this.#onUpdate);
    this.connection.patch({ synced: false, hasUnsaved: false });
  }

  #takeClientId(): void {
    this.doc.clientID = this.#clientIds.get(this.#by) ?? uint32();
  }

  #end(): void {
    clearTimeout(this.#sendTimer);
    clearTimeout(this.#cursorTimer);
    clearTimeout(this.#echoTimer);
    this.#sendTimer = this.#cursorTimer = this.#echoTimer = undefined;
    this.#cancelApply?.();
    this.#cancelApply = undefined;
    this.#arrived = [];
    this.#answered = false;
    this.#whole = false;
    this.#unsaved.clear();
    this.#awareness.off("update", this.#onAwareness);
    this.doc.off("update", this.#onUpdate);
    this.doc.destroy();
  }

  #onStatus = (status: TransportStatus): void => {
    if (status === "refused") {
      this.reset();
      return;
    }
    const open = status === "open";
    this.connection.patch({ open });
    this.#answered = false;
    if (open) {
      this.#sendStep1();
      this.#sendCursor();
    } else {
      clearTimeout(this.#echoTimer);
      this.#echoTimer = undefined;
      const others = [...this.#awareness.getStates().keys()].filter((client) => client !== this.#awareness.clientID);
      removeAwarenessStates(this.#awareness, others, REMOTE);
    }
  };

  #sendStep1(): void {
    this.#askedAt = performance.now();
    this.#transport.send(step1Frame(Y.encodeStateVector(this.doc)));
  }

  #receive = (data: Uint8Array): void => {
    for (const message of readFrame(data)) {
      if (message.type === "step1") this.#answer(message.stateVector);
      else if (message.type === "update") this.#applySoon(message.update, message.answer);
      else if (message.type === "live") this.#events.onLive(message.userId, message.payload);
      else this.#receiveAwareness(message.update);
    }
  };

  /**
   * The server lacks at most what we keep as unsaved: that is the answer, cut to the size it takes. (The
   * usual answer, a diff of the document, repeats every deletion there ever was, and outgrows one update.)
   */
  #answer(stateVector: Uint8Array): void {
    try {
      this.#unsaved.storedClocks(stateVector);
    } catch {
      return;
    }
    this.#unsaved.sendAgain();
    const [first, ...others] = this.#unsaved.takeUnsent();
    this.#transport.send(inNameOf(first?.by, step2Frame(first?.update ?? EMPTY_UPDATE)));
    others.forEach(this.#sendWork);
    this.#answered = true;
    this.connection.patch({ open: true });
    this.#afterSaving();
  }

  #onUpdate = (update: Uint8Array, origin: unknown): void => {
    if (origin === REMOTE || this.isReadOnly) return;
    this.#unsaved.add(update, this.#by);
    this.connection.patch({ hasUnsaved: true });
    this.#sendTimer ??= setTimeout(this.#send, SEND_EVERY_MS);
  };

  #send = (): void => {
    this.#sendTimer = undefined;
    if (!this.#answered) return;
    this.#unsaved.takeUnsent().forEach(this.#sendWork);
    this.#expectEcho();
  };

  readonly #sendWork = ({ by, update }: Work): void => this.#transport.send(inNameOf(by, updateFrame(update)));

  #expectEcho(): void {
    if (this.#unsaved.isEmpty || !this.#answered) return;
    this.#echoTimer ??= setTimeout(() => {
      this.#echoTimer = undefined;
      this.#echoWait = Math.min(this.#echoWait * 2, ECHO_AT_MOST_MS);
      this.#unsaved.sendAgain();
      this.#send();
    }, this.#echoWait);
  }

  #afterSaving(): void {
    clearTimeout(this.#echoTimer);
    this.#echoTimer = undefined;
    if (this.#unsaved.isEmpty) this.#echoWait = ECHO_WITHIN_MS;
    this.connection.patch({ hasUnsaved: !this.#unsaved.isEmpty });
    this.#expectEcho();
  }

  #applySoon(update: Uint8Array, isAnswer: boolean): void {
    this.#arrived.push(update);
    this.#whole ||= isAnswer;
    if (isAnswer && !this.#answered) {
      // The server asks once, when the board is opened; a page that loads slowly may not have heard it.
      this.#answered = true;
      this.#unsaved.sendAgain();
      this.#send();
    }
    this.#cancelApply ??= soon(this.#apply);
  }

  #apply = (): void => {
    this.#cancelApply = undefined;
    const updates = this.#arrived;
    this.#arrived = [];
    const waiting = !this.#unsaved.isEmpty;
    let broken = false;
    // Not `doc.transact`: that would count the whole batch as work of this page.
    Y.transact(this.doc, () => {
      for (const update of updates) {
        try {
          Y.applyUpdate(this.doc, update, REMOTE);
          this.#unsaved.storedUpdate(update);
        } catch {
          broken = true;
        }
      }
    }, REMOTE, false);
    if (this.#whole) this.connection.patch({ synced: true });
    if (waiting) this.#afterSaving();
    const lacks = broken || this.doc.store.pendingStructs !== null || this.doc.store.pendingDs !== null;
    if (lacks && this.#answered && performance.now() - this.#askedAt > ASK_AGAIN_MS) this.#sendStep1();
  };

  #receiveAwareness(update: Uint8Array): void {
    try {
      applyAwarenessUpdate(this.#awareness, update, REMOTE);
    } catch {
      // Not JSON or cut short: the next one replaces it.
    }
  }

  #onAwareness = (_changes: unknown, origin: unknown): void => {
    if (origin === "local") this.#cursorTimer ??= setTimeout(this.#sendCursor, CURSOR_EVERY_MS);
    else this.#events.onCursors();
  };

  #sendCursor = (): void => {
    clearTimeout(this.#cursorTimer);
    this.#cursorTimer = undefined;
    if (!this.connection.get().open) return;
    const where = awarenessFrame(encodeAwarenessUpdate(this.#awareness, [this.#awareness.clientID]));
    this.#transport.send(inNameOf(this.#by, where));
  };
}

type Timer = ReturnType<typeof setTimeout>;

function cursorIn(state: Record<string, unknown> | null): Point | null {
  const cursor: unknown = state?.["cursor"];
  if (typeof cursor !== "object" || cursor === null) return null;
  const { x, y } = cursor as Record<string, unknown>;
  if (typeof x !== "number" || typeof y !== "number" || !Number.isFinite(x) || !Number.isFinite(y)) return null;
  return { x: clamp(x, -PAPER_LIMIT, PAPER_LIMIT), y: clamp(y, -PAPER_LIMIT, PAPER_LIMIT) };
}

/** Run with the next frame, or a little later where there are no frames. */
function soon(run: () => void): () => void {
  const cancel = (): void => {
    clearTimeout(timer);
    if (frame !== undefined) cancelAnimationFrame(frame);
  };
  const once = (): void => {
    cancel();
    run();
  };
  const framed = typeof requestAnimationFrame === "function";
  const timer = setTimeout(once, framed ? APPLY_WITHIN_MS : 16);
  const frame = framed ? requestAnimationFrame(once) : undefined;
  return cancel;
}
