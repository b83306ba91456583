/** A whole board page as a small picture, read from what the server keeps of it: to look at, not to work on. */

import * as decoding from "lib0/decoding";
import * as Y from "yjs";
import { type Box, union, viewOf } from "./geometry";
import { BoardModel } from "./model";
import { readPalette } from "./palette";
import { paintElement } from "./shapes";

/** The updates of an answer of `/api/boards/{id}/state`: each after its length. */
export function updatesIn(answer: Uint8Array): Uint8Array[] {
  const decoder = decoding.createDecoder(answer);
  const updates: Uint8Array[] = [];
  while (decoding.hasContent(decoder)) updates.push(decoding.readVarUint8Array(decoder));
  return updates;
}

/** Paint all of a page onto a canvas of this size, in CSS pixels. Returns how many things are on it. */
export function paintStill(canvas: HTMLCanvasElement, updates: readonly Uint8Array[], width: number, height: number): number {
  const doc = new Y.Doc();
  for (const update of updates) Y.applyUpdate(doc, update);
  const model = new BoardModel(doc, "");
  const elements = model.ordered();
  const paint = canvas.getContext("2d");
  const everything: Box | undefined = union(elements.map((element) => element.box));
  if (paint) {
    const ratio = Math.min(2, globalThis.devicePixelRatio || 1);
    canvas.width = Math.ceil(width * ratio);
    canvas.height = Math.ceil(height * ratio);
    if (everything) {
      const view = viewOf(everything, width, height);
      const scale = view.zoom * ratio;
      const palette = readPalette(document.body);
      for (const element of elements) {
        paint.setTransform(scale, 0, 0, scale, view.x * ratio, view.y * ratio);
        paintElement(paint, element, palette);
      }
    }
  }
  model.destroy();
  doc.destroy();
  return elements.length;
}
