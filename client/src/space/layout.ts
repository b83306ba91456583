import { useSyncExternalStore } from "react";

/** Wide: everything side by side. Upright: board on top, tabs below. Phone: one thing at a time. */
export type Layout = "wide" | "upright" | "phone";

const WIDE = "(min-width: 60rem) and (min-aspect-ratio: 1/1)";
const ROOMY = "(min-width: 37.5rem) and (min-height: 37.5rem)";

export function useLayout(): Layout {
  return useSyncExternalStore(subscribe, current, () => "wide");
}

function current(): Layout {
  if (matchMedia(WIDE).matches) return "wide";
  return matchMedia(ROOMY).matches ? "upright" : "phone";
}

function subscribe(onChange: () => void): () => void {
  const queries = [matchMedia(WIDE), matchMedia(ROOMY)];
  for (const query of queries) query.addEventListener("change", onChange);
  return () => {
    for (const query of queries) query.removeEventListener("change", onChange);
  };
}
