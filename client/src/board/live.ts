/**
 * What others are drawing right now: shown while it is made, never stored, and allowed to get lost.
 *
 * Each message is a few bytes about one thing in the making, named by the id its element will have, so
 * that the stored element can take its place without a flicker:
 *
 *   version (1), kind of message, id, then
 *   points: colour, size, index of the first point, packed points (`strokes.ts`)
 *   shape:  kind, colour, size, x, y, w, h
 *   move:   dx, dy, count, ids of the elements that are being moved
 *   end:    nothing; it was given up or its element is on the way
 *
 * All of it comes from other people's browsers: everything is bounded, and what does not read is dropped.
 */

import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import { COLOURS, type Colour, ID_LIMIT, KINDS, type Kind } from "./elements";
import { PAPER_LIMIT, clamp } from "./geometry";
import { MAX_POINTS, type Samples, pack, unpack } from "./strokes";

export const LIVE_BYTES = 4_096;
const VERSION = 1;
const POINTS = 0;
const SHAPE = 1;
const MOVE = 2;
const END = 3;

const MAX_MOVED = 100;
const MAX_PER_PERSON = 4;
const MAX_PEOPLE = 200;
const FORGET_AFTER_MS = 5_000;
/** An ended stroke waits this long for its stored element, which travels separately. */
const LINGER_MS = 1_500;

export interface LiveStroke {
  readonly what: "stroke";
  readonly id: string;
  readonly colour: Colour;
  readonly size: number;
  readonly samples: Samples;
}

export interface LiveShape {
  readonly what: "shape";
  readonly id: string;
  readonly kind: Kind;
  readonly colour: Colour;
  readonly size: number;
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

export interface LiveMove {
  readonly what: "move";
  readonly id: string;
  readonly dx: number;
  readonly dy: number;
  readonly ids: readonly string[];
}

export type LiveThing = LiveStroke | LiveShape | LiveMove;
type LiveMessage = Exclude<LiveThing, LiveStroke> | (LiveStroke & { from: number }) | { what: "end"; id: string };

function message(kind: number, id: string, write: (encoder: encoding.Encoder) => void): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, VERSION);
  encoding.writeVarUint(encoder, kind);
  encoding.writeVarString(encoder, id);
  write(encoder);
  return encoding.toUint8Array(encoder);
}

/** The stroke's points from number `from` on. */
export function encodePoints(stroke: LiveStroke, from: number): Uint8Array {
  return message(POINTS, stroke.id, (encoder) => {
    encoding.writeVarUint(encoder, COLOURS.indexOf(stroke.colour));
    encoding.writeVarUint(encoder, stroke.size);
    encoding.writeVarUint(encoder, from);
    encoding.writeUint8Array(encoder, pack(stroke.samples, from));
  });
}

export function encodeShape(shape: LiveShape): Uint8Array {
  return message(SHAPE, shape.id, (encoder) => {
    encoding.writeVarUint(encoder, KINDS.indexOf(shape.kind));
    encoding.writeVarUint(encoder, COLOURS.indexOf(shape.colour));
    encoding.writeVarUint(encoder, shape.size);
    for (const value of [shape.x, shape.y, shape.w, shape.h]) encoding.writeVarInt(encoder, Math.round(value));
  });
}

/** Undefined when so many are moved that the others see them arrive instead. */
export function encodeMove(move: LiveMove): Uint8Array | undefined {
  if (move.ids.length > MAX_MOVED) return undefined;
  return message(MOVE, move.id, (encoder) => {
    encoding.writeVarInt(encoder, Math.round(move.dx));
    encoding.writeVarInt(encoder, Math.round(move.dy));
    encoding.writeVarUint(encoder, move.ids.length);
    for (const id of move.ids) encoding.writeVarString(encoder, id);
  });
}

export const encodeEnd = (id: string): Uint8Array => message(END, id, () => undefined);

/** Undefined for anything that is not a message of this version. */
export function decodeLive(payload: Uint8Array): LiveMessage | undefined {
  if (payload.length > LIVE_BYTES) return undefined;
  try {
    return readLive(decoding.createDecoder(payload));
  } catch {
    return undefined;
  }
}

function readLive(decoder: decoding.Decoder): LiveMessage | undefined {
  if (decoding.readVarUint(decoder) !== VERSION) return undefined;
  const kind = decoding.readVarUint(decoder);
  const id = decoding.readVarString(decoder);
  if (id.length === 0 || id.length > ID_LIMIT) return undefined;
  const place = (): number => clamp(decoding.readVarInt(decoder), -PAPER_LIMIT, PAPER_LIMIT);
  const look = (): { colour: Colour; size: number } => ({
    colour: COLOURS[decoding.readVarUint(decoder)] ?? "ink",
    size: clamp(decoding.readVarUint(decoder), 1, 64),
  });
  switch (kind) {
    case POINTS: {
      const style = look();
      const from = decoding.readVarUint(decoder);
      return { what: "stroke", id, ...style, from, samples: unpack(decoding.readTailAsUint8Array(decoder)) };
    }
    case SHAPE: {
      const shape = KINDS[decoding.readVarUint(decoder)];
      if (!shape || shape === "pen") return undefined;
      return { what: "shape", id, kind: shape, ...look(), x: place(), y: place(), w: place(), h: place() };
    }
    case MOVE: {
      const dx = place();
      const dy = place();
      const count = Math.min(decoding.readVarUint(decoder), MAX_MOVED);
      const ids = Array.from({ length: count }, () => decoding.readVarString(decoder));
      return { what: "move", id, dx, dy, ids };
    }
    case END:
      return { what: "end", id };
    default:
      return undefined;
  }
}

interface Seen {
  thing: LiveThing;
  forgetAt: number;
}

/** The things others are making now, by person. */
export class LiveThings {
  readonly #people = new Map<string, Map<string, Seen>>();
  readonly #now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Take in one message; false when it changed nothing. */
  receive(userId: string, payload: Uint8Array): boolean {
    const news = decodeLive(payload);
    if (!news) return false;
    const things = this.#thingsOf(userId);
    const old = things?.get(news.id);
    if (!things) return false;
    if (news.what === "end") {
      if (old?.thing.what === "move") things.delete(news.id);
      else if (old) old.forgetAt = this.#now() + LINGER_MS;
      return old !== undefined;
    }
    const forgetAt = this.#now() + FORGET_AFTER_MS;
    if (news.what === "stroke") {
      const thing = old?.thing.what === "stroke" ? old.thing : { ...news, samples: { values: [], pressure: news.samples.pressure } };
      splice(thing.samples.values, news.samples.values, news.from);
      things.set(news.id, { thing, forgetAt });
    } else {
      things.set(news.id, { thing: news, forgetAt });
    }
    if (things.size > MAX_PER_PERSON) things.delete([...things.keys()][0] ?? "");
    return true;
  }

  /** The stored elements have arrived: what stood in for them goes. */
  settled(ids: ReadonlySet<string>): void {
    for (const things of this.#people.values()) {
      for (const [id, { thing }] of things) {
        const done = thing.what === "move" ? thing.ids.some((moved) => ids.has(moved)) : ids.has(id);
        if (done) things.delete(id);
      }
    }
  }

  /** What is being made, forgetting what nobody has continued. */
  *current(): Generator<LiveThing> {
    const now = this.#now();
    for (const [userId, things] of this.#people) {
      for (const [id, seen] of things) {
        if (seen.forgetAt < now) things.delete(id);
        else yield seen.thing;
      }
      if (things.size === 0) this.#people.delete(userId);
    }
  }

  clear(): void {
    this.#people.clear();
  }

  #thingsOf(userId: string): Map<string, Seen> | undefined {
    let things = this.#people.get(userId);
    if (!things && this.#people.size < MAX_PEOPLE) this.#people.set(userId, (things = new Map()));
    return things;
  }
}

/** Put points at their number; a message that got lost leaves a straight line, not a hole. */
function splice(values: number[], news: readonly number[], from: number): void {
  if (from * 3 < values.length) values.length = from * 3;
  const room = MAX_POINTS * 3 - values.length;
  for (let i = 0; i < news.length && i < room; i++) values.push(news[i] ?? 0);
}
