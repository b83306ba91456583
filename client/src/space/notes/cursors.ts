/** Where the others write: a line in their school's colour with their name. The server vouches for `user`. */
import { Plugin, PluginKey } from "prosemirror-state";
import { Decoration, DecorationSet, type EditorView } from "prosemirror-view";
import {
  absolutePositionToRelativePosition, relativePositionToAbsolutePosition, ySyncPluginKey, type ProsemirrorBinding,
} from "y-prosemirror";
import type { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";
import type { EditorState } from "prosemirror-state";
import type { PersonOf } from "../../board";
import { PATHS, shapeOf } from "../../ui/school";

const key = new PluginKey<DecorationSet>("cursors");
const MOVED = "moved";
const MAX_CURSORS = 60;

interface Place {
  type: Y.XmlFragment;
  doc: Y.Doc;
  binding: ProsemirrorBinding;
  isChangeOrigin: boolean;
}

const placeOf = (state: EditorState) => ySyncPluginKey.getState(state) as Place;

export function cursorsOf(awareness: Awareness, personOf: PersonOf): Plugin {
  return new Plugin<DecorationSet>({
    key,
    state: {
      init: () => DecorationSet.empty,
      apply: (transaction, shown, _old, state) =>
        placeOf(state).isChangeOrigin || transaction.getMeta(key) === MOVED
          ? decorations(state, awareness, personOf)
          : shown.map(transaction.mapping, transaction.doc),
    },
    props: { decorations: (state) => key.getState(state) },
    view: (view) => follow(view, awareness),
  });
}

function decorations(state: EditorState, awareness: Awareness, personOf: PersonOf): DecorationSet {
  const place = placeOf(state);
  const made: Decoration[] = [];
  for (const [client, { user, cursor }] of awareness.getStates()) {
    if (client === awareness.clientID || made.length >= 2 * MAX_CURSORS) continue;
    const at = positions(place, cursor);
    const person = typeof user === "string" ? personOf(user) : undefined;
    if (!at || !person) continue;
    const end = state.doc.content.size;
    const [anchor, head] = at.map((position) => Math.min(position, end)) as [number, number];
    const school = String(person.colour);
    made.push(
      Decoration.widget(head, () => label(person.name, person.colour), {
        key: `${client} ${person.name} ${school}`, side: 10, ignoreSelection: true,
      }),
      Decoration.inline(Math.min(anchor, head), Math.max(anchor, head), { class: "notes-marked", "data-school": school }),
    );
  }
  return DecorationSet.create(state.doc, made);
}

/** Anchor and head, when what the other page says of them can be used. */
function positions({ doc, type, binding }: Place, cursor: unknown): [number, number] | undefined {
  if (typeof cursor !== "object" || cursor === null) return undefined;
  const { anchor, head } = cursor as Record<string, unknown>;
  try {
    const [from, to] = [anchor, head].map((each) =>
      relativePositionToAbsolutePosition(doc, type, Y.createRelativePositionFromJSON(each), binding.mapping),
    );
    return typeof from === "number" && typeof to === "number" ? [from, to] : undefined;
  } catch {
    return undefined;
  }
}

const SVG = "http://www.w3.org/2000/svg";

function label(name: string, colour: number): HTMLElement {
  const line = document.createElement("span");
  line.className = "notes-cursor";
  line.dataset["school"] = String(colour);
  line.setAttribute("aria-hidden", "true");
  const word = document.createElement("span");
  word.className = "notes-cursor__name";
  word.dir = "auto";
  const shape = document.createElementNS(SVG, "svg");
  shape.setAttribute("viewBox", "0 0 20 20");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[shapeOf(colour)]);
  shape.append(path);
  word.append(shape, name);
  line.append("\u2060", word, "\u2060");
  return line;
}

function follow(view: EditorView, awareness: Awareness) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const onChange = (_: unknown, origin: unknown) => {
    if (origin === "local") return;
    timer ??= setTimeout(() => {
      timer = undefined;
      if (!view.isDestroyed) view.dispatch(view.state.tr.setMeta(key, MOVED));
    });
  };
  let told = "";
  const tell = () => {
    const { type, binding } = placeOf(view.state);
    const { anchor, head } = view.state.selection;
    const cursor = view.hasFocus()
      ? {
          anchor: absolutePositionToRelativePosition(anchor, type, binding.mapping),
          head: absolutePositionToRelativePosition(head, type, binding.mapping),
        }
      : null;
    const now = JSON.stringify(cursor);
    if (now === told) return;
    told = now;
    awareness.setLocalStateField("cursor", cursor);
  };
  awareness.on("change", onChange);
  view.dom.addEventListener("focusin", tell);
  view.dom.addEventListener("focusout", tell);
  return {
    update: tell,
    destroy() {
      clearTimeout(timer);
      awareness.off("change", onChange);
      view.dom.removeEventListener("focusin", tell);
      view.dom.removeEventListener("focusout", tell);
    },
  };
}
