/** Words being written on the board, in a field that stands exactly where they will stand. */

import { type CSSProperties, type KeyboardEvent, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { NOTE_SIDE, TEXT_LIMIT } from "./elements";
import { toScreen } from "./geometry";
import { noteColour } from "./shapes";
import type { Editing, Surface } from "./surface";
import { LINE_HEIGHT, NOTE_PADDING, TEXT_WIDTH, directionOf, fontPixels } from "./writing";

export function TextField({ surface, editing }: { surface: Surface; editing: Editing }) {
  const { t } = useTranslation();
  const view = useSyncExternalStore(surface.renderer.view.subscribe, surface.renderer.view.get);
  const [text, setText] = useState(editing.text);
  const field = useRef<HTMLTextAreaElement>(null);
  const { kind, size } = editing;

  useEffect(() => {
    const area = field.current;
    area?.focus();
    area?.setSelectionRange(area.value.length, area.value.length);
  }, []);

  // The field grows with the words.
  useEffect(() => {
    const area = field.current;
    if (!area) return;
    area.style.blockSize = "auto";
    area.style.blockSize = `${Math.max(area.scrollHeight, kind === "note" ? NOTE_SIDE : 0)}px`;
  }, [text, kind]);

  const finish = (keepEmpty: boolean): void => {
    surface.finishWriting(text, keepEmpty);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    event.stopPropagation();
    const isDone = event.key === "Escape" || (event.key === "Enter" && (event.ctrlKey || event.metaKey));
    if (!isDone || event.nativeEvent.isComposing) return;
    event.preventDefault();
    finish(event.key === "Enter");
    surface.focus();
  };

  const { width, height } = surface.renderer.size;
  const at = toScreen(view, editing.at);
  const wide = kind === "note" ? NOTE_SIDE : TEXT_WIDTH;
  const style: CSSProperties = {
    // Near an edge the field moves inwards, so that a screen keyboard or the frame never hides it.
    transform: `translate(${Math.max(4, Math.min(at.x, width - 120))}px, ${Math.max(4, Math.min(at.y, height - 60))}px) scale(${view.zoom})`,
    inlineSize: Math.min(wide, kind === "note" ? wide : Math.max(160, (width - at.x - 16) / view.zoom)),
    fontSize: fontPixels(size),
    lineHeight: LINE_HEIGHT,
    padding: kind === "note" ? NOTE_PADDING : 0,
  };
  return (
    <textarea
      ref={field}
      className="board-writing"
      data-kind={kind}
      data-colour={kind === "note" ? noteColour(editing.colour) : editing.colour}
      aria-label={t(`board.writing.${kind}`)}
      placeholder={t("board.writing.here")}
      dir={text ? directionOf(text) : undefined}
      maxLength={TEXT_LIMIT}
      rows={1}
      value={text}
      style={style}
      onChange={(event) => setText(event.target.value)}
      onKeyDown={onKeyDown}
      onBlur={() => finish(true)}
      onPointerDown={(event) => event.stopPropagation()}
    />
  );
}
