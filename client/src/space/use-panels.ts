/** Which parts of a space are in view, in each layout. */
import { useState } from "react";
import type { Layout } from "./layout";
import type { Panel } from "./panel-tabs";

/** What takes turns in the middle of the wide layout; the rest is always beside it. */
export const IN_THE_MIDDLE: ReadonlySet<Panel> = new Set(["board", "notes", "files", "words", "groups"]);
/** Of these a page has one open at a time. */
export const DOCUMENTS: ReadonlySet<Panel> = new Set(["board", "notes", "groups"]);

export interface Panels {
  /** What was chosen last. */
  chosen: Panel;
  /** The document that is open, seen or not. */
  open: Panel;
  /** What stands in the middle of the wide layout. */
  middle: Panel;
  /** The tab that is marked, where there is one row of them, or the lower of two. */
  selected: Panel;
  isShown(which: Panel): boolean;
  choose(which: Panel): void;
  /** Opens a document above the tabs, and leaves what is below. */
  openAbove(which: Panel): void;
  folded: ReadonlySet<Panel>;
  fold(which: Panel): void;
}

/** @param mayRun groups are only for those who run the lesson: without that, the board is there instead. */
export function usePanels(layout: Layout, mayRun: boolean): Panels {
  const [wanted, setPanel] = useState<Panel>("board");
  const [opened, openAbove] = useState<Panel>("board");
  const [folded, setFolded] = useState<ReadonlySet<Panel>>(new Set());
  const offered = (which: Panel) => (which === "groups" && !mayRun ? "board" : which);
  const chosen = offered(wanted);
  const open = offered(opened);
  const selected = layout === "upright" && DOCUMENTS.has(chosen) ? "chat" : chosen;
  const middle = IN_THE_MIDDLE.has(chosen) ? chosen : open;
  return {
    chosen, open, middle, selected, folded, openAbove,
    isShown: (which) =>
      layout === "wide" ? !IN_THE_MIDDLE.has(which) || which === middle : which === selected || (layout === "upright" && which === open),
    choose: (which) => {
      setPanel(which);
      if (DOCUMENTS.has(which)) openAbove(which);
    },
    fold: (which) => {
      const next = new Set(folded);
      if (!next.delete(which)) next.add(which);
      setFolded(next);
    },
  };
}
