/** What moves above the settled board: strokes in the making, what is being dragged, selection, cursors. */

import { type BoardElement, RESIZABLE } from "./elements";
import { type Box, type Point, type View, shifted, toScreen } from "./geometry";
import type { LiveMove, LiveStroke, LiveThing } from "./live";
import type { Palette } from "./palette";
import { clear } from "./scene";
import { paintElement, penOutline } from "./shapes";
import { type Samples, pointCount } from "./strokes";
import { PointerLabels } from "./pointer-labels";

/** Who someone is, for their cursor and for the words about what they drew. */
export interface BoardPerson {
  readonly name: string;
  /** The school's place in the partnership, 0 to 7. */
  readonly colour: number;
  /** The school's shape: a name ("circle", "square", "triangle", "diamond" ...) or a sign of its own ("◆"). */
  readonly shape: string;
}

export type PersonOf = (userId: string) => BoardPerson | undefined;

/** What the person at this screen is making or dragging. */
export interface OwnWork {
  readonly thing: LiveThing | undefined;
  /** The rubber band of a selection in the making. */
  readonly band: Box | undefined;
  readonly selection: readonly BoardElement[];
  /** Stands in a text field for now, so it is not painted. */
  readonly editing: string | undefined;
}

export interface OverlayState extends OwnWork {
  readonly view: View;
  readonly ratio: number;
  readonly palette: Palette;
  readonly others: readonly LiveThing[];
  readonly cursors: readonly (Point & { person: BoardPerson })[];
  readonly elementOf: (id: string) => BoardElement | undefined;
}

/** An outline is worked out anew each frame only for the end of a long stroke. */
const FROZEN_EVERY = 250;

export class Overlay {
  readonly #canvas: CanvasRenderingContext2D;
  readonly #labels = new PointerLabels();
  readonly #plain = new WeakMap<Samples, { count: number; path: Path2D }>();
  #frozen: { samples: Samples; count: number; path: Path2D } | undefined;

  constructor(canvas: CanvasRenderingContext2D) {
    this.#canvas = canvas;
  }

  paint(state: OverlayState): void {
    const canvas = this.#canvas;
    const { view, ratio, palette, thing } = state;
    clear(canvas);
    canvas.setTransform(ratio * view.zoom, 0, 0, ratio * view.zoom, view.x * ratio, view.y * ratio);
    for (const other of state.others) {
      if (other.what === "stroke") this.#strokePlainly(other, palette);
      else this.#paintThing(other, state);
    }
    if (thing?.what === "stroke") this.#strokeFinely(thing, palette);
    else if (thing) this.#paintThing(thing, state);
    this.#paintSelection(state);
    canvas.setTransform(ratio, 0, 0, ratio, 0, 0);
    for (const { person, ...at } of state.cursors) {
      const { x, y } = toScreen(view, at);
      this.#labels.paint(canvas, x, y, person, palette, ratio);
    }
  }

  #paintThing(thing: Exclude<LiveThing, LiveStroke>, { palette, elementOf }: OverlayState): void {
    if (thing.what === "shape") {
      // One that is being made larger or smaller keeps its words.
      const text = elementOf(thing.id)?.text ?? "";
      paintElement(this.#canvas, { ...thing, dx: 0, dy: 0, text, points: null }, palette);
      return;
    }
    for (const id of thing.ids) {
      const element = elementOf(id);
      if (element) {
        paintElement(this.#canvas, { ...element, dx: element.dx + thing.dx, dy: element.dy + thing.dy }, palette);
      }
    }
  }

  /** One line of even width: cheap, with many people drawing at once. */
  #strokePlainly({ samples, colour, size }: LiveStroke, palette: Palette): void {
    const count = pointCount(samples);
    let known = this.#plain.get(samples);
    if (!known || known.count > count) this.#plain.set(samples, (known = { count: 0, path: new Path2D() }));
    for (let i = known.count; i < count; i++) {
      const x = samples.values[i * 3] ?? 0;
      const y = samples.values[i * 3 + 1] ?? 0;
      if (i === 0) known.path.moveTo(x, y);
      known.path.lineTo(x, y);
    }
    known.count = count;
    this.#canvas.strokeStyle = palette.ink[colour];
    this.#canvas.lineWidth = size * 1.3;
    this.#canvas.lineCap = this.#canvas.lineJoin = "round";
    this.#canvas.stroke(known.path);
  }

  /** The own stroke, as it will stand; only its last part is worked out again each frame. */
  #strokeFinely({ samples, colour, size }: LiveStroke, palette: Palette): void {
    this.#canvas.fillStyle = palette.ink[colour];
    const count = Math.floor(pointCount(samples) / FROZEN_EVERY) * FROZEN_EVERY;
    if (count > 0 && (this.#frozen?.samples !== samples || this.#frozen.count !== count)) {
      this.#frozen = { samples, count, path: penOutline(part(samples, 0, count), size, true) };
    }
    if (count > 0 && this.#frozen) this.#canvas.fill(this.#frozen.path);
    this.#canvas.fill(penOutline(part(samples, Math.max(0, count - 2)), size, false));
  }

  #paintSelection({ selection, band, thing, view, palette }: OverlayState): void {
    const canvas = this.#canvas;
    const dragged: LiveMove | undefined = thing?.what === "move" ? thing : undefined;
    canvas.strokeStyle = palette.select;
    canvas.lineWidth = 2 / view.zoom;
    canvas.setLineDash([]);
    for (const { id, box } of selection) {
      const at = dragged?.ids.includes(id) ? shifted(box, dragged.dx, dragged.dy) : box;
      canvas.strokeRect(at.left, at.top, at.right - at.left, at.bottom - at.top);
    }
    const [only] = selection;
    if (only && selection.length === 1 && !dragged && RESIZABLE.includes(only.kind)) {
      const side = 10 / view.zoom;
      canvas.fillStyle = palette.paper;
      canvas.fillRect(only.box.right - side / 2, only.box.bottom - side / 2, side, side);
      canvas.strokeRect(only.box.right - side / 2, only.box.bottom - side / 2, side, side);
    }
    if (!band) return;
    canvas.setLineDash([6 / view.zoom, 4 / view.zoom]);
    canvas.strokeRect(band.left, band.top, band.right - band.left, band.bottom - band.top);
    canvas.setLineDash([]);
  }
}

const part = ({ values, pressure }: Samples, from: number, to?: number): Samples => ({
  values: from === 0 && to === undefined ? values : values.slice(from * 3, to === undefined ? undefined : to * 3),
  pressure,
});
