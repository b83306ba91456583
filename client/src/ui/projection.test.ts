import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { labelBox, MAP_HEIGHT, MAP_WIDTH, overlap, placeMarks, project, type Point } from "./projection";

const drawing = readFileSync(new URL("../drawings/land.svg", import.meta.url), "utf8");

/** The rings of the drawing: "M x y l dx dy …z", whole numbers. */
const rings = [...(/ d="([^"]+)"/.exec(drawing)?.[1] ?? "").matchAll(/M([^l]+)l([^z]+)z/g)].map(([, start = "", steps = ""]) => {
  const numbers = (text: string) => (text.match(/-?\d+/g) ?? []).map(Number);
  let [x = 0, y = 0] = numbers(start);
  const points: Point[] = [{ x, y }];
  const moves = numbers(steps);
  for (let i = 0; i + 1 < moves.length; i += 2) points.push({ x: (x += moves[i] ?? 0), y: (y += moves[i + 1] ?? 0) });
  return points;
});

function isLand({ x, y }: Point): boolean {
  let crossings = 0;
  for (const ring of rings) {
    ring.forEach((one, i) => {
      const other = ring[(i + 1) % ring.length] ?? one;
      if (one.y > y !== other.y > y && x < one.x + ((y - one.y) / (other.y - one.y)) * (other.x - one.x)) crossings++;
    });
  }
  return crossings % 2 === 1;
}

describe("the map", () => {
  it.each([
    ["Birmingham", 52.48, -1.9],
    ["Nakuru", -0.3, 36.07],
    ["Xi'an", 34.3, 108.9],
    ["Alice Springs", -23.7, 133.9],
    ["Brasília", -15.8, -47.9],
    ["Winnipeg", 49.9, -97.1],
    ["Anadyr, beyond the date line's bend", 65.5, 172],
    ["Cairo", 29.5, 31.2],
  ])("has land under %s", (_, latitude, longitude) => {
    expect(isLand(project(latitude, longitude))).toBe(true);
  });

  it.each([
    ["the Atlantic", 30, -40],
    ["the Pacific", 0, -150],
    ["the Indian Ocean", -20, 80],
    ["the Mediterranean", 34, 18],
  ])("has water in %s", (_, latitude, longitude) => {
    expect(isLand(project(latitude, longitude))).toBe(false);
  });

  it("is drawn in the units that places are given in", () => {
    expect(drawing).toContain(`viewBox="0 0 ${MAP_WIDTH} ${MAP_HEIGHT}"`);
    expect(drawing.length).toBeLessThan(25_000);
  });

  it("keeps every place of the Earth within its edges", () => {
    for (const latitude of [-90, -45, 0, 45, 90]) {
      for (const longitude of [-180, -90, 0, 90, 180]) {
        const { x, y } = project(latitude, longitude);
        expect(x).toBeGreaterThanOrEqual(0);
        expect(x).toBeLessThanOrEqual(MAP_WIDTH);
        expect(y).toBeGreaterThanOrEqual(0);
        expect(y).toBeLessThanOrEqual(MAP_HEIGHT);
      }
    }
  });
});

describe.each([
  ["a phone", 358],
  ["a desk", 720],
])("the marks on %s", (_, widthPx) => {
  const unit = MAP_WIDTH / widthPx;
  const options = { markSize: 18 * unit, labelHeight: 21 * unit, labelWidth: (name: string) => name.length * 9.6 * unit };
  const town = Array.from({ length: 5 }, (_each, i) => ({ item: `Town ${i}`, at: project(51.5, -0.1) }));
  const elsewhere = [
    { item: "Nakuru Hill", at: project(-0.3, 36.07) },
    { item: "Kowhai St", at: project(-41.3, 174.8) },
    { item: "Jianguo Road", at: project(31.2, 121.5) },
  ];
  const marks = placeMarks([...town, ...elsewhere], options);

  it("do not hide each other, even in one town", () => {
    for (const [i, one] of marks.entries()) {
      for (const other of marks.slice(i + 1)) {
        expect(Math.hypot(one.mark.x - other.mark.x, one.mark.y - other.mark.y)).toBeGreaterThan(options.markSize);
      }
    }
  });

  it("have labels that overlap nothing and stay on the map", () => {
    const boxes = marks.flatMap(({ item, label }) => (label ? [labelBox(label, options.labelWidth(item), options.labelHeight)] : []));
    expect(boxes.length).toBeGreaterThan(3);
    boxes.forEach((box, i) => {
      expect(Math.min(box.left, box.top)).toBeGreaterThanOrEqual(0);
      expect(box.right).toBeLessThanOrEqual(MAP_WIDTH);
      expect(box.bottom).toBeLessThanOrEqual(MAP_HEIGHT);
      expect(boxes.slice(i + 1).some((other) => overlap(box, other))).toBe(false);
    });
  });

  it("are where the school is when it has room", () => {
    const alone = marks.find(({ item }) => item === "Jianguo Road");
    expect(alone?.mark).toEqual(alone?.at);
  });
});

it("a name that fits nowhere is left to the list", () => {
  const [mark] = placeMarks([{ item: "x", at: project(0, 0) }], { markSize: 20, labelHeight: 20, labelWidth: () => MAP_WIDTH + 1 });
  expect(mark?.label).toBeUndefined();
});
