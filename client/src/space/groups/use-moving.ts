import { useEffect, useRef, useState } from "react";
import type { Person } from "../frames";
import type { Room } from "../room";
import type { SpaceState } from "../state";
import { companions, delayBeforeMove, nextStep } from "./going";

/** Where the page goes, in words for the person. */
export type Notice =
  | { kind: "group"; no: number; people: readonly Person[] }
  /** Everyone was called back. */
  | { kind: "back" }
  /** This student alone goes back into the space. */
  | { kind: "out" };

/** So long it can still be read after the page has arrived. */
const READ_MS = 5_000;

/** Takes the page to where it belongs, and says so. Returns what is said at this moment. */
export function useMoving(room: Room, state: SpaceState, isStudent: boolean): Notice | undefined {
  const [notice, setNotice] = useState<Notice>();
  const moves = useRef<readonly number[]>([]);
  const newest = useRef(state);
  newest.current = state;
  const isIn = state.line === "joined" && state.space !== undefined;
  const step = nextStep(state.groups, state.at, isStudent);
  const to = isIn && step.kind === "go" ? step.to : undefined;

  useEffect(() => {
    if (to === undefined) return;
    const now = Date.now();
    setNotice(noticeOf(newest.current, to));
    const timer = setTimeout(() => {
      moves.current = [...moves.current.slice(-9), Date.now()];
      // Words that are being written on the board are put there first.
      if (document.activeElement instanceof HTMLElement && document.activeElement.closest(".board")) document.activeElement.blur();
      room.moveTo(to);
    }, delayBeforeMove(moves.current, now));
    return () => clearTimeout(timer);
  }, [room, to]);

  useEffect(() => {
    if (!notice || to !== undefined || !isIn) return;
    const timer = setTimeout(() => setNotice(undefined), READ_MS);
    return () => clearTimeout(timer);
  }, [notice, to, isIn]);

  return notice;
}

function noticeOf(state: SpaceState, to: string): Notice {
  const { told } = state.groups;
  const group = told?.groups.find((each) => each.id === to);
  if (group) return { kind: "group", no: group.no, people: companions(state.groups, to, state.userId) };
  return { kind: told?.open ? "out" : "back" };
}
