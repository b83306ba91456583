import * as encoding from "lib0/encoding";
import { describe, expect, it } from "vitest";
import * as Y from "yjs";
import { BoardModel } from "./model";
import { paintStill, updatesIn } from "./still";

function drawn(): Uint8Array[] {
  const doc = new Y.Doc();
  const updates: Uint8Array[] = [];
  doc.on("update", (update: Uint8Array) => updates.push(update));
  const model = new BoardModel(doc, "heron");
  model.add({ kind: "rect", x: 0, y: 0, w: 40, h: 20 });
  const gone = model.add({ kind: "ellipse", x: 5, y: 5, w: 10, h: 10 });
  model.remove([gone]);
  return updates;
}

function framed(updates: readonly Uint8Array[]): Uint8Array {
  const encoder = encoding.createEncoder();
  for (const update of updates) encoding.writeVarUint8Array(encoder, update);
  return encoding.toUint8Array(encoder);
}

const canvas = { getContext: () => null } as unknown as HTMLCanvasElement;

describe("a page as a picture", () => {
  it("is read from updates one after the other, each after its length", () => {
    const updates = drawn();
    expect(updatesIn(framed(updates))).toEqual(updates);
    expect(updatesIn(new Uint8Array())).toEqual([]);
  });

  it("counts what is to be seen, in whatever order it came", () => {
    expect(paintStill(canvas, drawn(), 100, 60)).toBe(1);
    expect(paintStill(canvas, drawn().reverse(), 100, 60)).toBe(1);
    expect(paintStill(canvas, [], 100, 60)).toBe(0);
  });
});
