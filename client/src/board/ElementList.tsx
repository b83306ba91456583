/**
 * Everything on the board as a list, for those who do not see or point at it.
 *
 * Hidden until the keyboard comes to it. Only a window of the list is in the page, so that a full board
 * costs no more than an empty one.
 */

import { type KeyboardEvent, useEffect, useId, useRef, useState, useSyncExternalStore } from "react";
import { Button } from "react-aria-components";
import { useTranslation } from "react-i18next";
import type { BoardElement } from "./elements";
import { Icon } from "./icons";
import type { PersonOf } from "./overlay";
import { type OnReport, isReportable } from "./reporting";
import type { Surface } from "./surface";

const WINDOW = 30;
/** With many drawing at once the list would otherwise change under the reader several times a second. */
const UPDATE_EVERY_MS = 500;
const WORDS_SHOWN = 60;

interface Props {
  surface: Surface;
  personOf: PersonOf;
  canEdit: boolean;
  onReport: OnReport | undefined;
}

export function ElementList({ surface, personOf, canEdit, onReport }: Props) {
  const { t } = useTranslation();
  const id = useId();
  const elements = useElements(surface);
  const { selection } = useSyncExternalStore(surface.inHand.subscribe, surface.inHand.get);
  const [activeId, setActiveId] = useState<string>();
  const list = useRef<HTMLDivElement>(null);
  const active = Math.max(0, elements.findIndex((element) => element.id === activeId));
  const from = Math.max(0, Math.min(active - WINDOW / 2, elements.length - WINDOW));
  const shown = elements.slice(from, from + WINDOW);
  const optionId = (element: BoardElement): string => `${id}-${element.id}`;

  useEffect(() => {
    if (list.current === document.activeElement) list.current?.querySelector("[data-active]")?.scrollIntoView({ block: "nearest" });
  }, [active]);

  const go = (to: number, extend: boolean): void => {
    const element = elements[Math.max(0, Math.min(to, elements.length - 1))];
    if (!element) return;
    setActiveId(element.id);
    surface.select(extend ? [...selection, element.id] : [element.id]);
    surface.reveal(element);
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    const steps: Record<string, number> = {
      ArrowDown: active + 1, ArrowUp: active - 1, PageDown: active + 10, PageUp: active - 10, Home: 0, End: elements.length - 1,
    };
    const to = steps[event.key];
    if (to !== undefined) go(to, event.shiftKey);
    else if (event.key === "Enter") surface.focus();
    else if ((event.key === "Delete" || event.key === "Backspace") && canEdit) {
      const next = elements[active + 1] ?? elements[active - 1];
      surface.removeSelected();
      if (next) setActiveId(next.id);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const current = elements[active];

  const onFocus = (): void => {
    if (canEdit) surface.take("select");
    if (current && selection.size === 0) go(active, false);
  };

  const nameOf = (element: BoardElement): string => {
    const words = element.text.replaceAll(/\s+/g, " ").slice(0, WORDS_SHOWN);
    const person = personOf(element.by)?.name ?? t("board.someone");
    const key = words ? "board.element.words" : "board.element.plain";
    return t(key, { kind: t(`board.kind.${element.kind}`), person, words, colour: t(`board.colour.${element.colour}`) });
  };

  return (
    <div className="board-list">
      <p className="board-list-title" id={`${id}-title`}>{t("board.list.title", { count: elements.length })}</p>
      <div
        ref={list}
        role="listbox"
        tabIndex={0}
        aria-multiselectable="true"
        aria-labelledby={`${id}-title`}
        aria-describedby={`${id}-how`}
        aria-activedescendant={current ? optionId(current) : undefined}
        onKeyDown={onKeyDown}
        onFocus={onFocus}
      >
        {shown.map((element, i) => (
          <div
            key={element.id}
            id={optionId(element)}
            role="option"
            dir="auto"
            aria-selected={selection.has(element.id)}
            aria-posinset={from + i + 1}
            aria-setsize={elements.length}
            data-active={from + i === active || undefined}
            onClick={() => go(from + i, false)}
          >
            {nameOf(element)}
          </div>
        ))}
      </div>
      <p id={`${id}-how`} className="board-list-how">
        {elements.length === 0 ? t("board.list.empty") : t(canEdit ? "board.list.how" : "board.list.howRead")}
      </p>
      {onReport && current && isReportable(current, surface.model.userId) && (
        <Button className="tool board-button" aria-describedby={optionId(current)} onPress={() => onReport(current)}>
          <Icon name="report" />
          <span>{t("board.report")}</span>
        </Button>
      )}
    </div>
  );
}

/** What is on the board, newest first, and not renewed more often than can be followed. */
function useElements(surface: Surface): readonly BoardElement[] {
  const newest = (): BoardElement[] => [...surface.model.ordered()].reverse();
  const [elements, setElements] = useState(newest);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const renew = (): void => {
      timer = undefined;
      setElements(newest());
    };
    const leave = surface.model.onChange(() => {
      timer ??= setTimeout(renew, UPDATE_EVERY_MS);
    });
    renew();
    return () => {
      leave();
      clearTimeout(timer);
    };
  }, [surface]);
  return elements;
}
