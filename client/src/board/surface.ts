/**
 * One open board at this screen: the document, the way to the others, the picture, and what the person
 * has in hand. Tools, keys and the toolbar all act through it, so that each thing can be done each way.
 */

import {
  type BoardElement, type Colour, NOTE_COLOURS, NOTE_SIDE, RESIZABLE, SIZES, type SizeName, boxOf,
} from "./elements";
import { type Box, type Point, encloses, grown, toScreen, union, viewOf, zoomAt } from "./geometry";
import type { LiveThing } from "./live";
import { BoardModel } from "./model";
import { BoardProvider } from "./provider";
import { Renderer } from "./renderer";
import { noteColour } from "./shapes";
import { Store } from "./store";
import type { BoardTransport } from "./wire";
import { NOTE_PADDING } from "./writing";

export const SHAPES = ["rect", "ellipse", "line", "arrow"] as const;
export type Shape = (typeof SHAPES)[number];
export type Tool = "select" | "hand" | "pen" | "eraser" | Shape | "text" | "note";

export const isShape = (tool: string): tool is Shape => (SHAPES as readonly string[]).includes(tool);

/** Words being written: a new text or note, or one that stands on the board (`id`). */
export interface Editing {
  readonly id: string | undefined;
  readonly kind: "text" | "note";
  readonly at: Point;
  readonly colour: Colour;
  readonly size: number;
  readonly text: string;
}

export interface InHand {
  readonly tool: Tool;
  /** The shape the shape button stands for. */
  readonly shape: Shape;
  readonly colour: Colour;
  readonly noteColour: Colour;
  readonly size: SizeName;
  readonly selection: ReadonlySet<string>;
  readonly editing: Editing | undefined;
}

/** Something that happened and is to be said aloud: a key under `board.said`, and how many. */
export interface Said {
  readonly what: "added" | "removed" | "undone" | "redone" | "nothing" | "selected" | "refused";
  readonly count: number;
}

const NONE: ReadonlySet<string> = new Set();
const LEAST_SIDE = 16;

export class Surface {
  readonly model: BoardModel;
  readonly provider: BoardProvider;
  readonly renderer: Renderer;
  readonly inHand = new Store<InHand>({
    tool: "pen", shape: "rect", colour: "ink", noteColour: "yellow", size: "medium", selection: NONE, editing: undefined,
  });
  readonly said = new Store<Said | undefined>(undefined);
  readonly #area: HTMLElement;
  readonly #userId: string;
  #making: LiveThing | undefined;
  #band: Box | undefined;
  #added = 0;
  #placed = false;
  readonly #leave: (() => void)[];

  constructor(area: HTMLElement, transport: BoardTransport, userId: string) {
    this.#area = area;
    this.#userId = userId;
    this.provider = new BoardProvider(transport, {
      onDocument: (doc) => {
        this.select([]);
        this.model.attach(doc);
        this.say("refused");
      },
      onCursors: () => this.renderer.refresh(),
      onLive: (sender, payload) => {
        if (this.renderer.live.receive(sender, payload)) this.renderer.refresh();
      },
    });
    this.model = new BoardModel(this.provider.doc, userId);
    this.renderer = new Renderer(area, this.model);
    this.renderer.cursors = () => this.provider.cursors();
    this.renderer.ownWork = () => ({
      thing: this.#making,
      band: this.#band,
      selection: this.selected(),
      editing: this.inHand.get().editing?.id,
    });
    this.#leave = [
      this.inHand.subscribe(() => this.renderer.refresh()),
      this.model.onChange((ids) => this.#dropGone(ids)),
      this.provider.connection.subscribe(() => this.#onConnection()),
    ];
    this.provider.connect();
  }

  destroy(): void {
    for (const leave of this.#leave) leave();
    this.renderer.destroy();
    this.provider.destroy();
    this.model.destroy();
  }

  /** Another of those who share this device draws from now on; undefined: the one who signed in first. */
  writeAs(actor: string | undefined): void {
    this.provider.writeAs(actor);
    this.model.writeAs(actor ?? this.#userId);
  }

  focus(): void {
    this.#area.focus({ preventScroll: true });
  }

  say(what: Said["what"], count = 1): void {
    this.said.set({ what, count });
  }

  /** The pointer over the paper shows what it will do. */
  showTool(tool: Tool): void {
    this.#area.dataset["tool"] = tool;
  }

  get isMaking(): boolean {
    return this.#making !== undefined;
  }

  // --- in hand -----------------------------------------------------------------------------------

  take(tool: Tool): void {
    const keepsSelection = tool === "select" || tool === "hand";
    this.inHand.patch({ tool, ...(isShape(tool) ? { shape: tool } : {}), ...(keepsSelection ? {} : { selection: NONE }) });
  }

  /** What is being drawn or dragged, shown above the board. */
  show(making: LiveThing | undefined, band?: Box): void {
    this.#making = making;
    this.#band = band;
    this.renderer.refresh();
  }

  select(ids: Iterable<string>): void {
    this.inHand.patch({ selection: new Set(ids) });
  }

  selected(): BoardElement[] {
    return [...this.inHand.get().selection].flatMap((id) => this.model.shown(id) ?? []);
  }

  setColour(colour: Colour): void {
    const forNotes = (NOTE_COLOURS as readonly string[]).includes(colour) && this.colourKind() === "note";
    this.inHand.patch(forNotes ? { noteColour: colour } : { colour });
    this.model.step(() => {
      for (const { id } of this.selected()) this.model.set(id, { colour });
    });
  }

  setSize(size: SizeName): void {
    this.inHand.patch({ size });
    this.model.step(() => {
      for (const element of this.selected()) this.model.set(element.id, { size: SIZES[size] });
    });
  }

  /** Are the swatches for ink or for notes? */
  colourKind(): "ink" | "note" {
    const { tool } = this.inHand.get();
    const selected = this.selected();
    if (tool === "select" && selected.length > 0) return selected.every(({ kind }) => kind === "note") ? "note" : "ink";
    return tool === "note" ? "note" : "ink";
  }

  // --- changes -----------------------------------------------------------------------------------

  undo(): void {
    this.say(this.model.undo() ? "undone" : "nothing");
  }

  redo(): void {
    this.say(this.model.redo() ? "redone" : "nothing");
  }

  removeSelected(): void {
    const { selection } = this.inHand.get();
    if (selection.size === 0) return;
    this.model.remove(selection);
    this.say("removed", selection.size);
    this.select([]);
  }

  /** `dx`, `dy` on screen: closer up, steps are finer. */
  moveSelected(dx: number, dy: number): void {
    const { zoom } = this.renderer.view.get();
    this.model.move(this.inHand.get().selection, dx / zoom, dy / zoom);
    this.#bringIntoView();
  }

  resizeSelected(dw: number, dh: number): void {
    const { zoom } = this.renderer.view.get();
    this.model.step(() => {
      for (const element of this.selected()) this.resize(element, element.w + dw / zoom, element.h + dh / zoom);
    });
  }

  resize({ id, kind }: BoardElement, w: number, h: number): void {
    if (!RESIZABLE.includes(kind)) return;
    const least = (side: number): number => (kind === "line" || kind === "arrow" ? side : Math.max(side, LEAST_SIDE));
    this.model.set(id, { w: Math.round(least(w)), h: Math.round(least(h)) });
  }

  canResize({ kind }: BoardElement): boolean {
    return RESIZABLE.includes(kind);
  }

  /** For keyboards: put one in the middle of what is seen, ready to be moved. */
  addAtCentre(tool: Shape | "text" | "note"): void {
    const step = (this.#added++ % 6) * 20;
    const centre = this.renderer.centre();
    const at = { x: Math.round(centre.x + step), y: Math.round(centre.y + step) };
    if (!isShape(tool)) {
      this.write(tool, tool === "note" ? { x: at.x - NOTE_SIDE / 2, y: at.y - NOTE_SIDE / 2 } : at);
      return;
    }
    const { colour, size } = this.inHand.get();
    const [w, h] = tool === "line" || tool === "arrow" ? [180, 0] : [180, 120];
    const id = this.model.add({ kind: tool, x: at.x - w / 2, y: at.y - h / 2, w, h, colour, size: SIZES[size] });
    this.#took(id);
  }

  /** Begin to write a new text or note with its upper start corner at `at`. */
  write(kind: "text" | "note", at: Point): void {
    const { colour, noteColour: paper, size } = this.inHand.get();
    this.inHand.patch({
      selection: NONE,
      editing: { id: undefined, kind, at, colour: kind === "note" ? paper : colour, size: SIZES[size], text: "" },
    });
  }

  edit({ id, kind, x, y, dx, dy, colour, size, text }: BoardElement): void {
    if (kind !== "text" && kind !== "note") return;
    this.inHand.patch({ editing: { id, kind, at: { x: x + dx, y: y + dy }, colour, size, text } });
  }

  /** The words are done. `keepEmpty`: a note with no words yet is still a note. */
  finishWriting(text: string, keepEmpty: boolean): void {
    const { editing } = this.inHand.get();
    if (!editing) return;
    this.inHand.patch({ editing: undefined });
    const words = text.trimEnd();
    const { kind, at, size } = editing;
    const colour = kind === "note" ? noteColour(editing.colour) : editing.colour;
    if (editing.id !== undefined) {
      const old = this.model.shown(editing.id);
      if (!old || old.text === words) return;
      if (words === "" && kind === "text") this.model.remove([old.id]);
      else this.model.set(old.id, { text: words, ...this.#room(kind, size, words, old.w) });
    } else if (words !== "" || (kind === "note" && keepEmpty)) {
      this.#took(this.model.add({ kind, x: at.x, y: at.y, colour, size, text: words, ...this.#room(kind, size, words) }));
    }
  }

  // --- view --------------------------------------------------------------------------------------

  zoomBy(factor: number): void {
    const { width, height } = this.renderer.size;
    this.renderer.lookAt(zoomAt(this.renderer.view.get(), { x: width / 2, y: height / 2 }, factor));
  }

  panBy(dx: number, dy: number): void {
    const view = this.renderer.view.get();
    this.renderer.lookAt({ ...view, x: view.x + dx, y: view.y + dy });
  }

  /** Show everything there is. */
  fit(): void {
    const { width, height } = this.renderer.size;
    const all = union(this.model.ordered().map(({ box }) => box));
    this.renderer.lookAt(all ? viewOf(all, width, height) : { x: width / 2, y: height / 2, zoom: 1 });
  }

  reveal(element: BoardElement): void {
    if (encloses(this.renderer.seen(), element.box)) return;
    const { width, height } = this.renderer.size;
    const view = this.renderer.view.get();
    const middle = toScreen(view, { x: (element.box.left + element.box.right) / 2, y: (element.box.top + element.box.bottom) / 2 });
    this.panBy(width / 2 - middle.x, height / 2 - middle.y);
  }

  #took(id: string): void {
    this.inHand.patch({ tool: "select", selection: new Set([id]) });
    this.say("added");
    this.focus();
  }

  #room(kind: "text" | "note", size: number, text: string, w = NOTE_SIDE): { w: number; h: number } {
    if (kind === "text") {
      const { width, height } = this.renderer.measure({ kind, size, text });
      // A little more than measured here: another device's font may be wider, and would wrap.
      return { w: Math.ceil(width * 1.04) + 2, h: Math.ceil(height) };
    }
    const { height } = this.renderer.measure({ kind, size, text, w });
    return { w, h: Math.max(NOTE_SIDE, Math.ceil(height) + 2 * NOTE_PADDING) };
  }

  #dropGone(ids: ReadonlySet<string>): void {
    const { selection } = this.inHand.get();
    const left = [...selection].filter((id) => !ids.has(id) || this.model.shown(id));
    if (left.length < selection.size) this.select(left);
  }

  #bringIntoView(): void {
    const all = union(this.selected().map((element) => boxOf(element)));
    const [first] = this.selected();
    if (all && first && !encloses(grown(this.renderer.seen(), 1), all)) this.reveal({ ...first, box: all });
  }

  #onConnection(): void {
    const { open, synced } = this.provider.connection.get();
    if (!open) this.renderer.live.clear();
    this.renderer.refresh();
    if (!synced || this.#placed) return;
    // The first sight of a board that others have filled: all of it.
    this.#placed = true;
    const all = union(this.model.ordered().map(({ box }) => box));
    if (all && !encloses(this.renderer.seen(), all)) this.fit();
  }
}
