/**
 * The settled part of the board: everything stored, painted once onto a bitmap that is kept.
 *
 * A change repaints only where it is; a new element is painted on top; moving the view shifts the
 * bitmap and paints the edges that came in. A whole repaint happens on another bitmap in slices of a
 * frame, while the old one stays in view, so that pen and fingers are never kept waiting.
 */

import type { BoardElement } from "./elements";
import { type Box, type View, common, overlaps, seen, union } from "./geometry";
import type { BoardModel } from "./model";
import type { Palette } from "./palette";
import { paintElement } from "./shapes";

const SLICE_MS = 10;
/** A view that is still being zoomed is shown scaled, and painted again when it rests. */
const REST_MS = 120;
const MANY_PLACES = 64;
/** Larger places are painted in pieces of this many pixels, so that a frame can end between two. */
const TILE = 256;
const MANY_ELEMENTS = 600;

interface Repaint {
  readonly canvas: CanvasRenderingContext2D;
  readonly view: View;
  readonly ids: string[];
  next: number;
}

export class Scene {
  readonly #model: BoardModel;
  readonly #front: CanvasRenderingContext2D;
  #palette: Palette;
  #back: CanvasRenderingContext2D | undefined;
  #repaint: Repaint | undefined;
  /** When to begin a whole repaint; undefined when none is due. */
  #repaintAt: number | undefined;
  #painted: View = { x: 0, y: 0, zoom: 1 };
  #view: View = this.#painted;
  #ratio = 1;
  #lifted: ReadonlySet<string> = new Set();
  readonly #places = new Map<string, Box>();
  #dirty: Box[] = [];
  #late: Box[] = [];
  #onTop: string[] = [];

  constructor(canvas: HTMLCanvasElement, model: BoardModel, palette: Palette) {
    this.#model = model;
    this.#palette = palette;
    this.#front = context(canvas);
  }

  /** Nothing is left to paint. */
  get isSettled(): boolean {
    return !this.#repaint && this.#repaintAt === undefined && this.#dirty.length + this.#onTop.length === 0;
  }

  /** The canvas has a new size, or all colours are new: paint straight onto it, from nothing. */
  restart(view: View, ratio: number, palette: Palette): void {
    this.#ratio = ratio;
    this.#palette = palette;
    this.#view = this.#painted = view;
    this.#back = undefined;
    this.#front.canvas.style.transform = "";
    this.#begin(this.#front);
  }

  lookAt(view: View): void {
    this.#view = view;
    if (view.zoom === this.#painted.zoom && (!this.#repaint || this.#repaint.canvas !== this.#front)) this.#shift();
    else this.#stretch();
    if (this.#repaint || view.zoom !== this.#painted.zoom) this.#repaintAfterRest();
  }

  changed(ids: ReadonlySet<string>): void {
    const fresh = new Set<string>();
    for (const id of ids) {
      const before = this.#places.get(id);
      const now = this.#lifted.has(id) ? undefined : this.#model.shown(id);
      if (before) this.#soil(before);
      if (now) {
        this.#places.set(id, now.box);
        if (before) this.#soil(now.box);
        else fresh.add(id);
      } else {
        this.#places.delete(id);
      }
    }
    this.#place(fresh);
  }

  /** These are drawn elsewhere for now (they are being moved). */
  lift(ids: ReadonlySet<string>): void {
    const touched = new Set<string>();
    for (const id of ids) if (!this.#lifted.has(id)) touched.add(id);
    for (const id of this.#lifted) if (!ids.has(id)) touched.add(id);
    this.#lifted = new Set(ids);
    if (touched.size > 0) this.changed(touched);
  }

  /** Do one frame's work. */
  frame(now: number): void {
    if (this.#repaintAt !== undefined && now >= this.#repaintAt) this.#begin(this.#backCanvas());
    if (this.#repaint) this.#slice(this.#repaint);
    if (this.#painted.zoom !== this.#view.zoom) return;
    for (const id of this.#onTop) {
      const element = this.#model.shown(id);
      if (element && !this.#lifted.has(id)) this.#paint(this.#front, this.#painted, element);
    }
    this.#onTop = [];
    this.#clean(performance.now() + SLICE_MS);
  }

  /** Paint places that changed or came into view; what does not fit into this frame waits for the next. */
  #clean(end: number): void {
    if (this.#dirty.length > MANY_PLACES) {
      const window = this.#window(this.#painted);
      const all = union(this.#dirty.filter((box) => overlaps(box, window)));
      this.#dirty = all ? tiles(common(all, window), TILE / this.#painted.zoom) : [];
    }
    let cleaned = 0;
    for (const box of this.#dirty) {
      if (cleaned > 0 && performance.now() > end) break;
      this.#repaintPlace(box);
      cleaned++;
    }
    this.#dirty.splice(0, cleaned);
  }

  /** New elements above all others are simply painted; the rest have to slip under something. */
  #place(fresh: Set<string>): void {
    if (fresh.size === 0) return;
    const order = this.#model.ordered();
    const top: string[] = [];
    for (let i = order.length - 1; i >= 0; i--) {
      const id = order[i]?.id ?? "";
      if (!fresh.delete(id)) break;
      top.push(id);
    }
    top.reverse();
    for (const id of top) {
      this.#onTop.push(id);
      if (this.#repaint) this.#repaint.ids.push(id);
    }
    for (const id of fresh) {
      const box = this.#places.get(id);
      if (box) this.#soil(box);
    }
  }

  #soil(box: Box): void {
    this.#dirty.push(box);
    if (this.#repaint) this.#late.push(box);
  }

  #begin(canvas: CanvasRenderingContext2D): void {
    this.#repaintAt = undefined;
    clear(canvas);
    const order = this.#model.ordered();
    this.#places.clear();
    const ids: string[] = [];
    for (const { id, box } of order) {
      if (this.#lifted.has(id)) continue;
      this.#places.set(id, box);
      ids.push(id);
    }
    this.#repaint = { canvas, view: this.#view, ids, next: 0 };
    this.#late = [];
    if (canvas === this.#front) {
      this.#dirty = [];
      this.#onTop = [];
    }
  }

  #slice(repaint: Repaint): void {
    const { canvas, view, ids } = repaint;
    const end = performance.now() + SLICE_MS;
    const window = this.#window(view);
    while (repaint.next < ids.length && performance.now() < end) {
      const id = ids[repaint.next++] ?? "";
      const element = this.#model.shown(id);
      if (element && !this.#lifted.has(id) && overlaps(element.box, window)) this.#paint(canvas, view, element);
    }
    if (repaint.next >= ids.length) this.#finish(repaint);
  }

  #finish(repaint: Repaint): void {
    this.#repaint = undefined;
    if (repaint.canvas !== this.#front) {
      copy(this.#front, repaint.canvas.canvas, 0, 0);
      this.#painted = repaint.view;
      this.#onTop = [];
      this.#dirty = [];
    }
    this.#dirty.push(...this.#late);
    this.#late = [];
    this.lookAt(this.#view);
  }

  #repaintPlace(box: Box): void {
    const { x, y, zoom } = this.#painted;
    const { width, height } = this.#front.canvas;
    const pixel = (value: number, origin: number): number => (value * zoom + origin) * this.#ratio;
    const left = Math.max(0, Math.floor(pixel(box.left, x)) - 1);
    const top = Math.max(0, Math.floor(pixel(box.top, y)) - 1);
    const right = Math.min(width, Math.ceil(pixel(box.right, x)) + 1);
    const bottom = Math.min(height, Math.ceil(pixel(box.bottom, y)) + 1);
    if (left >= right || top >= bottom) return;
    const scale = this.#ratio * zoom;
    const part: Box = {
      left: left / scale - x / zoom,
      top: top / scale - y / zoom,
      right: right / scale - x / zoom,
      bottom: bottom / scale - y / zoom,
    };
    const touched = this.#model.ordered().filter((element) => !this.#lifted.has(element.id) && overlaps(element.box, part));
    if (touched.length > MANY_ELEMENTS) {
      this.#repaintAt ??= performance.now();
      return;
    }
    this.#front.save();
    this.#front.setTransform(1, 0, 0, 1, 0, 0);
    this.#front.beginPath();
    this.#front.rect(left, top, right - left, bottom - top);
    this.#front.clip();
    this.#front.clearRect(left, top, right - left, bottom - top);
    for (const element of touched) this.#paint(this.#front, this.#painted, element);
    this.#front.restore();
  }

  #paint(canvas: CanvasRenderingContext2D, view: View, element: BoardElement): void {
    const scale = this.#ratio * view.zoom;
    canvas.setTransform(scale, 0, 0, scale, view.x * this.#ratio, view.y * this.#ratio);
    paintElement(canvas, element, this.#palette);
  }

  /** Same zoom: move what is painted, then paint the edges that came into view. */
  #shift(): void {
    this.#front.canvas.style.transform = "";
    const { width, height } = this.#front.canvas;
    const dx = Math.round((this.#view.x - this.#painted.x) * this.#ratio);
    const dy = Math.round((this.#view.y - this.#painted.y) * this.#ratio);
    if (dx === 0 && dy === 0) return;
    this.#painted = this.#view;
    copy(this.#front, this.#front.canvas, dx, dy);
    const window = this.#window(this.#view);
    const scale = this.#ratio * this.#view.zoom;
    const side = TILE / this.#view.zoom;
    if (dx !== 0 && Math.abs(dx) < width) {
      const edge = dx > 0 ? { right: window.left + dx / scale } : { left: window.right + dx / scale };
      this.#dirty.push(...tiles({ ...window, ...edge }, side));
    }
    if (dy !== 0 && Math.abs(dy) < height) {
      const edge = dy > 0 ? { bottom: window.top + dy / scale } : { top: window.bottom + dy / scale };
      this.#dirty.push(...tiles({ ...window, ...edge }, side));
    }
    if (Math.abs(dx) >= width || Math.abs(dy) >= height) this.#dirty.push(...tiles(window, side));
  }

  #stretch(): void {
    const factor = this.#view.zoom / this.#painted.zoom;
    const x = this.#view.x - this.#painted.x * factor;
    const y = this.#view.y - this.#painted.y * factor;
    this.#front.canvas.style.transform = factor === 1 && x === 0 && y === 0 ? "" : `translate(${x}px, ${y}px) scale(${factor})`;
  }

  #repaintAfterRest(): void {
    if (this.#repaint?.canvas !== this.#front) this.#repaint = undefined;
    this.#repaintAt = performance.now() + REST_MS;
  }

  #window(view: View): Box {
    const { width, height } = this.#front.canvas;
    return seen(view, width / this.#ratio, height / this.#ratio);
  }

  #backCanvas(): CanvasRenderingContext2D {
    const { width, height } = this.#front.canvas;
    this.#back ??= context(document.createElement("canvas"));
    if (this.#back.canvas.width !== width || this.#back.canvas.height !== height) {
      this.#back.canvas.width = width;
      this.#back.canvas.height = height;
    }
    return this.#back;
  }
}

/** A box in pieces that are at most `side` wide and high. */
function tiles(box: Box, side: number): Box[] {
  const pieces: Box[] = [];
  for (let { left } = box; left < box.right; left += side) {
    for (let { top } = box; top < box.bottom; top += side) {
      pieces.push({ left, top, right: Math.min(left + side, box.right), bottom: Math.min(top + side, box.bottom) });
    }
  }
  return pieces;
}

export function context(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const found = canvas.getContext("2d");
  if (!found) throw new Error("This browser has no 2D canvas.");
  return found;
}

export function clear(canvas: CanvasRenderingContext2D): void {
  canvas.setTransform(1, 0, 0, 1, 0, 0);
  canvas.clearRect(0, 0, canvas.canvas.width, canvas.canvas.height);
}

/** Put a bitmap in place of everything that was there. */
function copy(canvas: CanvasRenderingContext2D, bitmap: HTMLCanvasElement, x: number, y: number): void {
  canvas.setTransform(1, 0, 0, 1, 0, 0);
  canvas.globalCompositeOperation = "copy";
  canvas.drawImage(bitmap, x, y);
  canvas.globalCompositeOperation = "source-over";
}
