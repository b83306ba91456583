import { expect, it } from "vitest";
import { LIVE_BYTES, LiveThings, decodeLive, encodeEnd, encodeMove, encodePoints, encodeShape } from "./live";
import type { LiveShape, LiveStroke } from "./live";
import { MAX_POINTS } from "./strokes";

const stroke = (count: number): LiveStroke => ({
  what: "stroke", id: "a", colour: "blue", size: 4,
  samples: { values: Array.from({ length: count }, (_, i) => [i, i * 2, 0.5]).flat(), pressure: false },
});
const shape: LiveShape = { what: "shape", id: "b", kind: "arrow", colour: "red", size: 8, x: -5, y: 7, w: 100, h: -40 };

it("carries strokes, shapes and moves", () => {
  expect(decodeLive(encodeShape(shape))).toEqual(shape);
  const move = { what: "move", id: "c", dx: -3, dy: 9, ids: ["x", "y"] } as const;
  expect(decodeLive(encodeMove(move) ?? new Uint8Array())).toEqual(move);
  expect(decodeLive(encodePoints(stroke(5), 2))).toMatchObject({ what: "stroke", from: 2, colour: "blue", size: 4 });
  expect(encodeMove({ ...move, ids: Array.from({ length: 500 }, String) })).toBeUndefined();
});

it("puts points together as they come, and bridges what got lost", () => {
  const things = new LiveThings(() => 0);
  things.receive("p", encodePoints(stroke(10), 0));
  things.receive("p", encodePoints(stroke(20), 10));
  const [whole] = things.current();
  expect(whole).toMatchObject({ samples: { values: { length: 60 } } });
  things.receive("p", encodePoints(stroke(40), 30));
  expect([...things.current()][0]).toMatchObject({ samples: { values: { length: 90 } } });
});

it("gives way to the stored element, and is forgotten when nobody goes on", () => {
  let now = 0;
  const things = new LiveThings(() => now);
  things.receive("p", encodePoints(stroke(10), 0));
  things.receive("q", encodeShape(shape));
  things.settled(new Set(["a"]));
  expect([...things.current()].map(({ id }) => id)).toEqual(["b"]);
  things.receive("q", encodeEnd("b"));
  now = 1_000;
  expect([...things.current()].length).toBe(1);
  now = 2_000;
  expect([...things.current()].length).toBe(0);
});

it("is bounded whatever is sent", () => {
  let state = 1;
  const byte = (): number => (state = (state * 48_271) % 2_147_483_647) & 255;
  const things = new LiveThings(() => 0);
  for (let round = 0; round < 1_000; round++) {
    const bytes = Uint8Array.from({ length: byte() }, byte);
    bytes.set([1, byte() & 3, 1, 65 + (byte() & 15)].slice(0, bytes.length));
    things.receive(`person ${round % 250}`, bytes);
  }
  const all = [...things.current()];
  expect(all.length).toBeLessThanOrEqual(800);
  expect(decodeLive(new Uint8Array(LIVE_BYTES + 1))).toBeUndefined();
  const long = new LiveThings(() => 0);
  const endless = stroke(30_000);
  for (let from = 0; from < 30_000; from += 1_000) {
    const upTo = { ...endless, samples: { ...endless.samples, values: endless.samples.values.slice(0, (from + 1_000) * 3) } };
    long.receive("p", encodePoints(upTo, from).subarray(0, LIVE_BYTES));
  }
  expect([...long.current()]).toHaveLength(1);
  for (const thing of long.current()) {
    if (thing.what === "stroke") expect(thing.samples.values.length).toBeLessThanOrEqual(MAX_POINTS * 3);
  }
});
