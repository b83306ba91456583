/** The board on screen: two bitmaps one above the other, the view they show, and when they are painted. */

import type { BoardElement } from "./elements";
import { type Box, type Point, type View, seen, toPaper } from "./geometry";
import { LiveThings } from "./live";
import type { BoardModel } from "./model";
import { Overlay, type OwnWork, type PersonOf } from "./overlay";
import { type Palette, onSchemeChange, readPalette } from "./palette";
import type { Cursor } from "./provider";
import { Scene, context } from "./scene";
import { layOut } from "./shapes";
import { Store } from "./store";
import { type Writing, TEXT_WIDTH } from "./writing";

/** Sharper than this cannot be seen and costs four times the paint. */
const MOST_PIXELS = 2;
/** Live things nobody continues are forgotten by a look this often. */
const TIDY_MS = 1_000;

export class Renderer {
  readonly view = new Store<View>({ x: 0, y: 0, zoom: 1 });
  readonly live = new LiveThings();
  personOf: PersonOf = () => undefined;
  cursors: () => Cursor[] = () => [];
  ownWork: () => OwnWork = () => ({ thing: undefined, band: undefined, selection: [], editing: undefined });
  readonly #area: HTMLElement;
  readonly #model: BoardModel;
  readonly #canvases: HTMLCanvasElement[];
  readonly #scene: Scene;
  readonly #overlay: Overlay;
  readonly #leave: (() => void)[];
  #palette: Palette;
  #ratio = 1;
  #width = 0;
  #height = 0;
  #frame: number | undefined;
  #tidyTimer: ReturnType<typeof setTimeout> | undefined;
  #overlayStale = true;

  constructor(area: HTMLElement, model: BoardModel) {
    this.#area = area;
    this.#model = model;
    this.#palette = readPalette(area);
    this.#canvases = ["board-scene", "board-overlay"].map((name) => {
      const canvas = document.createElement("canvas");
      canvas.className = name;
      canvas.setAttribute("aria-hidden", "true");
      return canvas;
    });
    area.prepend(...this.#canvases);
    const [scene, overlay] = this.#canvases as [HTMLCanvasElement, HTMLCanvasElement];
    this.#scene = new Scene(scene, model, this.#palette);
    this.#overlay = new Overlay(context(overlay));
    const resized = new ResizeObserver(() => this.#resize());
    resized.observe(area);
    this.#leave = [
      () => resized.disconnect(),
      onSchemeChange(() => this.#recolour()),
      model.onChange((ids) => {
        this.live.settled(ids);
        this.#scene.changed(ids);
        this.refresh();
      }),
    ];
    // Text is measured and painted with the page's own font: paint again when that has come.
    void document.fonts.ready.then(() => this.#recolour());
    this.#resize();
    this.lookAt({ x: this.#width / 2, y: this.#height / 2, zoom: 1 });
  }

  get size(): { width: number; height: number } {
    return { width: this.#width, height: this.#height };
  }

  get isSettled(): boolean {
    return this.#scene.isSettled && this.#frame === undefined;
  }

  destroy(): void {
    for (const leave of this.#leave) leave();
    clearTimeout(this.#tidyTimer);
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    for (const canvas of this.#canvases) canvas.remove();
  }

  /** Show another part of the paper. Whole pixels only: the bitmap is shifted, never blurred. */
  lookAt({ x, y, zoom }: View): void {
    const whole = (value: number): number => Math.round(value * this.#ratio) / this.#ratio;
    this.view.set({ x: whole(x), y: whole(y), zoom });
    this.#scene.lookAt(this.view.get());
    this.refresh();
  }

  seen(): Box {
    return seen(this.view.get(), this.#width, this.#height);
  }

  centre(): Point {
    return toPaper(this.view.get(), { x: this.#width / 2, y: this.#height / 2 });
  }

  /** Something above the settled board has changed. */
  refresh(): void {
    this.#overlayStale = true;
    this.#frame ??= requestAnimationFrame(this.#paint);
  }

  /** How much room words take, for a text wrapped at the usual width or a note of width `w`. */
  measure(element: Pick<BoardElement, "kind" | "size" | "text"> & { w?: number }): Writing {
    const canvas = context(document.createElement("canvas"));
    return layOut(canvas, { ...element, w: element.w ?? TEXT_WIDTH }, this.#palette.font);
  }

  #paint = (now: number): void => {
    this.#frame = undefined;
    const others = [...this.live.current()];
    const own = this.ownWork();
    const lifted = [own.thing, ...others].flatMap((thing) => {
      if (thing?.what === "move") return thing.ids;
      return thing?.what === "shape" ? [thing.id] : [];
    });
    this.#scene.lift(new Set(own.editing ? [...lifted, own.editing] : lifted));
    this.#scene.frame(now);
    if (this.#overlayStale) {
      this.#overlayStale = false;
      this.#overlay.paint({
        ...own,
        view: this.view.get(),
        ratio: this.#ratio,
        palette: this.#palette,
        others,
        cursors: this.cursors().flatMap((cursor) => {
          const person = this.personOf(cursor.userId);
          return person ? [{ x: cursor.x, y: cursor.y, person }] : [];
        }),
        elementOf: (id) => this.#model.shown(id),
      });
    }
    if (!this.#scene.isSettled) this.#frame ??= requestAnimationFrame(this.#paint);
    if (others.length > 0) {
      this.#tidyTimer ??= setTimeout(() => {
        this.#tidyTimer = undefined;
        this.refresh();
      }, TIDY_MS);
    }
  };

  #resize(): void {
    const { width, height } = this.#area.getBoundingClientRect();
    const ratio = Math.min(devicePixelRatio, MOST_PIXELS);
    if (width === this.#width && height === this.#height && ratio === this.#ratio) return;
    const view = this.view.get();
    // What was in the middle stays there.
    this.view.set({ ...view, x: view.x + Math.round((width - this.#width) / 2), y: view.y + Math.round((height - this.#height) / 2) });
    this.#width = width;
    this.#height = height;
    this.#ratio = ratio;
    for (const canvas of this.#canvases) {
      canvas.width = Math.max(1, Math.round(width * ratio));
      canvas.height = Math.max(1, Math.round(height * ratio));
    }
    this.#restart();
  }

  #recolour(): void {
    this.#palette = readPalette(this.#area);
    this.#restart();
  }

  #restart(): void {
    this.#scene.restart(this.view.get(), this.#ratio, this.#palette);
    this.refresh();
  }
}
