/** A person's pointer on the board: an arrow in their school's colour, with the school's shape and their name. */

import type { BoardPerson } from "./overlay";
import { type Palette, SCHOOL_COLOURS } from "./palette";
import { roundedBox } from "./shapes";

const ARROW = 16;
const PIXELS = 16;
const HEIGHT = 26;
const MARK = 10;
const MOST_LETTERS = 24;
const MOST_KEPT = 200;

/** Corners of the shapes that have them, in a square from -1 to 1. */
const CORNERS: Readonly<Record<string, readonly (readonly [number, number])[]>> = {
  square: [[-0.9, -0.9], [0.9, -0.9], [0.9, 0.9], [-0.9, 0.9]],
  triangle: [[0, -1], [1, 0.85], [-1, 0.85]],
  diamond: [[0, -1.1], [1.1, 0], [0, 1.1], [-1.1, 0]],
  pentagon: polygon(5),
  hexagon: polygon(6),
  star: polygon(10, 0.45),
  cross: [[-0.35, -1], [0.35, -1], [0.35, -0.35], [1, -0.35], [1, 0.35], [0.35, 0.35], [0.35, 1], [-0.35, 1], [-0.35, 0.35], [-1, 0.35], [-1, -0.35], [-0.35, -0.35]],
};

function polygon(count: number, inner = 1): [number, number][] {
  return Array.from({ length: count }, (_, i) => {
    const angle = (i / count) * 2 * Math.PI - Math.PI / 2;
    const radius = i % 2 === 1 ? inner : 1;
    return [Math.cos(angle) * radius, Math.sin(angle) * radius];
  });
}

/** Each label is painted once and kept as a small bitmap: words are the dearest thing on a canvas. */
export class PointerLabels {
  readonly #kept = new Map<string, HTMLCanvasElement>();
  #palette: Palette | undefined;

  paint(canvas: CanvasRenderingContext2D, x: number, y: number, person: BoardPerson, palette: Palette, ratio: number): void {
    if (palette !== this.#palette || this.#kept.size > MOST_KEPT) this.#kept.clear();
    this.#palette = palette;
    const key = `${person.name}\n${person.colour}\n${person.shape}\n${ratio}`;
    let label = this.#kept.get(key);
    if (!label) this.#kept.set(key, (label = drawLabel(person, palette, ratio)));
    canvas.drawImage(label, Math.round(x) - 2, Math.round(y) - 2, label.width / ratio, label.height / ratio);
  }
}

function drawLabel(person: BoardPerson, palette: Palette, ratio: number): HTMLCanvasElement {
  const bitmap = document.createElement("canvas");
  const canvas = bitmap.getContext("2d");
  if (!canvas) return bitmap;
  const letters = [...person.name];
  const name = letters.length > MOST_LETTERS ? `${letters.slice(0, MOST_LETTERS).join("")}…` : person.name;
  const font = `${PIXELS}px ${palette.font}`;
  const { fill, ink } = palette.schools[Math.abs(Math.trunc(person.colour)) % SCHOOL_COLOURS] ?? { fill: "black", ink: "white" };
  canvas.font = font;
  const width = Math.ceil(canvas.measureText(name).width) + MARK + 26;
  bitmap.width = Math.ceil((ARROW + width) * ratio);
  bitmap.height = Math.ceil((ARROW + HEIGHT + 4) * ratio);
  canvas.scale(ratio, ratio);
  canvas.lineJoin = "round";
  canvas.fillStyle = fill;
  canvas.strokeStyle = palette.paper;
  canvas.lineWidth = 2;
  canvas.beginPath();
  canvas.moveTo(2, 2);
  canvas.lineTo(ARROW, 8);
  canvas.lineTo(8, ARROW);
  canvas.closePath();
  canvas.stroke();
  canvas.fill();
  canvas.translate(ARROW - 2, ARROW - 2);
  canvas.beginPath();
  roundedBox(canvas, 1, 1, width, HEIGHT, HEIGHT / 2);
  canvas.stroke();
  canvas.fill();
  canvas.fillStyle = ink;
  drawShape(canvas, person.shape, 8 + MARK / 2, 1 + HEIGHT / 2, MARK / 2);
  canvas.font = font;
  canvas.textBaseline = "middle";
  canvas.textAlign = "left";
  canvas.fillText(name, 14 + MARK, 2 + HEIGHT / 2);
  return bitmap;
}

function drawShape(canvas: CanvasRenderingContext2D, shape: string, x: number, y: number, radius: number): void {
  const corners = CORNERS[shape];
  if (!corners && [...shape].length <= 2 && shape !== "") {
    canvas.font = `${radius * 2.6}px sans-serif`;
    canvas.textAlign = "center";
    canvas.textBaseline = "middle";
    canvas.fillText(shape, x, y);
    return;
  }
  canvas.beginPath();
  if (corners) for (const [dx, dy] of corners) canvas.lineTo(x + dx * radius, y + dy * radius);
  else canvas.arc(x, y, radius, 0, 2 * Math.PI);
  canvas.closePath();
  canvas.fill();
}
