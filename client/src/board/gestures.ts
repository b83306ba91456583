/** What a finger, mouse or pen does from down to up, one function a tool. */

import { type BoardElement, SIZES, newElementId } from "./elements";
import { type Box, type Point, boxBetween, encloses, holds } from "./geometry";
import { type LiveMove, type LiveShape, type LiveStroke, encodeEnd, encodeMove, encodePoints, encodeShape } from "./live";
import { boundsOf, cut, pack, pointCount } from "./strokes";
import { type Shape, type Surface, type Tool, isShape } from "./surface";
import { touches } from "./shapes";

/** Where on the paper, how hard, and whether the shift key is down. */
export interface Touch extends Point {
  readonly pressure: number;
  readonly shift: boolean;
}

export interface Gesture {
  move(touches: readonly Touch[]): void;
  end(): void;
  /** It turned out to be something else (a pinch, a palm): as if it had not begun. */
  cancel(): void;
  /** The pointer has gone too far or stayed too long to be part of a pinch. */
  readonly isMeant: boolean;
}

const LIVE_EVERY_MS = 40;
const REACH_MOUSE = 6;
const REACH_TOUCH = 14;
/** Points closer than this on screen are one point. */
const LEAST_STEP = 1.2;
const DRAG_FROM = 4;

export interface Hand {
  readonly surface: Surface;
  readonly tool: Tool;
  readonly isPen: boolean;
  readonly isTouch: boolean;
}

export function begin(hand: Hand, at: Touch): Gesture | undefined {
  const { surface, tool } = hand;
  if (tool === "pen") return draw(hand, at);
  if (tool === "eraser") return erase(hand, at);
  if (tool === "select") return pick(hand, at);
  if (tool === "text" || tool === "note") return place(hand, tool, at);
  return isShape(tool) ? stretch(surface, tool, at) : undefined;
}

/** The uppermost element at a point: one whose ink is touched, else one that has the point inside. */
export function elementAt(surface: Surface, at: Point, reach: number): BoardElement | undefined {
  const near = reach / surface.renderer.view.get().zoom;
  const order = surface.model.ordered();
  let around: BoardElement | undefined;
  for (let i = order.length - 1; i >= 0; i--) {
    const element = order[i];
    if (!element) continue;
    if (touches(element, at, near)) return element;
    if ((element.kind === "rect" || element.kind === "ellipse") && holds(element.box, at)) around ??= element;
  }
  return around;
}

const reachOf = (hand: Hand): number => (hand.isTouch ? REACH_TOUCH : REACH_MOUSE);

function everyNowAndThen(): (send: () => void) => void {
  let last = -Infinity;
  return (send) => {
    const now = performance.now();
    if (now - last < LIVE_EVERY_MS) return;
    last = now;
    send();
  };
}

// --- drawing -------------------------------------------------------------------------------------

function draw({ surface, isPen }: Hand, at: Touch): Gesture {
  const { colour, size } = surface.inHand.get();
  const least = LEAST_STEP / surface.renderer.view.get().zoom;
  const values = [at.x, at.y, at.pressure];
  const stroke: LiveStroke = {
    what: "stroke", id: newElementId(), colour, size: SIZES[size], samples: { values, pressure: isPen },
  };
  let last: Point = at;
  let sent = 0;
  const now = everyNowAndThen();
  surface.show(stroke);
  const tell = (): void => {
    surface.provider.sendLive(encodePoints(stroke, sent));
    sent = pointCount(stroke.samples);
  };
  return {
    get isMeant() {
      return pointCount(stroke.samples) > 12;
    },
    move(touches) {
      for (const touch of touches) {
        if (Math.hypot(touch.x - last.x, touch.y - last.y) < least) continue;
        values.push(touch.x, touch.y, touch.pressure);
        last = touch;
      }
      surface.show(stroke);
      now(tell);
    },
    end() {
      tell();
      surface.show(undefined);
      surface.model.step(() => {
        for (const [i, samples] of cut(stroke.samples).entries()) {
          const { left, top, right, bottom } = boundsOf(samples);
          surface.model.add({
            // The first piece takes the place of what the others saw being drawn.
            ...(i === 0 ? { id: stroke.id } : {}),
            kind: "pen", x: left, y: top, w: right - left, h: bottom - top, colour, size: SIZES[size], points: pack(samples),
          });
        }
      });
      surface.provider.sendLive(encodeEnd(stroke.id));
    },
    cancel() {
      surface.show(undefined);
      surface.provider.sendLive(encodeEnd(stroke.id));
    },
  };
}

function stretch(surface: Surface, kind: Shape, from: Touch): Gesture {
  const { colour, size } = surface.inHand.get();
  const now = everyNowAndThen();
  const origin = { x: Math.round(from.x), y: Math.round(from.y) };
  let shape: LiveShape = {
    what: "shape", id: newElementId(), kind, colour, size: SIZES[size], ...origin, w: 0, h: 0,
  };
  const isLine = kind === "line" || kind === "arrow";
  const isDrawn = (): boolean => Math.hypot(shape.w, shape.h) * surface.renderer.view.get().zoom >= DRAG_FROM * 2;
  return {
    get isMeant() {
      return isDrawn();
    },
    move(touches) {
      const to = touches.at(-1);
      if (!to) return;
      const [w, h] = to.shift ? even(to.x - origin.x, to.y - origin.y, isLine) : [to.x - origin.x, to.y - origin.y];
      shape = { ...shape, w: Math.round(w), h: Math.round(h) };
      surface.show(shape);
      now(() => surface.provider.sendLive(encodeShape(shape)));
    },
    end() {
      surface.show(undefined);
      if (isDrawn()) {
        const { id, w, h } = shape;
        const upright = isLine ? { ...origin, w, h } : uprightBox(origin, w, h);
        surface.model.add({ id, kind, colour, size: SIZES[size], ...upright });
      }
      surface.provider.sendLive(encodeEnd(shape.id));
    },
    cancel() {
      surface.show(undefined);
      surface.provider.sendLive(encodeEnd(shape.id));
    },
  };
}

const uprightBox = ({ x, y }: Point, w: number, h: number) => ({
  x: Math.min(x, x + w), y: Math.min(y, y + h), w: Math.abs(w), h: Math.abs(h),
});

/** Shift held: squares and circles, and lines in steps of 45 degrees. */
function even(w: number, h: number, isLine: boolean): [number, number] {
  if (!isLine) {
    const side = Math.max(Math.abs(w), Math.abs(h));
    return [Math.sign(w || 1) * side, Math.sign(h || 1) * side];
  }
  const angle = (Math.round(Math.atan2(h, w) / (Math.PI / 4)) * Math.PI) / 4;
  const length = Math.hypot(w, h);
  return [Math.cos(angle) * length, Math.sin(angle) * length];
}

function place(hand: Hand, tool: "text" | "note", at: Touch): Gesture {
  const { surface } = hand;
  let isGone = false;
  return {
    isMeant: false,
    move: () => undefined,
    end() {
      if (isGone) return;
      const there = elementAt(surface, at, reachOf(hand));
      if (there?.kind === "text" || there?.kind === "note") surface.edit(there);
      else surface.write(tool, { x: Math.round(at.x), y: Math.round(at.y) - (tool === "text" ? 12 : 0) });
    },
    cancel() {
      isGone = true;
    },
  };
}

function erase(hand: Hand, at: Touch): Gesture {
  const { surface } = hand;
  const erased = new Set<string>();
  let last: Point = at;
  const rub = (to: Point): void => {
    const near = reachOf(hand) / surface.renderer.view.get().zoom;
    // A quick movement has gaps between its points that are wider than a stroke.
    const steps = Math.min(20, Math.ceil(Math.hypot(to.x - last.x, to.y - last.y) / near) || 1);
    for (let i = 1; i <= steps; i++) {
      const point = { x: last.x + ((to.x - last.x) * i) / steps, y: last.y + ((to.y - last.y) * i) / steps };
      for (const element of surface.model.ordered()) {
        if (!erased.has(element.id) && touches(element, point, near)) erased.add(element.id);
      }
    }
    last = to;
    surface.select(erased);
  };
  rub(at);
  return {
    get isMeant() {
      return erased.size > 0;
    },
    move(touches) {
      for (const touch of touches) rub(touch);
    },
    end() {
      surface.select([]);
      if (erased.size === 0) return;
      surface.model.remove(erased);
      surface.say("removed", erased.size);
    },
    cancel() {
      surface.select([]);
    },
  };
}

// --- selecting -----------------------------------------------------------------------------------

function pick(hand: Hand, at: Touch): Gesture {
  const { surface } = hand;
  const { selection } = surface.inHand.get();
  const [only] = surface.selected();
  if (only && selection.size === 1 && surface.canResize(only) && onCorner(surface, only, at)) return resize(surface, only, at);
  const hit = elementAt(surface, at, reachOf(hand));
  if (!hit) return band(surface, at);
  if (at.shift) surface.select(selection.has(hit.id) ? [...selection].filter((id) => id !== hit.id) : [...selection, hit.id]);
  else if (!selection.has(hit.id)) surface.select([hit.id]);
  return drag(surface, at, selection.has(hit.id) && selection.size === 1 ? hit : undefined);
}

/** The lower end corner of a single selected element, by which it is made larger or smaller. */
function onCorner(surface: Surface, { box }: BoardElement, at: Point): boolean {
  return Math.hypot(at.x - box.right, at.y - box.bottom) * surface.renderer.view.get().zoom <= 16;
}

function drag(surface: Surface, from: Point, wasSelected: BoardElement | undefined): Gesture {
  const now = everyNowAndThen();
  let move: LiveMove | undefined;
  const { zoom } = surface.renderer.view.get();
  return {
    get isMeant() {
      return move !== undefined;
    },
    move(touches) {
      const to = touches.at(-1);
      if (!to || (!move && Math.hypot(to.x - from.x, to.y - from.y) * zoom < DRAG_FROM)) return;
      const ids = move?.ids ?? surface.selected().map(({ id }) => id);
      move = { what: "move", id: move?.id ?? newElementId(), dx: to.x - from.x, dy: to.y - from.y, ids };
      const moving = move;
      surface.show(moving);
      now(() => surface.provider.sendLive(encodeMove(moving)));
    },
    end() {
      surface.show(undefined);
      if (move) surface.model.move(move.ids, move.dx, move.dy);
      else if (wasSelected) surface.edit(wasSelected);
    },
    cancel() {
      surface.show(undefined);
      if (move) surface.provider.sendLive(encodeEnd(move.id));
    },
  };
}

function resize(surface: Surface, element: BoardElement, from: Point): Gesture {
  const now = everyNowAndThen();
  let shape: LiveShape | undefined;
  return {
    isMeant: true,
    move(touches) {
      const to = touches.at(-1);
      if (!to) return;
      const { kind, colour, size, x, y, dx, dy } = element;
      const w = element.w + to.x - from.x;
      const h = element.h + to.y - from.y;
      shape = { what: "shape", id: element.id, kind, colour, size, x: x + dx, y: y + dy, w, h };
      const shown = shape;
      surface.show(shown);
      now(() => surface.provider.sendLive(encodeShape(shown)));
    },
    end() {
      surface.show(undefined);
      if (shape) surface.resize(element, shape.w, shape.h);
      surface.provider.sendLive(encodeEnd(element.id));
    },
    cancel() {
      surface.show(undefined);
      surface.provider.sendLive(encodeEnd(element.id));
    },
  };
}

function band(surface: Surface, from: Touch): Gesture {
  const before = from.shift ? surface.inHand.get().selection : new Set<string>();
  let area: Box = boxBetween(from, from);
  surface.select(before);
  return {
    isMeant: false,
    move(touches) {
      const to = touches.at(-1);
      if (!to) return;
      area = boxBetween(from, to);
      surface.show(undefined, area);
    },
    end() {
      const inside = surface.model.ordered().filter(({ box }) => encloses(area, box));
      surface.select([...before, ...inside.map(({ id }) => id)]);
      surface.show(undefined);
      if (inside.length > 0) surface.say("selected", inside.length);
    },
    cancel() {
      surface.show(undefined);
    },
  };
}
