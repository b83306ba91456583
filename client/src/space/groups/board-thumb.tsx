/** A small picture of a group's board, looked at again every few seconds for as long as it is in view. */
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

const EVERY_MS = 4_000;
const TIMEOUT_MS = 8_000;
/** Painting takes one part in so many of the time at most. */
const PAINT_SHARE = 50;

/** Asks for a page when it has changed. A page that is not there, or a line that is down, changes nothing. */
async function changed(boardId: string, etag: string, signal: AbortSignal): Promise<{ etag: string; answer: Uint8Array } | undefined> {
  const response = await fetch(`/api/boards/${boardId}/state`, {
    credentials: "same-origin",
    headers: etag ? { "if-none-match": etag } : {},
    signal,
  });
  if (response.status !== 200) return undefined;
  return { etag: response.headers.get("etag") ?? "", answer: new Uint8Array(await response.arrayBuffer()) };
}

export function BoardThumb({ boardId, no }: { boardId: string; no: number }) {
  const { t } = useTranslation();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [count, setCount] = useState<number>();

  useEffect(() => {
    const area = canvas.current;
    if (!area) return;
    const over = new AbortController();
    let isInView = false;
    let isAsking = false;
    let etag = "";
    let answer: Uint8Array | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;

    const paint = async () => {
      const { paintStill, updatesIn } = await import("../../board/still");
      if (!answer || over.signal.aborted || area.clientWidth === 0) return;
      setCount(paintStill(area, updatesIn(answer), area.clientWidth, area.clientHeight));
    };
    const look = async () => {
      clearTimeout(timer);
      if (!isInView || isAsking || document.visibilityState !== "visible") return;
      isAsking = true;
      const asking = new AbortController();
      const give = () => asking.abort();
      over.signal.addEventListener("abort", give);
      const late = setTimeout(give, TIMEOUT_MS);
      let paintMs = 0;
      try {
        const news = await changed(boardId, etag, asking.signal);
        if (news) {
          ({ etag, answer } = news);
          const before = performance.now();
          await paint();
          paintMs = performance.now() - before;
        }
      } catch {
        // It is looked at again anyway.
      } finally {
        isAsking = false;
        clearTimeout(late);
        over.signal.removeEventListener("abort", give);
      }
      // A page with very much on it is looked at less often: this page has other things to do.
      if (!over.signal.aborted) timer = setTimeout(() => void look(), Math.max(EVERY_MS, paintMs * PAINT_SHARE));
    };
    const seen = new IntersectionObserver(([entry]) => {
      isInView = entry?.isIntersecting ?? false;
      void look();
    });
    const sized = new ResizeObserver(() => void paint());
    const scheme = matchMedia("(prefers-color-scheme: dark)");
    const repaint = () => void paint();
    const onVisible = () => void look();
    seen.observe(area);
    sized.observe(area);
    scheme.addEventListener("change", repaint);
    document.addEventListener("visibilitychange", onVisible);
    return () => {
      over.abort();
      clearTimeout(timer);
      seen.disconnect();
      sized.disconnect();
      scheme.removeEventListener("change", repaint);
      document.removeEventListener("visibilitychange", onVisible);
    };
  }, [boardId]);

  return (
    <div className="group-card__board">
      <canvas ref={canvas} role="img" aria-label={t("overview.board", { no, count: count ?? 0 })} />
      {count === 0 && <p className="soft group-card__empty">{t("overview.nothingDrawn")}</p>}
    </div>
  );
}
