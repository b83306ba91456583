/** What stands on a stored page: updates one after the other, each after its length (docs/recap.md). */
import * as Y from "yjs";
import { type BoardElement, inOrder, readElement } from "../../board/elements";

/** More things than this are not painted on a page that is only looked at. */
export const SHOWN_LIMIT = 5_000;
const SPOKEN_LIMIT = 100;

/** Undefined: the bytes are cut, or are no such list. */
export function partsOf(bytes: Uint8Array): Uint8Array[] | undefined {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    let length = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at++];
      if (byte === undefined || scale > 2 ** 28) return undefined;
      length += (byte & 127) * scale;
      if (byte < 128) break;
    }
    if (at + length > bytes.length) return undefined;
    parts.push(bytes.subarray(at, at + length));
    at += length;
  }
  return parts;
}

export function documentOf(bytes: Uint8Array): Y.Doc {
  const doc = new Y.Doc();
  const parts = partsOf(bytes);
  if (!parts) throw new Error("This page came only in part.");
  doc.transact(() => {
    for (const part of parts) Y.applyUpdate(doc, part);
  });
  return doc;
}

/** What is to be seen on a board page, lowest first. */
export function elementsOf(doc: Y.Doc): BoardElement[] {
  const found: BoardElement[] = [];
  for (const [id, stored] of doc.getMap("elements")) {
    const element = readElement(id, stored);
    if (element && !element.gone) found.push(element);
  }
  return found.sort(inOrder).slice(-SHOWN_LIMIT);
}

/** The words on a page, for those who can not see it. */
export function wordsOn(elements: readonly BoardElement[]): string[] {
  return elements
    .map(({ text }) => text.trim())
    .filter(Boolean)
    .slice(0, SPOKEN_LIMIT);
}
