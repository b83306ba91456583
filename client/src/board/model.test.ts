import { describe, expect, it } from "vitest";
import * as Y from "yjs";
import { BoardModel, type NewElement } from "./model";
import { pack } from "./strokes";

const RECT: NewElement = { kind: "rect", x: 10, y: 20, w: 30, h: 40, colour: "red" };

interface Desk {
  doc: Y.Doc;
  model: BoardModel;
  /** Field names that were taken out of any entry, or entries taken out of the board: never allowed. */
  deleted: string[];
}

function desk(userId: string, clientId: number): Desk {
  const doc = new Y.Doc();
  doc.clientID = clientId;
  const deleted: string[] = [];
  doc.getMap("elements").observeDeep((events) => {
    for (const event of events) {
      for (const [key, { action }] of event.changes.keys) {
        const isEntry = event.path.length === 0;
        if (action === "delete" || (isEntry && action === "update")) deleted.push(key);
      }
    }
  });
  return { doc, model: new BoardModel(doc, userId), deleted };
}

/** Two people on one board; `meet` brings what each did to the other. */
function pair(firstId = 1, secondId = 2): { a: Desk; b: Desk; meet: () => void } {
  const a = desk("ann", firstId);
  const b = desk("ben", secondId);
  const meet = (): void => {
    const forB = Y.encodeStateAsUpdate(a.doc, Y.encodeStateVector(b.doc));
    const forA = Y.encodeStateAsUpdate(b.doc, Y.encodeStateVector(a.doc));
    Y.applyUpdate(b.doc, forB, "remote");
    Y.applyUpdate(a.doc, forA, "remote");
    expect(a.model.ordered()).toEqual(b.model.ordered());
  };
  return { a, b, meet };
}

describe("the document's rules", () => {
  it("stores an element whole and gone, then shows it", () => {
    const { doc, model } = desk("ann", 1);
    const stored: unknown[] = [];
    doc.on("afterTransaction", () => stored.push(doc.getMap("elements").toJSON()));
    const id = model.add({ ...RECT, kind: "pen", points: pack({ values: [1, 2, 0.5], pressure: false }) });
    expect(stored).toHaveLength(2);
    expect(stored[0]).toMatchObject({ [id]: { kind: "pen", by: "ann", gone: true, x: 10, dx: 0, dy: 0 } });
    expect(stored[1]).toMatchObject({ [id]: { gone: false } });
    expect(Object.keys((stored[0] as Record<string, object>)[id] ?? {}).sort()).toEqual(
      ["by", "colour", "dx", "dy", "gone", "h", "kind", "points", "size", "text", "w", "x", "y", "z"],
    );
  });

  it("never deletes a key, whatever is done and undone", () => {
    for (let seed = 1; seed <= 30; seed++) {
      const { a, b, meet } = seed % 2 ? pair() : pair(2, 1);
      let state = seed * 7_919;
      const next = (below: number): number => (state = (state * 48_271) % 2_147_483_647) % below;
      for (let round = 0; round < 60; round++) {
        const { model } = next(2) ? a : b;
        const ids = model.ordered().map(({ id }) => id);
        const some = ids.filter(() => next(3) === 0);
        [
          () => model.add(RECT),
          () => model.move(some, next(100), -next(100)),
          () => model.remove(some.slice(0, 1)),
          () => model.undo(),
          () => model.undo(),
          () => model.redo(),
          () => some[0] && model.set(some[0], { colour: "blue", text: `words ${round}` }),
          meet,
        ][next(8)]?.();
      }
      meet();
      expect([...a.deleted, ...b.deleted]).toEqual([]);
    }
  });

  it("keeps every update far below the limit, also when much is moved at once", () => {
    const { doc, model } = desk("ann", 1);
    const ids = Array.from({ length: 1_000 }, () => model.add(RECT));
    const sizes: number[] = [];
    doc.on("update", (update: Uint8Array) => sizes.push(update.length));
    model.move(ids, 12_345.25, -99_999.75);
    model.undo();
    expect(model.ordered().every(({ dx, dy }) => dx === 0 && dy === 0)).toBe(true);
    expect(Math.max(...sizes)).toBeLessThan(48 * 1024);
  });
});

describe("undo and redo", () => {
  it("toggle a new element and take back one gesture at a time", () => {
    const { model } = desk("ann", 1);
    const ids = model.step(() => [model.add(RECT), model.add(RECT)]);
    model.move(ids, 5, 5);
    expect(model.history.get()).toEqual({ canUndo: true, canRedo: false });
    model.undo();
    expect(model.ordered().map(({ dx }) => dx)).toEqual([0, 0]);
    model.undo();
    expect(model.ordered()).toEqual([]);
    expect(model.undo()).toBe(false);
    model.redo();
    model.redo();
    expect(model.ordered().map(({ dx }) => dx)).toEqual([5, 5]);
    model.undo();
    model.add(RECT);
    expect(model.history.get().canRedo).toBe(false);
  });

  it("take back own work only", () => {
    const { a, b, meet } = pair();
    const mine = a.model.add(RECT);
    meet();
    const theirs = b.model.add(RECT);
    meet();
    a.model.undo();
    meet();
    expect(b.model.ordered().map(({ id }) => id)).toEqual([theirs]);
    expect(a.model.undo()).toBe(false);
    expect(b.model.get(mine)?.gone).toBe(true);
  });

  it("leave what another has set since", () => {
    const { a, b, meet } = pair();
    const id = a.model.add(RECT);
    a.model.set(id, { colour: "green" });
    meet();
    b.model.set(id, { colour: "blue" });
    meet();
    a.model.undo();
    meet();
    expect(a.model.get(id)?.colour).toBe("blue");
  });

  it("do not take away an element that another has worked on since", () => {
    const { a, b, meet } = pair();
    const id = a.model.add({ ...RECT, kind: "note", text: "" });
    meet();
    b.model.set(id, { text: "their words" });
    meet();
    expect(a.model.undo()).toBe(false);
    meet();
    expect(a.model.shown(id)?.text).toBe("their words");
  });

  it.each([[1, 2], [2, 1]])("never lose a field to a race (clients %i and %i)", (first, second) => {
    const { a, b, meet } = pair(first, second);
    const id = a.model.add(RECT);
    meet();
    a.model.set(id, { colour: "green" });
    b.model.set(id, { colour: "blue" });
    meet();
    a.model.undo();
    b.model.undo();
    meet();
    expect(["red", "blue", "green"]).toContain(a.model.get(id)?.colour);
    expect(a.doc.getMap<Y.Map<unknown>>("elements").get(id)?.has("colour")).toBe(true);
  });

  it("bring back what the person deleted, moved meanwhile or not", () => {
    const { a, b, meet } = pair();
    const id = a.model.add(RECT);
    meet();
    a.model.remove([id]);
    b.model.move([id], 50, 60);
    meet();
    expect(a.model.ordered()).toEqual([]);
    a.model.undo();
    meet();
    expect(b.model.shown(id)).toMatchObject({ x: 10, dx: 50, dy: 60 });
  });
});

describe("documents from elsewhere", () => {
  it("show what makes sense and skip the rest", () => {
    const doc = new Y.Doc();
    const elements = doc.getMap<unknown>("elements");
    const put = (id: string, fields: Record<string, unknown>): void => {
      const entry = new Y.Map<unknown>();
      for (const [name, value] of Object.entries(fields)) entry.set(name, value);
      elements.set(id, entry);
    };
    elements.set("not a map", 7);
    put("no kind", { x: 1 });
    put("odd kind", { kind: "script" });
    put("pen without points", { kind: "pen", points: "no" });
    put("bad numbers", { kind: "rect", x: "left", y: Number.NaN, w: 1e300, h: -Infinity, size: -4, z: {}, by: 3, colour: [], text: 9 });
    put("nested", { kind: "note", text: new Y.Map([["a", new Y.Array()]]), points: new Y.Text("x") });
    put("i".repeat(500), { kind: "rect" });
    const model = new BoardModel(doc, "ann");
    expect(model.ordered().map(({ id }) => id)).toEqual(["bad numbers", "nested"]);
    expect(model.get("bad numbers")).toMatchObject({
      x: 0, y: 0, w: 1_000_000, h: 0, size: 1, z: 0, by: "", colour: "ink", text: "", gone: false,
    });
    (elements.get("nested") as Y.Map<Y.Map<unknown>>).get("text")?.set("a", 1);
    elements.delete("bad numbers");
    expect(model.ordered().map(({ id }) => id)).toEqual(["nested"]);
    model.move(["nested", "missing"], 1, 1);
    expect(model.get("nested")?.dx).toBe(1);
  });

  it("can be exchanged for another", () => {
    const { model } = desk("ann", 1);
    const mine = model.add(RECT);
    const other = desk("ben", 2);
    const theirs = other.model.add(RECT);
    const changed: string[] = [];
    model.onChange((ids) => changed.push(...ids));
    model.attach(other.doc);
    expect(changed.sort()).toEqual([mine, theirs].sort());
    expect(model.ordered().map(({ id }) => id)).toEqual([theirs]);
    expect(model.history.get().canUndo).toBe(false);
  });
});

it("tells which elements changed, and puts the newest on top", () => {
  const { model } = desk("ann", 1);
  const first = model.add(RECT);
  const seen: string[][] = [];
  model.onChange((ids) => seen.push([...ids]));
  expect(model.ordered().length).toBe(1);
  const second = model.add(RECT);
  expect(model.ordered().map(({ id }) => id)).toEqual([first, second]);
  model.remove([first]);
  expect(seen).toEqual([[second], [second], [first]]);
  expect(model.ordered().map(({ id }) => id)).toEqual([second]);
});
