/** "Page 2 of 5": which page of the board is open, and the way to the others. Staff also prepare pages here. */
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { pageWith } from "../../i18n";
import type { Room } from "../room";
import type { SpaceState } from "../state";
import "./pages.css";

const PageTools = lazy(() => pageWith(["records/steps"], () => import("./page-tools")));

interface PageSwitcherProps {
  room: Room;
  state: SpaceState;
  boardId: string;
  onChoose(boardId: string): void;
}

export default function PageSwitcher({ room, state, boardId, onChoose }: PageSwitcherProps) {
  const { t } = useTranslation();
  const { boards } = state;
  const mayRun = state.grants.includes("space:moderate");
  const at = boards.findIndex((board) => board.id === boardId);
  const go = (place: number) => {
    const board = boards[place];
    if (board) onChoose(board.id);
  };
  const name = (place: number) => {
    const { title = "", is_prepared: isPrepared } = boards[place] ?? {};
    const number = place + 1;
    const words = title === String(number) ? t("space.pageOf", { number, of: boards.length }) : t("space.pageNamed", { number, of: boards.length, title });
    return isPrepared ? t("space.pageHidden", { page: words }) : words;
  };
  return (
    <div className="board-pages" role="group" aria-label={t("space.pages")}>
      {boards.length > 1 && (
        <>
          <button type="button" className="button button--quiet board-pages__step" disabled={at <= 0} onClick={() => go(at - 1)}>
            <Arrow path="M15 5l-7 7l7 7" />
            <span className="visually-hidden">{t("space.pageBefore")}</span>
          </button>
          <select
            className="language__select board-pages__select" aria-label={t("space.pages")} value={boardId}
            onChange={(event) => onChoose(event.target.value)}
          >
            {boards.map((board, place) => (
              <option key={board.id} value={board.id}>
                {name(place)}
              </option>
            ))}
          </select>
          <button
            type="button" className="button button--quiet board-pages__step" disabled={at >= boards.length - 1}
            onClick={() => go(at + 1)}
          >
            <Arrow path="M9 5l7 7l-7 7" />
            <span className="visually-hidden">{t("space.pageAfter")}</span>
          </button>
        </>
      )}
      {mayRun && (
        <Suspense fallback={null}>
          <PageTools room={room} state={state} boardId={boardId} onChoose={onChoose} />
        </Suspense>
      )}
    </div>
  );
}

function Arrow({ path }: { path: string }) {
  return (
    <svg className="flips" viewBox="0 0 24 24" width="20" height="20" aria-hidden="true">
      <path d={path} />
    </svg>
  );
}
