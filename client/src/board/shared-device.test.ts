import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";
import { BoardModel } from "./model";
import { BoardProvider } from "./provider";
import { type BoardTransport, type Received, type TransportStatus, readFrame, step1Frame, updateFrame } from "./wire";

const RECT = { kind: "rect", w: 10, h: 10 } as const;
const ACTING = 65;

interface Sent {
  by: string | undefined;
  message: Received | undefined;
}

/** What goes to the server, with the name it goes in. */
class Line implements BoardTransport {
  sent: Sent[] = [];
  #hear: (data: Uint8Array) => void = () => undefined;
  #say: (status: TransportStatus) => void = () => undefined;

  send(data: Uint8Array): void {
    const decoder = decoding.createDecoder(data);
    const isNamed = decoding.peekVarUint(decoder) === ACTING;
    if (isNamed) decoding.readVarUint(decoder);
    const by = isNamed ? decoding.readVarString(decoder) : undefined;
    this.sent.push({ by, message: readFrame(decoding.readTailAsUint8Array(decoder))[0] });
  }

  onMessage(listener: (data: Uint8Array) => void): () => void {
    this.#hear = listener;
    return () => undefined;
  }

  onStatus(listener: (status: TransportStatus) => void): () => void {
    this.#say = listener;
    return () => undefined;
  }

  /** The page is open, and the server asks for what is not stored. */
  open(server: Y.Doc): void {
    this.#say("open");
    this.#hear(step1Frame(Y.encodeStateVector(server)));
  }

  close(): void {
    this.#say("closed");
  }

  deliver(data: Uint8Array): void {
    this.#hear(data);
  }

  /** What was drawn: in whose name, and under which client ids. */
  updates(): { by: string | undefined; clients: number[] }[] {
    return this.sent.flatMap(({ by, message }) => {
      if (message?.type !== "update") return [];
      const clients = [...Y.parseUpdateMeta(message.update).to.keys()];
      return clients.length > 0 ? [{ by, clients }] : [];
    });
  }
}

const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
const made: BoardProvider[] = [];

function tablet(): { line: Line; provider: BoardProvider; model: BoardModel; as(who: string | undefined): void } {
  const line = new Line();
  const provider: BoardProvider = new BoardProvider(line, {
    onDocument: (doc) => model.attach(doc),
    onCursors: () => undefined,
    onLive: () => undefined,
  });
  const model = new BoardModel(provider.doc, "ann");
  provider.connect();
  made.push(provider);
  const as = (who: string | undefined): void => {
    provider.writeAs(who);
    model.writeAs(who ?? "ann");
  };
  return { line, provider, model, as };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  for (const provider of made.splice(0)) provider.destroy();
  vi.useRealTimers();
});

describe("several who draw on one device", () => {
  it("each draw in their own name, under a client id of their own", async () => {
    const { line, model, as } = tablet();
    line.open(new Y.Doc());
    for (const who of [undefined, "ben", "cleo", "ben", undefined]) {
      as(who);
      model.add(RECT);
      await pass(50);
    }
    const updates = line.updates();
    expect(updates.map(({ by }) => by)).toEqual([undefined, "ben", "cleo", "ben", undefined]);
    const [ann, ben, cleo, benAgain, annAgain] = updates.map(({ clients }) => clients);
    expect([ann?.length, ben?.length, cleo?.length]).toEqual([1, 1, 1]);
    expect(benAgain).toEqual(ben);
    expect(annAgain).toEqual(ann);
    expect(new Set([ann, ben, cleo].flat()).size).toBe(3);
    expect(model.ordered().map(({ by }) => by)).toEqual(["ann", "ben", "cleo", "ben", "ann"]);
  });

  it("what was drawn in one moment goes apart, in order", async () => {
    const { line, model, as } = tablet();
    line.open(new Y.Doc());
    const id = model.add(RECT);
    as("ben");
    model.move([id], 5, 5);
    as(undefined);
    model.move([id], 5, 5);
    await pass(50);
    expect(line.updates().map(({ by }) => by)).toEqual([undefined, "ben", undefined]);
  });

  it("what was drawn without a line arrives later in the name of whose it is", async () => {
    const { line, model, as } = tablet();
    const server = new Y.Doc();
    line.open(server);
    line.close();
    model.add(RECT);
    as("ben");
    model.add(RECT);
    await pass(1_000);
    as("cleo");
    expect(line.updates()).toEqual([]);
    line.open(server);
    expect(line.updates().map(({ by }) => by)).toEqual([undefined, "ben"]);
    // Nothing came back as stored: it is sent again, in the same names.
    line.sent = [];
    await pass(6_000);
    expect(line.updates().map(({ by }) => by)).toEqual([undefined, "ben"]);
  });

  it("point in their own name, and see no cursor of their own", async () => {
    const { line, provider, as } = tablet();
    line.open(new Y.Doc());
    provider.setCursor({ x: 1, y: 1 });
    await pass(60);
    as("ben");
    await pass(60);
    const pointed = line.sent.filter(({ message }) => message?.type === "awareness");
    expect(pointed.at(-1)?.by).toBe("ben");
    expect(pointed.some(({ by }) => by === undefined)).toBe(true);
    // The server sends it back, with a name in it.
    const body = pointed.at(-1)?.message;
    const echo = encoding.createEncoder();
    encoding.writeVarUint(echo, 1);
    encoding.writeVarUint8Array(echo, body?.type === "awareness" ? body.update : new Uint8Array());
    line.deliver(encoding.toUint8Array(echo));
    await pass(20);
    expect(provider.cursors()).toEqual([]);
    expect(provider.awareness).toBeInstanceOf(Awareness);
  });

  it("go on with new client ids after a refusal", async () => {
    const { line, provider, model, as } = tablet();
    line.open(new Y.Doc());
    as("ben");
    model.add(RECT);
    await pass(50);
    const before = line.updates();
    provider.reset();
    line.open(new Y.Doc());
    line.sent = [];
    model.add(RECT);
    as(undefined);
    model.add(RECT);
    await pass(50);
    const after = line.updates();
    expect(after.map(({ by }) => by)).toEqual(["ben", undefined]);
    expect(new Set([...before, ...after].flatMap(({ clients }) => clients)).size).toBe(3);
  });

  it("take what comes from others under any name", async () => {
    const { line, model, as } = tablet();
    line.open(new Y.Doc());
    as("ben");
    const far = new Y.Doc();
    const theirs = new BoardModel(far, "zoe");
    const id = theirs.add(RECT);
    line.deliver(updateFrame(Y.encodeStateAsUpdate(far)));
    await pass(60);
    const mine = model.add(RECT);
    await pass(60);
    expect(model.ordered().map(({ by }) => by)).toEqual(["zoe", "ben"]);
    expect(new Set([id, mine]).size).toBe(2);
  });
});

describe("undo on a device of several", () => {
  it("takes back the own work of whoever is chosen, and nobody else's", () => {
    const { model, as } = tablet();
    const anns = model.add(RECT);
    as("ben");
    expect(model.history.get().canUndo).toBe(false);
    const bens = model.add(RECT);
    as(undefined);
    expect(model.undo()).toBe(true);
    expect(model.shown(anns)).toBeUndefined();
    expect(model.shown(bens)).toBeDefined();
    expect(model.undo()).toBe(false);
    as("ben");
    expect(model.history.get()).toEqual({ canUndo: true, canRedo: false });
    model.undo();
    expect(model.ordered()).toEqual([]);
    model.redo();
    expect(model.ordered().map(({ id }) => id)).toEqual([bens]);
  });

  it("leaves what another one at the device has put into it since", () => {
    const { model, as } = tablet();
    const id = model.add({ kind: "note", text: "" });
    as("ben");
    model.set(id, { text: "words of Ben" });
    as(undefined);
    model.undo();
    expect(model.shown(id)?.text).toBe("words of Ben");
    as("ben");
    model.undo();
    expect(model.shown(id)?.text).toBe("");
  });
});
