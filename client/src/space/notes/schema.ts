/**
 * What notes can hold: headings, paragraphs, lists, and four marks. No links, no pictures, no attributes.
 *
 * The server keeps the same list (`realtime/notes_guard.py`) and refuses what is not on it.
 */
import { Schema, type Node } from "prosemirror-model";

/** Under the server's limits, so that a page notices before it is refused. */
export const SIZE_LIMIT = 95_000;
const LISTS_LIMIT = 4;

const block = (tag: string) => [tag, { dir: "auto" }, 0] as const;

export const schema = new Schema({
  nodes: {
    doc: { content: "block+" },
    paragraph: { content: "text*", group: "block", parseDOM: [{ tag: "p" }], toDOM: () => block("p") },
    // The space's name is the page's first heading, and the panel's the second.
    heading: {
      content: "text*", group: "block", marks: "_", defining: true,
      parseDOM: ["h1", "h2", "h3"].map((tag) => ({ tag })), toDOM: () => block("h3"),
    },
    subheading: {
      content: "text*", group: "block", marks: "_", defining: true,
      parseDOM: ["h4", "h5", "h6"].map((tag) => ({ tag })), toDOM: () => block("h4"),
    },
    bullet_list: { content: "list_item+", group: "block", parseDOM: [{ tag: "ul" }], toDOM: () => block("ul") },
    ordered_list: { content: "list_item+", group: "block", parseDOM: [{ tag: "ol" }], toDOM: () => block("ol") },
    list_item: {
      content: "(paragraph | bullet_list | ordered_list)+", defining: true,
      parseDOM: [{ tag: "li" }], toDOM: () => block("li"),
    },
    text: {},
  },
  marks: {
    strong: {
      parseDOM: [{ tag: "strong" }, { tag: "b" }, { style: "font-weight=bold" }, { style: "font-weight=700" }],
      toDOM: () => ["strong", 0],
    },
    em: { parseDOM: [{ tag: "em" }, { tag: "i" }, { style: "font-style=italic" }], toDOM: () => ["em", 0] },
    underline: {
      parseDOM: [{ tag: "u" }, { style: "text-decoration=underline" }],
      toDOM: () => ["u", 0],
    },
    highlight: { parseDOM: [{ tag: "mark" }], toDOM: () => ["mark", 0] },
  },
});

export function isEmpty(doc: Node): boolean {
  return doc.childCount === 1 && doc.firstChild?.type === schema.nodes.paragraph && doc.firstChild.content.size === 0;
}

/** Why the server would not take these notes, if it would not. */
export function misfit(doc: Node): "full" | "deep" | undefined {
  if (doc.content.size > SIZE_LIMIT) return "full";
  return listDepth(doc) > LISTS_LIMIT ? "deep" : undefined;
}

function listDepth(node: Node): number {
  if (node.isTextblock) return 0;
  let deepest = 0;
  node.forEach((child) => {
    deepest = Math.max(deepest, listDepth(child));
  });
  return deepest + (node.type === schema.nodes.bullet_list || node.type === schema.nodes.ordered_list ? 1 : 0);
}
