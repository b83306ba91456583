/** Painting one element, and telling whether a point is on it. */

import { getStroke } from "perfect-freehand";
import { type BoardElement, type Kind, NOTE_COLOURS, type NoteColour } from "./elements";
import { type Point, distanceToSegment, grown, holds } from "./geometry";
import type { Palette } from "./palette";
import { type Samples, unpack } from "./strokes";
import { LINE_HEIGHT, NOTE_PADDING, type Writing, directionOf, fontPixels, wrap } from "./writing";

type Canvas = CanvasRenderingContext2D;

/** What is needed to paint; stored elements have it, and so have those still in the making. */
export type Paintable = Pick<
  BoardElement, "kind" | "x" | "y" | "w" | "h" | "dx" | "dy" | "colour" | "size" | "text" | "points"
>;

export function paintElement(canvas: Canvas, element: Paintable, palette: Palette): void {
  canvas.save();
  canvas.translate(element.dx, element.dy);
  canvas.strokeStyle = canvas.fillStyle = palette.ink[element.colour];
  canvas.lineWidth = element.size;
  canvas.lineCap = canvas.lineJoin = "round";
  PAINT[element.kind](canvas, element, palette);
  canvas.restore();
}

const PAINT: Record<Kind, (canvas: Canvas, element: Paintable, palette: Palette) => void> = {
  pen: (canvas, { points, size }) => {
    if (points) canvas.fill(outlineOf(points, size));
  },
  rect: (canvas, { x, y, w, h }) => {
    canvas.strokeRect(Math.min(x, x + w), Math.min(y, y + h), Math.abs(w), Math.abs(h));
  },
  ellipse: (canvas, { x, y, w, h }) => {
    canvas.beginPath();
    canvas.ellipse(x + w / 2, y + h / 2, Math.abs(w / 2), Math.abs(h / 2), 0, 0, 2 * Math.PI);
    canvas.stroke();
  },
  line: (canvas, { x, y, w, h }) => {
    canvas.beginPath();
    canvas.moveTo(x, y);
    canvas.lineTo(x + w, y + h);
    canvas.stroke();
  },
  arrow: paintArrow,
  text: (canvas, element, palette) => {
    const writing = layOut(canvas, element, palette.font);
    paintLines(canvas, element.text, writing, element.x, element.y, element.w, fontPixels(element.size));
  },
  note: paintNote,
};

function paintArrow(canvas: Canvas, { x, y, w, h, size }: Paintable): void {
  const toX = x + w;
  const toY = y + h;
  const angle = Math.atan2(h, w);
  const head = Math.min(size * 2.5 + 8, Math.hypot(w, h));
  canvas.beginPath();
  canvas.moveTo(x, y);
  canvas.lineTo(toX, toY);
  for (const side of [-0.5, 0.5]) {
    canvas.moveTo(toX, toY);
    canvas.lineTo(toX - head * Math.cos(angle + side), toY - head * Math.sin(angle + side));
  }
  canvas.stroke();
}

export const noteColour = (colour: string): NoteColour =>
  (NOTE_COLOURS as readonly string[]).includes(colour) ? (colour as NoteColour) : "yellow";

function paintNote(canvas: Canvas, element: Paintable, palette: Palette): void {
  const { x, y, w, h } = element;
  canvas.fillStyle = palette.note[noteColour(element.colour)];
  canvas.strokeStyle = palette.line;
  canvas.lineWidth = 1;
  canvas.beginPath();
  roundedBox(canvas, x, y, w, h, 6);
  canvas.fill();
  canvas.stroke();
  canvas.fillStyle = palette.noteInk;
  const writing = layOut(canvas, element, palette.font);
  canvas.clip();
  const inside = w - 2 * NOTE_PADDING;
  paintLines(canvas, element.text, writing, x + NOTE_PADDING, y + NOTE_PADDING, inside, fontPixels(element.size));
}

/** `CanvasRenderingContext2D.roundRect`, which older tablets do not have. */
export function roundedBox(canvas: Canvas, x: number, y: number, w: number, h: number, radius: number): void {
  canvas.moveTo(x + radius, y);
  canvas.arcTo(x + w, y, x + w, y + h, radius);
  canvas.arcTo(x + w, y + h, x, y + h, radius);
  canvas.arcTo(x, y + h, x, y, radius);
  canvas.arcTo(x, y, x + w, y, radius);
  canvas.closePath();
}

/** Lines of an element's words, in its own width, with the canvas's font set for them. */
export function layOut(canvas: Canvas, element: Pick<Paintable, "kind" | "w" | "size" | "text">, font: string): Writing {
  const pixels = fontPixels(element.size);
  canvas.font = `${pixels}px ${font}`;
  const width = element.kind === "note" ? element.w - 2 * NOTE_PADDING : element.w;
  const known = layouts.get(element);
  if (known && known.font === canvas.font && known.width === width) return known.writing;
  const writing = wrap(element.text, width, pixels, (line) => canvas.measureText(line).width);
  layouts.set(element, { font: canvas.font, width, writing });
  return writing;
}

const layouts = new WeakMap<object, { font: string; width: number; writing: Writing }>();

function paintLines(
  canvas: Canvas, text: string, writing: Writing, x: number, y: number, width: number, pixels: number,
): void {
  canvas.direction = directionOf(text);
  canvas.textAlign = "start";
  canvas.textBaseline = "middle";
  const start = canvas.direction === "rtl" ? x + width : x;
  writing.lines.forEach((line, i) => canvas.fillText(line, start, y + (i + 0.5) * pixels * LINE_HEIGHT));
}

// --- strokes -------------------------------------------------------------------------------------

/** Stored points never change, so what was worked out of them is kept as long as they are. */
const decoded = new WeakMap<Uint8Array, Samples>();
const outlines = new WeakMap<Uint8Array, { size: number; path: Path2D }>();

export function samplesOf(points: Uint8Array): Samples {
  let samples = decoded.get(points);
  if (!samples) decoded.set(points, (samples = unpack(points)));
  return samples;
}

function outlineOf(points: Uint8Array, size: number): Path2D {
  const known = outlines.get(points);
  if (known?.size === size) return known.path;
  // Hit tests unpack again when they need to: keeping both would double what 10,000 strokes take.
  const path = penOutline(unpack(points), size, true);
  outlines.set(points, { size, path });
  return path;
}

/** The outline of a stroke as a pen would leave it; `finished` closes its end. */
export function penOutline(samples: Samples, size: number, finished: boolean): Path2D {
  const input: [number, number, number][] = [];
  const { values } = samples;
  for (let i = 0; i + 2 < values.length; i += 3) {
    input.push([values[i] ?? 0, values[i + 1] ?? 0, values[i + 2] ?? 0.5]);
  }
  const outline = getStroke(input, {
    size: size * 1.9,
    thinning: 0.5,
    smoothing: 0.5,
    streamline: 0.4,
    simulatePressure: !samples.pressure,
    last: finished,
  });
  const path = new Path2D();
  const first = outline[0];
  if (!first) return path;
  path.moveTo(first[0] ?? 0, first[1] ?? 0);
  outline.forEach(([x = 0, y = 0], i) => {
    const [nextX = 0, nextY = 0] = outline[(i + 1) % outline.length] ?? first;
    path.quadraticCurveTo(x, y, (x + nextX) / 2, (y + nextY) / 2);
  });
  path.closePath();
  return path;
}

// --- hit tests -----------------------------------------------------------------------------------

/** Is `at` on the ink of this element (or, for notes and text, anywhere in it)? */
export function touches(element: BoardElement, at: Point, reach: number): boolean {
  if (!holds(grown(element.box, reach), at)) return false;
  const local = { x: at.x - element.dx, y: at.y - element.dy };
  const near = reach + element.size / 2;
  const { x, y, w, h } = element;
  switch (element.kind) {
    case "text":
    case "note":
      return true;
    case "line":
    case "arrow":
      return distanceToSegment(local, { x, y }, { x: x + w, y: y + h }) <= near;
    case "rect":
      return corners(element).some((corner, i, all) => distanceToSegment(local, corner, all[(i + 1) % 4] ?? corner) <= near);
    case "ellipse":
      return onEllipse(local, element, near);
    case "pen":
      return element.points !== null && onStroke(samplesOf(element.points), local, near + element.size);
  }
}

function corners({ x, y, w, h }: BoardElement): Point[] {
  return [{ x, y }, { x: x + w, y }, { x: x + w, y: y + h }, { x, y: y + h }];
}

function onEllipse(at: Point, { x, y, w, h }: BoardElement, near: number): boolean {
  const across = Math.max(Math.abs(w / 2), 1);
  const down = Math.max(Math.abs(h / 2), 1);
  const radius = Math.hypot((at.x - x - w / 2) / across, (at.y - y - h / 2) / down);
  return Math.abs(radius - 1) * Math.min(across, down) <= near;
}

function onStroke({ values }: Samples, at: Point, near: number): boolean {
  for (let i = 0; i + 2 < values.length; i += 3) {
    const a = { x: values[i] ?? 0, y: values[i + 1] ?? 0 };
    const b = { x: values[i + 3] ?? a.x, y: values[i + 4] ?? a.y };
    if (distanceToSegment(at, a, b) <= near) return true;
  }
  return false;
}
