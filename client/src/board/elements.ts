/**
 * What stands on a board: the kinds, their fields, and how a stored one is read.
 *
 * Stored elements were written by other people's browsers. A field of the wrong type gets its default,
 * an element that makes no sense is not shown, and nothing here throws.
 */

import * as Y from "yjs";
import { type Box, PAPER_LIMIT, clamp } from "./geometry";

export const KINDS = ["pen", "rect", "ellipse", "line", "arrow", "text", "note"] as const;
export type Kind = (typeof KINDS)[number];

/** Kinds whose size can be changed after they were made. */
export const RESIZABLE: readonly Kind[] = ["rect", "ellipse", "line", "arrow", "note"];

export const COLOURS = [
  "ink", "red", "orange", "green", "blue", "purple", "yellow", "pink", "grey", "brown",
] as const;
export type Colour = (typeof COLOURS)[number];

export const PEN_COLOURS: readonly Colour[] = ["ink", "red", "orange", "green", "blue", "purple"];
export const NOTE_COLOURS = ["yellow", "blue", "green", "pink"] as const;
export type NoteColour = (typeof NOTE_COLOURS)[number];

export const SIZES = { thin: 2, medium: 4, thick: 8 } as const;
export type SizeName = keyof typeof SIZES;

export const TEXT_LIMIT = 2_000;
export const ID_LIMIT = 64;
export const NOTE_SIDE = 176;

/** The fields of an element as they are stored; every one is set when it is created. */
export interface ElementFields {
  kind: Kind;
  /** The author's user id. */
  by: string;
  x: number;
  y: number;
  w: number;
  h: number;
  /** How far it was moved from where it was made. */
  dx: number;
  dy: number;
  colour: Colour;
  size: number;
  text: string;
  z: number;
  gone: boolean;
  points: Uint8Array | null;
}

export interface BoardElement extends Readonly<ElementFields> {
  readonly id: string;
  /** Where it stands now, moves and the width of the line included. */
  readonly box: Box;
}

export type Field = keyof ElementFields;

/** Stands in for a field that is missing or of the wrong type. */
export const DEFAULTS: Readonly<ElementFields> = {
  kind: "rect",
  by: "",
  x: 0,
  y: 0,
  w: 0,
  h: 0,
  dx: 0,
  dy: 0,
  colour: "ink",
  size: SIZES.medium,
  text: "",
  z: 0,
  gone: false,
  points: null,
};

export const isKind = (value: unknown): value is Kind => KINDS.includes(value as Kind);
export const isColour = (value: unknown): value is Colour => COLOURS.includes(value as Colour);

const finite = (value: unknown, fallback: number, low: number, high: number): number =>
  typeof value === "number" && Number.isFinite(value) ? clamp(value, low, high) : fallback;

const onPaper = (value: unknown): number => finite(value, 0, -PAPER_LIMIT, PAPER_LIMIT);

const MAX_Z = 2 ** 40;

/** Read one entry of "elements"; undefined when it is nothing that can be shown. */
export function readElement(id: string, stored: unknown): BoardElement | undefined {
  if (!(stored instanceof Y.Map) || id.length > ID_LIMIT) return undefined;
  const fields = readFields((name) => stored.get(name));
  return fields && { id, ...fields, box: boxOf(fields) };
}

/** Read an element's fields, wherever they are kept; undefined when they are nothing that can be shown. */
export function readFields(field: (name: Field) => unknown): ElementFields | undefined {
  const kind = field("kind");
  const points = field("points");
  if (!isKind(kind)) return undefined;
  if (kind === "pen" && !(points instanceof Uint8Array)) return undefined;
  const by = field("by");
  const colour = field("colour");
  const text = field("text");
  return {
    kind,
    by: typeof by === "string" ? by.slice(0, ID_LIMIT) : "",
    x: onPaper(field("x")),
    y: onPaper(field("y")),
    w: onPaper(field("w")),
    h: onPaper(field("h")),
    dx: onPaper(field("dx")),
    dy: onPaper(field("dy")),
    colour: isColour(colour) ? colour : DEFAULTS.colour,
    size: finite(field("size"), DEFAULTS.size, 1, 64),
    text: typeof text === "string" ? text.slice(0, TEXT_LIMIT) : "",
    z: finite(field("z"), 0, -MAX_Z, MAX_Z),
    gone: field("gone") === true,
    points: points instanceof Uint8Array ? points : null,
  };
}

/** The box a thing of these fields covers, with room for the width of its line. */
export function boxOf(fields: Pick<ElementFields, "kind" | "x" | "y" | "w" | "h" | "dx" | "dy" | "size">): Box {
  const { kind, w, h, size } = fields;
  const x = fields.x + fields.dx;
  const y = fields.y + fields.dy;
  const room = kind === "text" ? 2 : kind === "note" ? 8 : kind === "arrow" ? size * 3 + 10 : size * 1.5 + 2;
  return {
    left: Math.min(x, x + w) - room,
    top: Math.min(y, y + h) - room,
    right: Math.max(x, x + w) + room,
    bottom: Math.max(y, y + h) + room,
  };
}

/** Painting order: by `z`, and the same for everyone where two have the same. */
export const inOrder = (a: BoardElement, b: BoardElement): number =>
  a.z - b.z || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

export function newElementId(): string {
  const words = crypto.getRandomValues(new Uint32Array(3));
  return Array.from(words, (word) => word.toString(36)).join("");
}
