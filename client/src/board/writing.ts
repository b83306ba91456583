/** How words stand on the board: wrapped to a width, from the side their script begins on. */

export const LINE_HEIGHT = 1.3;
export const NOTE_PADDING = 14;
/** A text with no line break of its own is wrapped here. */
export const TEXT_WIDTH = 480;

const MAX_LINES = 200;
const STRONG_RTL = /\p{Script=Arabic}|\p{Script=Hebrew}|\p{Script=Syriac}|\p{Script=Thaana}|\p{Script=Nko}|\p{Script=Adlam}/u;
const LETTER = /\p{L}/u;

/** The font for an element's size: thin, medium and thick are small, middle and large letters. */
export const fontPixels = (size: number): number => (size <= 2 ? 18 : size <= 4 ? 24 : 36);

/** As `dir="auto"` decides: by the first letter. */
export function directionOf(text: string): "ltr" | "rtl" {
  const letter = LETTER.exec(text)?.[0];
  return letter && STRONG_RTL.test(letter) ? "rtl" : "ltr";
}

export interface Writing {
  readonly lines: readonly string[];
  readonly width: number;
  readonly height: number;
}

/** Break `text` to lines no wider than `width` by `measure`; a word that is too long is broken itself. */
export function wrap(text: string, width: number, pixels: number, measure: (line: string) => number): Writing {
  const lines: string[] = [];
  for (const paragraph of text.split("\n")) {
    let line = "";
    for (const piece of paragraph.split(/(?<=\s)/)) {
      if (line !== "" && measure((line + piece).trimEnd()) > width) {
        lines.push(line.trimEnd());
        line = "";
      }
      line += piece;
      while (measure(line.trimEnd()) > width && line.length > 1 && lines.length < MAX_LINES) {
        const fits = longestFit(line, width, measure);
        lines.push(line.slice(0, fits));
        line = line.slice(fits);
      }
    }
    lines.push(line.trimEnd());
    if (lines.length >= MAX_LINES) break;
  }
  return {
    lines,
    width: Math.max(0, ...lines.map(measure)),
    height: lines.length * pixels * LINE_HEIGHT,
  };
}

function longestFit(line: string, width: number, measure: (line: string) => number): number {
  let low = 1;
  let high = line.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (measure(line.slice(0, middle)) <= width) low = middle;
    else high = middle - 1;
  }
  return low;
}
