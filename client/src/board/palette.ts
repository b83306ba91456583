/** The page's colours as a canvas can use them: read from the tokens, read again when the scheme changes. */

import { COLOURS, type Colour, NOTE_COLOURS, type NoteColour } from "./elements";

export interface Palette {
  readonly ink: Readonly<Record<Colour, string>>;
  readonly note: Readonly<Record<NoteColour, string>>;
  readonly noteInk: string;
  readonly line: string;
  readonly select: string;
  readonly paper: string;
  /** Eight schools: their colour, and what reads on it. */
  readonly schools: readonly { readonly fill: string; readonly ink: string }[];
  readonly font: string;
}

export const SCHOOL_COLOURS = 8;

/** Let the browser work the tokens out, whatever they are made of; a canvas only knows plain colours. */
export function readPalette(within: HTMLElement): Palette {
  const probe = document.createElement("span");
  probe.className = "board-probe";
  within.append(probe);
  const token = (name: string): string => {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  };
  const named = <Name extends string>(names: readonly Name[], prefix: string): Record<Name, string> =>
    Object.fromEntries(names.map((name) => [name, token(prefix + name)])) as Record<Name, string>;
  const palette: Palette = {
    ink: named(COLOURS, "--board-"),
    note: named(NOTE_COLOURS, "--board-note-"),
    noteInk: token("--board-note-ink"),
    line: token("--line-strong"),
    select: token("--focus"),
    paper: token("--board-paper"),
    schools: Array.from({ length: SCHOOL_COLOURS }, (_, place) => ({
      fill: token(`--school-${place}`),
      ink: token(`--school-${place}-ink`),
    })),
    font: getComputedStyle(probe).fontFamily,
  };
  probe.remove();
  return palette;
}

/** Call when any colour may have changed: the system's scheme or contrast, or the page's own choice. */
export function onSchemeChange(changed: () => void): () => void {
  const queries = ["(prefers-color-scheme: dark)", "(prefers-contrast: more)", "(forced-colors: active)"].map((query) =>
    matchMedia(query),
  );
  for (const query of queries) query.addEventListener("change", changed);
  const page = new MutationObserver(changed);
  page.observe(document.documentElement, { attributes: true, attributeFilter: ["class", "style", "data-theme"] });
  return () => {
    for (const query of queries) query.removeEventListener("change", changed);
    page.disconnect();
  };
}
