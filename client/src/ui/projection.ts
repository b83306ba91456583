/**
 * Where a place on the Earth stands on the small world map (`drawings/land.svg`), and where its label fits.
 *
 * Natural Earth's projection (Patterson and Šavrič); build/land.mjs draws the land with the same numbers.
 */

export const MAP_WIDTH = 1000;
export const MAP_HEIGHT = 435;
const NORTH = 84;

export interface Point {
  x: number;
  y: number;
}

/** From degrees to the map's own units; what is north or south of the drawing is kept at its edge. */
export function project(latitude: number, longitude: number): Point {
  const { x, y } = flat(latitude, longitude);
  return {
    x: clamp(MAP_WIDTH / 2 + x * SCALE, 0, MAP_WIDTH),
    y: clamp((TOP - y) * SCALE, 0, MAP_HEIGHT),
  };
}

function flat(latitude: number, longitude: number): Point {
  const l = (longitude * Math.PI) / 180;
  const p = (latitude * Math.PI) / 180;
  const p2 = p * p;
  const p4 = p2 * p2;
  return {
    x: l * (0.8707 - 0.131979 * p2 + p4 * (-0.013791 + p4 * (0.003971 * p2 - 0.001529 * p4))),
    y: p * (1.007226 + p2 * (0.015085 + p4 * (-0.044475 + 0.028874 * p2 - 0.005916 * p4))),
  };
}

const SCALE = MAP_WIDTH / 2 / flat(0, 180).x;
const TOP = flat(NORTH, 0).y;

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}

export interface Mark<Item> {
  item: Item;
  /** Where the school is. */
  at: Point;
  /** Where its mark is drawn: moved aside when schools are neighbours. */
  mark: Point;
  /** Where its label stands; none where no place is free: the list has the name. */
  label: Label | undefined;
}

/** A point at the middle of the text's height, and which side of the text is there. */
export interface Label extends Point {
  anchor: "start" | "middle" | "end";
}

interface PlacingOptions<Item> {
  /** Of a mark, in map units. */
  markSize: number;
  /** Of a label, in map units. */
  labelHeight: number;
  labelWidth(item: Item): number;
}

const ROUNDS = 60;

/** Moves marks apart until none hides another, then gives each a label if one fits beside it. */
export function placeMarks<Item>(items: readonly { item: Item; at: Point }[], options: PlacingOptions<Item>): Mark<Item>[] {
  const { markSize, labelHeight, labelWidth } = options;
  const marks = items.map(({ item, at }) => ({ item, at, mark: { ...at }, label: undefined as Label | undefined }));
  for (let round = 0; round < ROUNDS && pushApart(marks.map((each) => each.mark), markSize * 1.1); round++);
  for (const { mark } of marks) {
    mark.x = clamp(mark.x, markSize / 2, MAP_WIDTH - markSize / 2);
    mark.y = clamp(mark.y, markSize / 2, MAP_HEIGHT - markSize / 2);
  }
  const taken = marks.map(({ mark }) => boxAround(mark, markSize, markSize));
  for (const each of marks) {
    const width = labelWidth(each.item);
    const aside = markSize * 0.75;
    const above = markSize / 2 + labelHeight / 2;
    const places: Label[] = [
      { x: aside, y: 0, anchor: "start" },
      { x: -aside, y: 0, anchor: "end" },
      { x: 0, y: -above, anchor: "middle" },
      { x: 0, y: above, anchor: "middle" },
      { x: aside, y: -above, anchor: "start" },
      { x: aside, y: above, anchor: "start" },
      { x: -aside, y: -above, anchor: "end" },
      { x: -aside, y: above, anchor: "end" },
    ];
    for (const { x, y, anchor } of places) {
      const label = { x: each.mark.x + x, y: each.mark.y + y, anchor };
      const box = labelBox(label, width, labelHeight);
      if (box.left < 0 || box.right > MAP_WIDTH || box.top < 0 || box.bottom > MAP_HEIGHT) continue;
      if (taken.some((other) => overlap(box, other))) continue;
      each.label = label;
      taken.push(box);
      break;
    }
  }
  return marks;
}

/** One round; false when nothing had to move. */
function pushApart(marks: Point[], distance: number): boolean {
  let hasMoved = false;
  marks.forEach((one, i) => {
    marks.slice(i + 1).forEach((other, j) => {
      const gap = Math.hypot(other.x - one.x, other.y - one.y);
      if (gap >= distance - 0.01) return;
      hasMoved = true;
      // Two schools of one town have no direction between them: each pair gets its own.
      const turn = gap > 0.01 ? Math.atan2(other.y - one.y, other.x - one.x) : i * 2.4 + j * 1.3;
      const push = (distance - gap) / 2;
      one.x -= Math.cos(turn) * push;
      one.y -= Math.sin(turn) * push;
      other.x += Math.cos(turn) * push;
      other.y += Math.sin(turn) * push;
    });
  });
  return hasMoved;
}

interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

function boxAround({ x, y }: Point, width: number, height: number): Box {
  return { left: x - width / 2, right: x + width / 2, top: y - height / 2, bottom: y + height / 2 };
}

export function labelBox({ x, y, anchor }: Label, width: number, height: number): Box {
  const middle = anchor === "start" ? x + width / 2 : anchor === "end" ? x - width / 2 : x;
  return boxAround({ x: middle, y }, width, height);
}

export function overlap(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
