/** One thing of a board as a picture, away from its board: as it was kept, with its words as text too. */

import { useEffect, useRef } from "react";
import { type ElementFields, type Field, boxOf, readFields } from "./elements";
import { readPalette, onSchemeChange } from "./palette";
import { paintElement } from "./shapes";
import "./board.css";

const WIDEST = 480;
const HIGHEST = 320;
/** A small thing is not blown up further. */
const CLOSEST = 2;
const MARGIN = 8;

/** Fields as JSON has them: the points of a stroke in base64. */
export function fieldsOf(kept: Readonly<Record<string, unknown>>): ElementFields | undefined {
  return readFields((name: Field) => (name === "points" ? bytesOf(kept[name]) : kept[name]));
}

function bytesOf(text: unknown): Uint8Array | undefined {
  if (typeof text !== "string") return undefined;
  try {
    return Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
  } catch {
    return undefined;
  }
}

/** How large the picture of a thing is, and how much closer than on its board. */
export function frameOf(fields: ElementFields): { width: number; height: number; zoom: number; left: number; top: number } {
  const box = boxOf(fields);
  const wide = Math.max(1, box.right - box.left);
  const high = Math.max(1, box.bottom - box.top);
  const zoom = Math.min(CLOSEST, (WIDEST - 2 * MARGIN) / wide, (HIGHEST - 2 * MARGIN) / high);
  return { width: wide * zoom + 2 * MARGIN, height: high * zoom + 2 * MARGIN, zoom, left: box.left, top: box.top };
}

export function Picture({ fields, label }: { fields: ElementFields; label: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width, height, zoom, left, top } = frameOf(fields);
  useEffect(() => {
    const area = canvas.current;
    const paint = area?.getContext("2d");
    if (!area || !paint) return;
    const ratio = window.devicePixelRatio || 1;
    const draw = (): void => {
      area.width = Math.ceil(width * ratio);
      area.height = Math.ceil(height * ratio);
      const near = zoom * ratio;
      paint.setTransform(near, 0, 0, near, MARGIN * ratio - left * near, MARGIN * ratio - top * near);
      paintElement(paint, fields, readPalette(document.body));
    };
    draw();
    // Its words are measured with the page's own letters, which may come a moment later.
    void document.fonts?.ready.then(draw);
    return onSchemeChange(draw);
  }, [fields, width, height, zoom, left, top]);
  return <canvas ref={canvas} className="board-picture" role="img" aria-label={label} style={{ aspectRatio: `${width} / ${height}`, inlineSize: width }} />;
}
