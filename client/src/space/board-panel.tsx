/** The board in the middle of the space: which page is open, and its canvas. */
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { BoardElement } from "../board";
import { Skeleton } from "../ui/state";
import { useReport } from "./moderation/safety";
import { useTurned } from "./pages/turning";
import type { Room } from "./room";
import { personOf } from "./roster";
import type { SpaceState } from "./state";

const PageSwitcher = lazy(() => import("./pages/page-switcher"));
const Board = lazy(async () => ({ default: (await import("../board")).Board }));

interface BoardPanelProps {
  room: Room;
  state: SpaceState;
  /** The board is what is open: a page has one document open at a time. */
  isActive: boolean;
  /** Everyone was brought to a page of the board. */
  onTurned?: () => void;
}

export function BoardPanel({ room, state, isActive, onTurned }: BoardPanelProps) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useTurned(state, onTurned);
  const boards = state.boards;
  const boardId = boards.some((board) => board.id === chosen) ? chosen : boards[0]?.id;
  const transport = useMemo(() => (boardId ? room.boardTransport(boardId) : undefined), [room, boardId]);
  useEffect(() => {
    if (boardId && isActive) room.openBoard(boardId);
  }, [room, boardId, isActive]);
  // The board asks for people while it paints: always the newest state, never a new function.
  const newest = useRef(state);
  newest.current = state;
  const [hasUnsaved, setUnsaved] = useState(false);
  useEffect(() => {
    if (!hasUnsaved) return;
    // What was drawn without a line is only in this page: leaving it asks first.
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener("beforeunload", ask);
    return () => removeEventListener("beforeunload", ask);
  }, [hasUnsaved]);
  const person = useMemo(() => (userId: string) => personOf(newest.current, userId), []);
  const report = useReport();
  const reportElement = useCallback(
    ({ id, by }: BoardElement) => {
      if (boardId) report({ kind: "board", subjectId: boardId, elementId: id, name: person(by)?.name });
    },
    [report, boardId, person],
  );

  if (!state.space) return <Skeleton blocks={["card"]} className="board-wait" />;
  if (!boardId || !transport || !state.userId) return <p className="board-none">{t("space.noBoard")}</p>;
  const opened = state.board?.id === boardId ? state.board : undefined;
  const open = boards.find((board) => board.id === boardId);
  return (
    <>
      {(boards.length > 1 || state.grants.includes("space:moderate")) && (
        <Suspense fallback={<div className="board-pages-wait" />}>
          <PageSwitcher room={room} state={state} boardId={boardId} onChoose={setChosen} />
        </Suspense>
      )}
      <Suspense fallback={<Skeleton blocks={["card"]} className="board-wait" />}>
        <Board
          key={`${boardId} ${opened?.generation ?? 0}`}
          transport={transport}
          me={{ userId: state.userId }}
          actor={state.devices.acting}
          canEdit={Boolean(opened?.canEdit) && state.grants.includes("board:edit")}
          personOf={person}
          label={open?.title ?? t("space.board")}
          onUnsavedChange={setUnsaved}
          wasRefused={(opened?.generation ?? 0) > 0}
          onReport={reportElement}
        />
      </Suspense>
    </>
  );
}
