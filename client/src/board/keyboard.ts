/** The board from the keyboard. Keys work while the focus is in the board, so they take nothing from the page. */

import type { Surface, Tool } from "./surface";
import { isShape } from "./surface";

export const TOOL_KEYS: Readonly<Record<string, Tool>> = {
  v: "select", h: "hand", p: "pen", e: "eraser", r: "rect", o: "ellipse", l: "line", a: "arrow", t: "text", n: "note",
};

const STEP = 8;
const PAN_STEP = 60;
const ZOOM_STEP = 1.25;

const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1],
};

interface Keys {
  readonly surface: Surface;
  readonly canEdit: boolean;
  /** The focus is on the paper itself, not in the toolbar or the list. */
  readonly onPaper: boolean;
  readonly abandon: () => boolean;
}

/** Act on a key; true when it was one of the board's. */
export function pressKey(event: KeyboardEvent, keys: Keys): boolean {
  const { surface, canEdit, onPaper } = keys;
  const key = letterOf(event);
  if (event.ctrlKey || event.metaKey) return canEdit && withControl(key, event.shiftKey, surface);
  if (event.altKey) return false;
  if (zoomKey(event.key, surface)) return true;
  if (!canEdit && event.key === "Escape") return escape(keys);
  if (!canEdit) return onPaper && panKey(event.key, surface);
  if (event.key === "Delete" || event.key === "Backspace") {
    surface.removeSelected();
    return true;
  }
  if (event.key === "Escape") return escape(keys);
  const tool = TOOL_KEYS[key];
  if (tool) {
    surface.take(tool);
    return true;
  }
  return onPaper && paperKey(event, surface);
}

/** The Latin letter on the key, also where the keyboard writes another script. */
function letterOf(event: KeyboardEvent): string {
  if (/^[a-z]$/i.test(event.key)) return event.key.toLowerCase();
  return event.code.startsWith("Key") ? event.code.slice(3).toLowerCase() : "";
}

function withControl(key: string, shift: boolean, surface: Surface): boolean {
  if (key === "z") {
    if (shift) surface.redo();
    else surface.undo();
  } else if (key === "y") {
    surface.redo();
  } else if (key === "a") {
    surface.take("select");
    const all = surface.model.ordered();
    surface.select(all.map(({ id }) => id));
    surface.say("selected", all.length);
  } else {
    return false;
  }
  return true;
}

function zoomKey(key: string, surface: Surface): boolean {
  if (key === "+" || key === "=") surface.zoomBy(ZOOM_STEP);
  else if (key === "-") surface.zoomBy(1 / ZOOM_STEP);
  else if (key === "0") surface.fit();
  else return false;
  return true;
}

function panKey(key: string, surface: Surface): boolean {
  const arrow = ARROWS[key];
  if (arrow) surface.panBy(-arrow[0] * PAN_STEP, -arrow[1] * PAN_STEP);
  return arrow !== undefined;
}

function escape({ surface, abandon }: Keys): boolean {
  if (abandon()) return true;
  if (surface.inHand.get().selection.size === 0) return false;
  surface.select([]);
  return true;
}

function paperKey(event: KeyboardEvent, surface: Surface): boolean {
  const { tool, selection } = surface.inHand.get();
  const arrow = ARROWS[event.key];
  if (arrow && selection.size > 0) {
    if (event.shiftKey) surface.resizeSelected(arrow[0] * STEP, arrow[1] * STEP);
    else surface.moveSelected(arrow[0] * STEP, arrow[1] * STEP);
    return true;
  }
  if (arrow) return panKey(event.key, surface);
  if (event.key !== "Enter") return false;
  const [only] = surface.selected();
  if (only && selection.size === 1) surface.edit(only);
  else if (isShape(tool) || tool === "text" || tool === "note") surface.addAtCentre(tool);
  return true;
}
