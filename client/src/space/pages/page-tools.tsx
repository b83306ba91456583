/** For staff: bringing everyone to the page that is open, and preparing the pages of the board. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { wordsFor } from "../../i18n";
import { Button } from "../../ui/button";
import { useAsking } from "../lesson/use-lesson";
import type { Room } from "../room";
import type { SpaceState } from "../state";
import { PageList } from "./page-list";
import "./page-tools.css";

interface PageToolsProps {
  room: Room;
  state: SpaceState;
  boardId: string;
  onChoose(boardId: string): void;
}

export default function PageTools({ room, state, boardId, onChoose }: PageToolsProps) {
  const { t } = useTranslation();
  const asking = useAsking(room);
  const [isOpen, setOpen] = useState(false);
  const isDown = state.line !== "joined";
  // The room of a lesson turns the pages of the space itself, not those of a group.
  const isGroup = state.space?.parent_id != null;
  return (
    <span className="page-tools">
      {!isGroup && (
        <Button isDisabled={isDown} onPress={() => asking.ask({ type: "page.bring", page_id: boardId })}>
          {t("pages.bring")}
        </Button>
      )}
      <Button aria-haspopup="dialog" isDisabled={isDown} onPress={() => setOpen(true)}>
        {t("pages.button")}
      </Button>
      <PageList isOpen={isOpen} state={state} boardId={boardId} onChoose={onChoose} onClose={() => setOpen(false)} />
      {asking.problem && (
        <span role="alert" className="page-tools__problem">
          {wordsFor(t, "errors", asking.problem, "errors.general")}
        </span>
      )}
    </span>
  );
}
