import { describe, expect, it } from "vitest";
import { readFields, type ElementFields } from "./elements";
import { fieldsOf, frameOf } from "./picture";
import { isReportable, reportable } from "./reporting";
import { pack, unpack } from "./strokes";
import type { Surface } from "./surface";

const STORED: Record<string, unknown> = { kind: "note", by: "fox", x: 10, y: 20, w: 100, h: 50, colour: "yellow", text: "Hello" };

function element(change: Record<string, unknown> = {}) {
  const stored = { ...STORED, ...change };
  const fields = readFields((name) => stored[name]);
  if (!fields) throw new Error("nothing that can be shown");
  return { id: "e", ...fields, box: { left: 0, top: 0, right: 1, bottom: 1 } };
}

const surface = (...selected: ReturnType<typeof element>[]) =>
  ({ selected: () => selected, model: { userId: "heron" } }) as unknown as Surface;

describe("what can be reported", () => {
  it("is what others made, and one's own only where words of others may stand in it", () => {
    expect(isReportable(element(), "heron")).toBe(true);
    expect(isReportable(element({ kind: "rect", text: "" }), "heron")).toBe(true);
    expect(isReportable(element({ text: "" }), "fox")).toBe(false);
    expect(isReportable(element(), "fox")).toBe(true);
  });

  it("is one thing at a time", () => {
    const other = { ...element(), id: "f" };
    expect(reportable(surface())).toBeUndefined();
    expect(reportable(surface(other))).toBe(other);
    expect(reportable(surface(element(), other))).toBeUndefined();
    expect(reportable(surface(element({ by: "heron", text: "" })))).toBeUndefined();
  });
});

describe("the picture of what was kept", () => {
  it("is read from JSON, the points of a stroke from base64", () => {
    const points = pack({ values: [1, 2, 0.5, 30, 40, 0.5], pressure: false });
    const fields = fieldsOf({ kind: "pen", x: 1, y: 2, w: 29, h: 38, colour: "red", points: btoa(String.fromCharCode(...points)) });
    expect(unpack(fields?.points ?? new Uint8Array()).values.slice(0, 2)).toEqual([1, 2]);
    expect(fieldsOf({ ...STORED })?.text).toBe("Hello");
  });

  it("is none where nothing can be shown, and never an error", () => {
    expect(fieldsOf({})).toBeUndefined();
    expect(fieldsOf({ kind: "pen", points: "not base64!" })).toBeUndefined();
    expect(fieldsOf({ kind: "note", points: 7, text: {} })?.text).toBe("");
  });

  it("fits into its frame, and a small thing is not blown up beyond it", () => {
    for (const [w, h] of [[4, 4], [2000, 10], [10, 3000], [-500, -400]] as const) {
      const { width, height, zoom } = frameOf(element({ kind: "rect", w, h }) as ElementFields);
      expect(width).toBeLessThanOrEqual(480.001);
      expect(height).toBeLessThanOrEqual(320.001);
      expect(zoom).toBeGreaterThan(0);
      expect(zoom).toBeLessThanOrEqual(2);
    }
  });
});
