/** Which page of the board is open: the one that this person chose, until everyone is brought to another. */
import { useEffect, useRef, useState } from "react";
import type { LessonRoom } from "../lesson/known";
import type { SpaceState } from "../state";

/**
 * The page to turn to, if any.
 *
 * Args: seen: how often everyone had been brought to a page when this one was opened last; undefined: it has just
 * come in. Who comes into a lesson goes where the others are, who comes into an empty room to the first page.
 */
export function turnTo(room: LessonRoom, seen: number | undefined): string | undefined {
  const isNew = seen === undefined ? room.lesson !== null : room.page_turns > seen;
  return isNew ? (room.page_id ?? undefined) : undefined;
}

export function useTurned(state: SpaceState, onTurned?: () => void): [string | undefined, (boardId: string) => void] {
  const [chosen, choose] = useState<string>();
  const seen = useRef<number | undefined>(undefined);
  const tell = useRef(onTurned);
  tell.current = onTurned;
  const { lesson } = state;
  const isTold = lesson.version >= 0;
  useEffect(() => {
    if (!isTold) return;
    const isFirst = seen.current === undefined;
    const target = turnTo(lesson, seen.current);
    seen.current = lesson.page_turns;
    if (target === undefined) return;
    choose(target);
    if (!isFirst) tell.current?.();
  }, [lesson, isTold]);
  return [chosen, choose];
}
