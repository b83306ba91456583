/**
 * A pen stroke as bytes.
 *
 * Byte 0 says whether each point carries pressure (a real pen) or not (mouse, finger). Then, for each
 * point, the step from the point before it in quarter pixels as two zigzag varints, and one byte of
 * pressure where there is any. A point a finger makes costs two bytes as a rule.
 *
 * Bytes come from other people's browsers: whatever they are, reading ends, and ends early.
 */

import { type Box, PAPER_LIMIT, clamp } from "./geometry";

/** More points than this in one element are not read. */
export const MAX_POINTS = 10_000;

/** Longer strokes are stored as several elements: each stays cheap to paint and far below 64 KiB. */
export const CUT_POINTS = 2_000;

const UNITS = 4;
const WITH_PRESSURE = 1;
const LIMIT = PAPER_LIMIT * UNITS;

/** Points as x, y, pressure (0 to 1), flat. */
export interface Samples {
  readonly values: number[];
  /** False for a mouse or a finger: the pressure is then made up from speed when painting. */
  readonly pressure: boolean;
}

export const NO_SAMPLES: Samples = { values: [], pressure: false };

export const pointCount = (samples: Samples): number => samples.values.length / 3;

/** Write `samples` from point `from` on; the first written point stands in full. */
export function pack(samples: Samples, from = 0): Uint8Array {
  const bytes: number[] = [samples.pressure ? WITH_PRESSURE : 0];
  let x = 0;
  let y = 0;
  const step = (delta: number): void => {
    let zigzag = delta < 0 ? -delta * 2 - 1 : delta * 2;
    while (zigzag > 127) {
      bytes.push((zigzag & 127) | 128);
      zigzag >>>= 7;
    }
    bytes.push(zigzag);
  };
  const { values } = samples;
  for (let i = from * 3; i + 2 < values.length; i += 3) {
    const nextX = quantised(values[i] ?? 0);
    const nextY = quantised(values[i + 1] ?? 0);
    step(nextX - x);
    step(nextY - y);
    if (samples.pressure) bytes.push(Math.round(clamp(values[i + 2] ?? 0.5, 0, 1) * 127));
    x = nextX;
    y = nextY;
  }
  return Uint8Array.from(bytes);
}

const quantised = (value: number): number => clamp(Math.round(value * UNITS), -LIMIT, LIMIT);

/** Read what `pack` wrote. Bytes that are not a stroke give the points up to where they stop making sense. */
export function unpack(bytes: Uint8Array, limit = MAX_POINTS): Samples {
  const flags = bytes[0];
  if (flags === undefined || flags > WITH_PRESSURE) return NO_SAMPLES;
  const pressure = flags === WITH_PRESSURE;
  const values: number[] = [];
  let offset = 1;
  let bad = false;
  const step = (): number => {
    let zigzag = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = bytes[offset++];
      if (byte === undefined) break;
      zigzag |= (byte & 127) << shift;
      if (byte < 128) return zigzag & 1 ? -((zigzag + 1) / 2) : zigzag / 2;
    }
    bad = true;
    return 0;
  };
  let x = 0;
  let y = 0;
  while (offset < bytes.length && values.length < limit * 3) {
    x = clamp(x + step(), -LIMIT, LIMIT);
    y = clamp(y + step(), -LIMIT, LIMIT);
    const force = pressure ? bytes[offset++] : 64;
    if (bad || force === undefined) break;
    values.push(x / UNITS, y / UNITS, Math.min(force, 127) / 127);
  }
  return { values, pressure };
}

/** The stroke in pieces of at most `CUT_POINTS`; neighbours share a point so that no gap shows. */
export function cut(samples: Samples): Samples[] {
  const count = pointCount(samples);
  if (count <= CUT_POINTS) return [samples];
  const pieces: Samples[] = [];
  for (let from = 0; from < count - 1; from += CUT_POINTS - 1) {
    pieces.push({ values: samples.values.slice(from * 3, (from + CUT_POINTS) * 3), pressure: samples.pressure });
  }
  return pieces;
}

export function boundsOf(samples: Samples): Box {
  const { values } = samples;
  let left = Infinity;
  let top = Infinity;
  let right = -Infinity;
  let bottom = -Infinity;
  for (let i = 0; i + 1 < values.length; i += 3) {
    const x = values[i] ?? 0;
    const y = values[i + 1] ?? 0;
    if (x < left) left = x;
    if (x > right) right = x;
    if (y < top) top = y;
    if (y > bottom) bottom = y;
  }
  return left > right ? { left: 0, top: 0, right: 0, bottom: 0 } : { left, top, right, bottom };
}
