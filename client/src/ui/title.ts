import { useEffect, useRef } from "react";
import { useLocation } from "wouter";

/** Names the browser's tab, and moves the reader to the new page's heading after a change of page. */
export function useTitle(title: string) {
  const heading = useRef<HTMLHeadingElement>(null);
  const [path] = useLocation();
  const shownPath = useRef(firstPath);
  useEffect(() => {
    document.title = `${title} · Commonroom`;
  }, [title]);
  useEffect(() => {
    if (shownPath.current !== path) heading.current?.focus();
    shownPath.current = path;
    firstPath = path;
  }, [path]);
  return heading;
}

/** Whoever has just signed in is moved to the heading of what comes, too: the address may be the same. */
export function toNextHeading(): void {
  firstPath = "";
}

let firstPath = globalThis.location?.pathname ?? "/";
