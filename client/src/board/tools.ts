/** Mouse, fingers and pen on the board: which of them draw, which of them move the paper. */

import { type Point, type View, toPaper, zoomAt } from "./geometry";
import { type Gesture, type Touch, begin, elementAt } from "./gestures";
import type { Surface, Tool } from "./surface";

/** Where a pen has been in use, a touch soon after is a resting hand, or fingers that move the paper. */
const PEN_IN_USE_MS = 15_000;
/** No fingertip is this wide, in CSS pixels. */
const PALM_WIDTH = 60;
const ERASER_BUTTON = 32;
const MIDDLE_BUTTON = 4;
const ZOOM_PER_PIXEL = 1 / 300;
/** A finger that was lifted no further from where it came down has pointed at something, CSS pixels. */
const TAP_WITHIN = 6;
/** So close to a thing counts as on it, CSS pixels. */
const TAP_REACH = 12;

interface Pinch {
  readonly view: View;
  readonly middle: Point;
  readonly spread: number;
}

export class PointerTools {
  readonly #surface: Surface;
  readonly #area: HTMLElement;
  readonly #pointers = new Map<number, Point>();
  readonly #listening = new AbortController();
  #canEdit = true;
  #gesture: Gesture | undefined;
  #gesturePointer: number | undefined;
  #pan: { pointer: number; from: Point; view: View } | undefined;
  #pinch: Pinch | undefined;
  #penAt = -Infinity;
  #spaceHeld = false;

  constructor(area: HTMLElement, surface: Surface) {
    this.#area = area;
    this.#surface = surface;
    const { signal } = this.#listening;
    area.addEventListener("pointerdown", this.#down, { signal });
    area.addEventListener("pointermove", this.#move, { signal });
    area.addEventListener("pointerup", this.#up, { signal });
    area.addEventListener("pointercancel", this.#cancel, { signal });
    area.addEventListener("pointerleave", () => surface.provider.setCursor(null), { signal });
    area.addEventListener("wheel", this.#wheel, { signal, passive: false });
    area.addEventListener("contextmenu", (event) => event.preventDefault(), { signal });
    area.addEventListener("keydown", this.#space, { signal });
    area.addEventListener("keyup", this.#space, { signal });
    area.addEventListener("blur", this.#blur, { signal });
  }

  set canEdit(canEdit: boolean) {
    this.#canEdit = canEdit;
    if (canEdit) return;
    this.abandon();
    this.#surface.provider.setCursor(null);
  }

  destroy(): void {
    this.abandon();
    this.#listening.abort();
  }

  /** Give up what is being drawn or dragged; true when there was something. */
  abandon(): boolean {
    const gesture = this.#gesture;
    this.#gesture = undefined;
    gesture?.cancel();
    return gesture !== undefined;
  }

  /** Another one draws from now on: what is under way is still the work of the one before. */
  finish(): void {
    if (!this.#gesture?.isMeant) {
      this.abandon();
      return;
    }
    this.#gesture.end();
    this.#gesture = undefined;
  }

  #down = (event: PointerEvent): void => {
    if (event.target !== this.#area && !(event.target instanceof HTMLCanvasElement)) return;
    if (event.pointerType === "pen") this.#penAt = performance.now();
    if (this.#isPalm(event)) return;
    // The focus ring is for keys; a finger knows where it is.
    this.#area.dataset["pointed"] = "";
    this.#surface.focus();
    this.#area.setPointerCapture(event.pointerId);
    const at = this.#onScreen(event);
    this.#pointers.set(event.pointerId, at);
    if (this.#pointers.size === 2) {
      this.#beginPinch();
      return;
    }
    if (this.#pointers.size > 1) return;
    const tool = this.#toolFor(event);
    if (tool === "hand") {
      this.#pan = { pointer: event.pointerId, from: at, view: this.#surface.renderer.view.get() };
      this.#area.dataset["panning"] = "";
      return;
    }
    const isTouch = event.pointerType === "touch";
    const hand = { surface: this.#surface, tool, isPen: event.pointerType === "pen" && event.pressure > 0, isTouch };
    // Words that are being written are finished by a touch elsewhere, which then does nothing more.
    if (this.#surface.inHand.get().editing) return;
    this.#gesture = begin(hand, this.#touch(event));
    this.#gesturePointer = event.pointerId;
  };

  #move = (event: PointerEvent): void => {
    if (event.pointerType === "pen") this.#penAt = performance.now();
    const at = this.#onScreen(event);
    if (this.#canEdit) this.#surface.provider.setCursor(toPaper(this.#surface.renderer.view.get(), at));
    if (!this.#pointers.has(event.pointerId)) return;
    this.#pointers.set(event.pointerId, at);
    if (this.#pinch) {
      this.#movePinch(this.#pinch);
    } else if (this.#pan?.pointer === event.pointerId) {
      const { from, view } = this.#pan;
      this.#surface.renderer.lookAt({ ...view, x: view.x + at.x - from.x, y: view.y + at.y - from.y });
    } else if (this.#gesture && this.#gesturePointer === event.pointerId) {
      const all = event.getCoalescedEvents?.() ?? [];
      this.#gesture.move((all.length > 0 ? all : [event]).map((one) => this.#touch(one)));
    }
  };

  #up = (event: PointerEvent): void => {
    const pan = this.#pan;
    if (!this.#canEdit && pan?.pointer === event.pointerId && this.#pointers.size === 1) this.#pointAt(event, pan.from);
    if (!this.#release(event)) return;
    const gesture = this.#gesture;
    this.#gesture = undefined;
    gesture?.end();
  };

  /** Who may only look can still say which thing they mean. */
  #pointAt(event: PointerEvent, from: Point): void {
    const at = this.#onScreen(event);
    if (Math.hypot(at.x - from.x, at.y - from.y) > TAP_WITHIN) return;
    const found = elementAt(this.#surface, toPaper(this.#surface.renderer.view.get(), at), TAP_REACH);
    this.#surface.select(found ? [found.id] : []);
  }

  #cancel = (event: PointerEvent): void => {
    if (this.#release(event)) this.abandon();
  };

  /** True when the pointer that left was the one with a gesture. */
  #release(event: PointerEvent): boolean {
    if (!this.#pointers.delete(event.pointerId)) return false;
    if (event.pointerType === "touch") this.#surface.provider.setCursor(null);
    if (this.#pan?.pointer === event.pointerId) this.#pan = undefined;
    if (this.#pointers.size < 2) this.#pinch = undefined;
    if (this.#pointers.size === 0) delete this.#area.dataset["panning"];
    return this.#gesturePointer === event.pointerId;
  }

  #toolFor(event: PointerEvent): Tool {
    const { tool } = this.#surface.inHand.get();
    if (!this.#canEdit || this.#spaceHeld || event.buttons & MIDDLE_BUTTON) return "hand";
    if (event.pointerType === "touch" && this.#penInUse()) return "hand";
    if (event.pointerType === "pen" && event.buttons & ERASER_BUTTON) return "eraser";
    return tool;
  }

  #penInUse(): boolean {
    return performance.now() - this.#penAt < PEN_IN_USE_MS;
  }

  #isPalm(event: PointerEvent): boolean {
    if (event.pointerType !== "touch" || !this.#penInUse()) return false;
    return this.#gesture !== undefined || Math.max(event.width, event.height) > PALM_WIDTH;
  }

  #beginPinch(): void {
    // The first finger of a pinch has begun to draw. A stroke that was well under way is kept.
    this.finish();
    this.#pan = undefined;
    const { middle, spread } = this.#fingers();
    this.#pinch = { view: this.#surface.renderer.view.get(), middle, spread };
  }

  #movePinch(pinch: Pinch): void {
    const { middle, spread } = this.#fingers();
    const moved = {
      ...pinch.view,
      x: pinch.view.x + middle.x - pinch.middle.x,
      y: pinch.view.y + middle.y - pinch.middle.y,
    };
    this.#surface.renderer.lookAt(zoomAt(moved, middle, spread / pinch.spread));
  }

  #fingers(): { middle: Point; spread: number } {
    const [a = { x: 0, y: 0 }, b = a] = this.#pointers.values();
    return { middle: { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 }, spread: Math.max(1, Math.hypot(a.x - b.x, a.y - b.y)) };
  }

  #wheel = (event: WheelEvent): void => {
    event.preventDefault();
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 20 : 1;
    const { renderer } = this.#surface;
    if (event.ctrlKey || event.metaKey) {
      renderer.lookAt(zoomAt(renderer.view.get(), this.#onScreen(event), Math.exp(-event.deltaY * lines * ZOOM_PER_PIXEL)));
    } else if (event.shiftKey && event.deltaX === 0) {
      this.#surface.panBy(-event.deltaY * lines, 0);
    } else {
      this.#surface.panBy(-event.deltaX * lines, -event.deltaY * lines);
    }
  };

  #blur = (): void => {
    this.#spaceHeld = false;
    delete this.#area.dataset["pointed"];
  };

  #space = (event: KeyboardEvent): void => {
    if (event.type === "keydown") delete this.#area.dataset["pointed"];
    if (event.target !== this.#area || event.key !== " ") return;
    event.preventDefault();
    this.#spaceHeld = event.type === "keydown";
  };

  #onScreen(event: MouseEvent): Point {
    const { left, top } = this.#area.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  }

  #touch(event: PointerEvent): Touch {
    const at = toPaper(this.#surface.renderer.view.get(), this.#onScreen(event));
    return { ...at, pressure: event.pressure || 0.5, shift: event.shiftKey };
  }
}
