import { describe, expect, it } from "vitest";
import { CUT_POINTS, MAX_POINTS, type Samples, boundsOf, cut, pack, pointCount, unpack } from "./strokes";

/** A small generator with a seed, so that a failure can be run again. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

function someStroke(seed: number, count: number): Samples {
  const next = random(seed);
  const values: number[] = [];
  const reach = 10 ** (next() * 6);
  for (let i = 0; i < count; i++) values.push((next() - 0.5) * 2 * reach, (next() - 0.5) * 2 * reach, next());
  return { values, pressure: next() < 0.5 };
}

describe("packing", () => {
  it("gives back what was put in, to a quarter of a pixel", () => {
    for (let seed = 1; seed <= 200; seed++) {
      const stroke = someStroke(seed, seed);
      const read = unpack(pack(stroke));
      expect(read.pressure).toBe(stroke.pressure);
      expect(pointCount(read)).toBe(seed);
      const wrong = stroke.values.filter((value, i) => {
        const isPressure = i % 3 === 2;
        if (isPressure && !stroke.pressure) return false;
        return !(Math.abs((read.values[i] ?? NaN) - value) <= (isPressure ? 1 / 127 : 1 / 8));
      });
      expect(wrong).toEqual([]);
    }
  });

  it("keeps what it has once written", () => {
    const once = pack(someStroke(7, 500));
    expect(pack(unpack(once))).toEqual(once);
  });

  it("takes two bytes for an ordinary point of a finger", () => {
    const values = Array.from({ length: 100 }, (_, i) => [i * 4, Math.sin(i / 9) * 40, 0.5]).flat();
    expect(pack({ values, pressure: false }).length).toBeLessThan(210);
  });

  it("starts in full at any point", () => {
    const stroke = someStroke(3, 40);
    expect(unpack(pack(stroke, 25)).values).toEqual(unpack(pack(stroke)).values.slice(75));
  });
});

describe("bytes from elsewhere", () => {
  it("never throw, never run on, and only give numbers", () => {
    const next = random(42);
    for (let round = 0; round < 2_000; round++) {
      const bytes = Uint8Array.from({ length: Math.floor(next() * 300) }, () => Math.floor(next() * 256));
      if (next() < 0.8) bytes[0] = next() < 0.5 ? 0 : 1;
      const { values } = unpack(bytes);
      expect(values.length % 3).toBe(0);
      expect(values.every(Number.isFinite)).toBe(true);
    }
  });

  it("are not read beyond the bound", () => {
    expect(pointCount(unpack(new Uint8Array(200_000)))).toBe(MAX_POINTS);
  });

  it("stop at a number that is too long or cut off", () => {
    expect(unpack(Uint8Array.of(0, 2, 2, 255, 255, 255, 255, 255, 1, 4)).values.length).toBe(3);
    expect(unpack(Uint8Array.of(0, 2, 2, 255)).values.length).toBe(3);
    expect(unpack(Uint8Array.of()).values).toEqual([]);
    expect(unpack(Uint8Array.of(9, 2, 2)).values).toEqual([]);
  });
});

describe("long strokes", () => {
  it("are cut into pieces that join", () => {
    const stroke = someStroke(5, CUT_POINTS * 3 + 17);
    const pieces = cut(stroke);
    expect(pieces.length).toBe(4);
    for (const [i, piece] of pieces.entries()) {
      expect(pointCount(piece)).toBeLessThanOrEqual(CUT_POINTS);
      expect(pack(piece).length).toBeLessThan(32 * 1024);
      if (i > 0) expect(piece.values.slice(0, 3)).toEqual(pieces[i - 1]?.values.slice(-3));
    }
    const joined = pieces.flatMap((piece, i) => piece.values.slice(i === 0 ? 0 : 3));
    expect(joined).toEqual(stroke.values);
  });

  it("leave short ones alone", () => {
    const stroke = someStroke(5, CUT_POINTS);
    expect(cut(stroke)).toEqual([stroke]);
  });
});

it("finds the box around a stroke, also around none", () => {
  expect(boundsOf({ values: [1, 5, 0, -3, 9, 0], pressure: false })).toEqual({ left: -3, top: 5, right: 1, bottom: 9 });
  expect(boundsOf({ values: [], pressure: false })).toEqual({ left: 0, top: 0, right: 0, bottom: 0 });
});
