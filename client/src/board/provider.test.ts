import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import * as encoding from "lib0/encoding";
import { encodeAwarenessUpdate, Awareness } from "y-protocols/awareness";
import * as Y from "yjs";
import { BoardModel } from "./model";
import { BoardProvider } from "./provider";
import { type BoardTransport, type TransportStatus, awarenessFrame, readFrame, step1Frame, step2Frame, updateFrame } from "./wire";

/** What the server does with a board, on a stock Yjs document: store, echo to all, answer. */
class Server {
  readonly doc = new Y.Doc();
  readonly lines = new Set<Line>();
  refuseNext = false;
  largest = 0;

  take(line: Line, data: Uint8Array): void {
    for (const message of readFrame(data)) {
      if (message.type === "step1") line.deliver(step2Frame(Y.encodeStateAsUpdate(this.doc, message.stateVector)));
      if (message.type === "update") this.#store(line, message.update);
      if (message.type === "awareness") for (const other of this.lines) if (other !== line) other.deliver(data);
      if (message.type === "live") throw new Error("not used here");
    }
  }

  #store(line: Line, update: Uint8Array): void {
    if (this.refuseNext) {
      this.refuseNext = false;
      line.say("refused");
      line.open();
      return;
    }
    this.largest = Math.max(this.largest, update.length);
    Y.applyUpdate(this.doc, update);
    for (const other of this.lines) other.deliver(updateFrame(update));
  }
}

/** One person's way to the server, which can break at any moment and lose what was under way. */
class Line implements BoardTransport {
  sent: Uint8Array[] = [];
  isOpen = false;
  loses = false;
  readonly #server: Server;
  readonly #messages = new Set<(data: Uint8Array) => void>();
  readonly #statuses = new Set<(status: TransportStatus) => void>();

  constructor(server: Server) {
    this.#server = server;
  }

  send(data: Uint8Array): void {
    if (!this.isOpen) return;
    this.sent.push(data);
    if (!this.loses) this.#later(() => this.#server.take(this, data));
  }

  deliver(data: Uint8Array): void {
    if (!this.loses) this.#later(() => this.#messages.forEach((listener) => listener(data)));
  }

  onMessage(listener: (data: Uint8Array) => void): () => void {
    this.#messages.add(listener);
    return () => this.#messages.delete(listener);
  }

  onStatus(listener: (status: TransportStatus) => void): () => void {
    this.#statuses.add(listener);
    return () => this.#statuses.delete(listener);
  }

  say(status: TransportStatus): void {
    this.#statuses.forEach((listener) => listener(status));
  }

  open(): void {
    this.isOpen = true;
    this.#server.lines.add(this);
    this.say("open");
    this.deliver(step1Frame(Y.encodeStateVector(this.#server.doc)));
  }

  close(): void {
    this.isOpen = false;
    this.#generation++;
    this.#server.lines.delete(this);
    this.say("closed");
  }

  #generation = 0;

  #later(run: () => void): void {
    const generation = this.#generation;
    setTimeout(() => generation === this.#generation && run(), 5);
  }
}

interface Desk {
  line: Line;
  model: BoardModel;
  provider: BoardProvider;
  live: [string, number][];
}

const desks: Desk[] = [];

function desk(server: Server, userId: string, line = new Line(server)): Desk {
  const live: [string, number][] = [];
  const provider: BoardProvider = new BoardProvider(line, {
    onDocument: (doc) => model.attach(doc),
    onCursors: () => undefined,
    onLive: (sender, payload) => live.push([sender, payload.length]),
  });
  const model = new BoardModel(provider.doc, userId);
  provider.connect();
  const made = { line, model, provider, live };
  desks.push(made);
  return made;
}

const RECT = { kind: "rect", w: 10, h: 10 } as const;
const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
const shown = ({ model }: Desk): string[] => model.ordered().map(({ id }) => id).sort();

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  for (const { provider } of desks.splice(0)) provider.destroy();
  vi.useRealTimers();
});

describe("two boards and a server", () => {
  it("come to the same, and know when their work is stored", async () => {
    const server = new Server();
    const a = desk(server, "ann");
    const b = desk(server, "ben");
    a.line.open();
    b.line.open();
    await pass(50);
    expect(a.provider.connection.get()).toEqual({ open: true, synced: true, hasUnsaved: false });
    a.model.add(RECT);
    b.model.add(RECT);
    expect(a.provider.connection.get().hasUnsaved).toBe(true);
    await pass(100);
    expect(shown(a)).toHaveLength(2);
    expect(shown(a)).toEqual(shown(b));
    expect(a.provider.connection.get().hasUnsaved).toBe(false);
  });

  it("send what is done within 33 ms as one update", async () => {
    const a = desk(new Server(), "ann");
    a.line.open();
    await pass(50);
    a.line.sent = [];
    const ids = Array.from({ length: 20 }, () => a.model.add(RECT));
    a.model.move(ids, 1, 1);
    await pass(34);
    expect(a.line.sent.filter((data) => data[0] === 0)).toHaveLength(1);
  });

  it("bring what was done without a connection, in updates the server takes", async () => {
    const server = new Server();
    const a = desk(server, "ann");
    const b = desk(server, "ben");
    a.line.open();
    b.line.open();
    await pass(50);
    a.line.close();
    const points = new Uint8Array(2_000).fill(3);
    for (let i = 0; i < 100; i++) a.model.add({ kind: "pen", points });
    b.model.add(RECT);
    await pass(1_000);
    expect(shown(b)).toHaveLength(1);
    expect(a.provider.connection.get()).toEqual({ open: false, synced: true, hasUnsaved: true });
    a.line.open();
    await pass(200);
    expect(shown(a)).toHaveLength(101);
    expect(shown(b)).toEqual(shown(a));
    expect(server.largest).toBeLessThan(64 * 1024);
    expect(a.provider.connection.get().hasUnsaved).toBe(false);
  });

  it("lose nothing on a line that breaks and drops at random", async () => {
    for (let seed = 1; seed <= 8; seed++) {
      const server = new Server();
      const both = [desk(server, "ann"), desk(server, "ben")];
      let state = seed * 104_729;
      const next = (below: number): number => (state = (state * 48_271) % 2_147_483_647) % below;
      let made = 0;
      for (const { line } of both) line.open();
      for (let round = 0; round < 80; round++) {
        const one = both[next(2)];
        if (!one) continue;
        const action = next(10);
        if (action < 5) {
          one.model.add(RECT);
          made++;
        } else if (action < 6) one.model.move(shown(one).slice(0, 3), 1, 2);
        else if (action < 7) one.line.loses = !one.line.loses;
        else if (action < 8 && one.line.isOpen) one.line.close();
        else if (!one.line.isOpen) one.line.open();
        await pass(next(60));
      }
      for (const { line } of both) {
        line.loses = false;
        if (line.isOpen) line.close();
        line.open();
      }
      await pass(500);
      const [a, b] = both as [Desk, Desk];
      expect(shown(a)).toHaveLength(made);
      expect(a.model.ordered()).toEqual(b.model.ordered());
      expect(Y.encodeStateVector(server.doc).length).toBe(Y.encodeStateVector(a.provider.doc).length);
      expect([a, b].map(({ provider }) => provider.connection.get().hasUnsaved)).toEqual([false, false]);
    }
  });

  it("send again what did not come back, without a reconnect", async () => {
    const server = new Server();
    const a = desk(server, "ann");
    a.line.open();
    await pass(50);
    a.line.loses = true;
    a.model.add(RECT);
    await pass(100);
    a.line.loses = false;
    a.model.add(RECT);
    await pass(100);
    expect(a.provider.connection.get().hasUnsaved).toBe(true);
    await pass(6_000);
    expect(a.provider.connection.get().hasUnsaved).toBe(false);
    expect(server.doc.getMap("elements").size).toBe(2);
  });

  it("work when the server asked before the page listened", async () => {
    const server = new Server();
    const line = new Line(server);
    line.open();
    await pass(50);
    const a = desk(server, "ann", line);
    line.say("open");
    await pass(50);
    a.model.add(RECT);
    await pass(100);
    expect(server.doc.getMap("elements").size).toBe(1);
    expect(a.provider.connection.get()).toEqual({ open: true, synced: true, hasUnsaved: false });
  });

  it("forget what was refused and take the server's document", async () => {
    const server = new Server();
    const a = desk(server, "ann");
    const b = desk(server, "ben");
    a.line.open();
    b.line.open();
    await pass(50);
    const good = a.model.add(RECT);
    await pass(100);
    server.refuseNext = true;
    const old = a.provider.doc;
    a.model.add(RECT);
    await pass(200);
    expect(a.provider.doc).not.toBe(old);
    expect(shown(a)).toEqual([good]);
    expect(a.provider.connection.get()).toEqual({ open: true, synced: true, hasUnsaved: false });
    const after = a.model.add(RECT);
    await pass(100);
    expect(shown(b)).toEqual([good, after].sort());
  });
});

describe("what others send besides", () => {
  it("shows cursors the server vouches for, and only sound ones", async () => {
    const server = new Server();
    const a = desk(server, "ann");
    a.line.open();
    await pass(50);
    const say = (state: Record<string, unknown>): void => {
      const other = new Awareness(new Y.Doc());
      other.setLocalState(state);
      a.line.deliver(awarenessFrame(encodeAwarenessUpdate(other, [other.clientID])));
      other.doc.destroy();
    };
    say({ cursor: { x: 3, y: 4 }, user: "ben" });
    say({ cursor: { x: "3", y: 4 }, user: "cat" });
    say({ cursor: { x: 3, y: 4 } });
    say({ cursor: [[[]]], user: "dan" });
    say({ cursor: { x: 1e99, y: 0 }, user: "eve" });
    a.line.deliver(Uint8Array.of(1, 3, 1, 2, 3));
    a.line.deliver(Uint8Array.of(99));
    a.line.deliver(Uint8Array.of());
    await pass(20);
    expect(a.provider.cursors()).toEqual([{ x: 3, y: 4, userId: "ben" }, { x: 1_000_000, y: 0, userId: "eve" }]);
    a.line.close();
    expect(a.provider.cursors()).toEqual([]);
  });

  it("sends a cursor at most every 50 ms", async () => {
    const a = desk(new Server(), "ann");
    a.line.open();
    await pass(100);
    a.line.sent = [];
    for (let i = 0; i < 50; i++) {
      a.provider.setCursor({ x: i, y: i });
      await pass(5);
    }
    await pass(60);
    expect(a.line.sent.filter((data) => data[0] === 1).length).toBeLessThanOrEqual(6);
  });

  it("hands on live strokes, several messages in one frame", async () => {
    const a = desk(new Server(), "ann");
    a.line.open();
    await pass(50);
    const encoder = encoding.createEncoder();
    for (const sender of ["ben", "cat"]) {
      encoding.writeVarUint(encoder, 64);
      encoding.writeVarString(encoder, sender);
      encoding.writeVarUint8Array(encoder, new Uint8Array(3));
    }
    a.line.deliver(encoding.toUint8Array(encoder));
    await pass(20);
    expect(a.live).toEqual([["ben", 3], ["cat", 3]]);
  });

  it("survives updates that are not updates", async () => {
    const server = new Server();
    const a = desk(server, "ann");
    a.line.open();
    await pass(50);
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    for (const bytes of [[1], [255, 255, 255], [1, 1, 1, 1, 1, 1, 1, 1, 1]]) a.line.deliver(updateFrame(Uint8Array.from(bytes)));
    const id = a.model.add(RECT);
    await pass(200);
    expect(shown(a)).toEqual([id]);
    expect(server.doc.getMap("elements").size).toBe(1);
  });
});
