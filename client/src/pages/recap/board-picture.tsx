/** A board page as it stands, painted as the board paints it, and only to look at. */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { BoardElement } from "../../board/elements";
import { type Box, union, viewOf } from "../../board/geometry";
import { onSchemeChange, readPalette } from "../../board/palette";
import { paintElement } from "../../board/shapes";
import { Failed, Skeleton } from "../../ui/state";
import { pageState } from "./calls";
import { documentOf, elementsOf, wordsOn } from "./content";

const AIR = 64;
const LEAST_HEIGHT = 160;
const MOST_HEIGHT = 620;
/** So many things are painted in one frame: an old tablet is never stuck. */
const AT_ONCE = 400;
const MOST_PIXELS = 2;
/** On a narrow screen words stay this large, and the paper is moved under it. */
const LEAST_ZOOM = 0.6;
const MOST_WIDTH = 2_000;

interface BoardPictureProps {
  boardId: string;
  /** When it was drawn on last: another one, and it is fetched again. */
  drawnAt: string;
  title: string;
}

export function BoardPicture({ boardId, drawnAt, title }: BoardPictureProps) {
  const { t } = useTranslation();
  const figure = useRef<HTMLElement>(null);
  const isNear = useNear(figure);
  const found = useQuery({
    queryKey: ["board-state", boardId, drawnAt],
    queryFn: async () => elementsOf(documentOf(await pageState(boardId))),
    enabled: isNear,
    structuralSharing: false,
  });
  const elements = found.data;
  const words = elements ? wordsOn(elements) : [];
  return (
    <figure className="board-picture" ref={figure}>
      <figcaption>{title}</figcaption>
      {found.error ? (
        <Failed error={found.error} onRetry={() => void found.refetch()} />
      ) : !elements ? (
        <Skeleton blocks={["card"]} />
      ) : elements.length === 0 ? (
        <p className="soft">{t("recap.pageEmpty")}</p>
      ) : (
        <>
          <Painting elements={elements} title={title} />
          <div className="visually-hidden">
            <p>{t("recap.things", { count: elements.length })}</p>
            {words.length > 0 && (
              <>
                <p>{t("recap.words")}</p>
                <ul>
                  {words.map((each, index) => (
                    <li key={index} dir="auto">
                      {each}
                    </li>
                  ))}
                </ul>
              </>
            )}
          </div>
        </>
      )}
    </figure>
  );
}

function Painting({ elements, title }: { elements: readonly BoardElement[]; title: string }) {
  const [isWide, setWide] = useState(false);
  const paper = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const holder = paper.current;
    const all = union(elements.map(({ box }) => box));
    if (!holder || !all) return;
    let stop: () => void = () => undefined;
    let width = 0;
    const again = () => {
      stop();
      stop = paint(holder, elements, all);
      setWide(holder.scrollWidth > holder.clientWidth);
    };
    const resized = new ResizeObserver(() => {
      if (holder.clientWidth === width) return;
      width = holder.clientWidth;
      again();
    });
    resized.observe(holder);
    const leave = onSchemeChange(again);
    let isGone = false;
    // Words are measured with the page's own font: paint again when that has come.
    void document.fonts.ready.then(() => isGone || again());
    return () => {
      isGone = true;
      resized.disconnect();
      leave();
      stop();
    };
  }, [elements]);
  return (
    <div className="board-picture__paper" dir="ltr" ref={paper} {...(isWide ? { tabIndex: 0, role: "group", "aria-label": title } : {})}>
      <canvas aria-hidden="true" />
    </div>
  );
}

/** Paint everything, some in each frame. Returns how to stop. */
function paint(holder: HTMLElement, elements: readonly BoardElement[], all: Box): () => void {
  const canvas = holder.querySelector("canvas");
  const context = canvas?.getContext("2d");
  const room = holder.clientWidth;
  if (!canvas || !context || room === 0) return () => undefined;
  const palette = readPalette(holder);
  const ratio = Math.min(devicePixelRatio, MOST_PIXELS);
  const { width, height } = sizeFor(all, room);
  const view = viewOf(all, width, height);
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  canvas.style.inlineSize = `${width}px`;
  canvas.style.blockSize = `${height}px`;
  const scale = ratio * view.zoom;
  let next = 0;
  let frame = 0;
  const slice = () => {
    context.setTransform(scale, 0, 0, scale, view.x * ratio, view.y * ratio);
    for (const element of elements.slice(next, next + AT_ONCE)) paintElement(context, element, palette);
    next += AT_ONCE;
    if (next < elements.length) frame = requestAnimationFrame(slice);
  };
  slice();
  return () => cancelAnimationFrame(frame);
}

/** How large a picture of these things is, on a screen with so much room for it. */
export function sizeFor(all: Box, room: number): { width: number; height: number } {
  const [wide, high] = [all.right - all.left, all.bottom - all.top];
  const readable = Math.min(MOST_WIDTH, Math.round(wide * LEAST_ZOOM) + AIR);
  const width = Math.max(room, readable);
  const zoom = Math.min(1, (width - AIR) / wide);
  return { width, height: Math.round(Math.min(MOST_HEIGHT, Math.max(LEAST_HEIGHT, high * zoom + AIR))) };
}

/** A long page paints what comes near the screen. */
function useNear(of: React.RefObject<HTMLElement | null>): boolean {
  const [isNear, setNear] = useState(false);
  useEffect(() => {
    if (!of.current || isNear) return;
    const seen = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && setNear(true), {
      rootMargin: "600px",
    });
    seen.observe(of.current);
    return () => seen.disconnect();
  }, [of, isNear]);
  return isNear;
}
