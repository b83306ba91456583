/** What came of the last thing done in a part of a page. The reader is taken there: the button is often gone with it. */
import { useEffect, useRef, useState, type ReactNode } from "react";
import { Said } from "../../ui/parts";

/** A question that closes hands the focus back first. */
const AFTER_QUESTION_MS = 60;

export function useSaid(): [place: ReactNode, say: (words: string) => void] {
  // A new object each time: the same words may be said twice.
  const [said, setSaid] = useState<{ words: string }>();
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!said) return;
    const timer = setTimeout(() => place.current?.focus(), AFTER_QUESTION_MS);
    return () => clearTimeout(timer);
  }, [said]);
  return [
    <div key="said" ref={place} tabIndex={-1} className="said-here">
      <Said>{said?.words}</Said>
    </div>,
    (words) => setSaid({ words }),
  ];
}
