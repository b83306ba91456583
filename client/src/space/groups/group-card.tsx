/** One group in the overview: its board, who is there and who is not, and the way in. */
import { useTranslation } from "react-i18next";
import { Button } from "../../ui/button";
import { SchoolShape } from "../../ui/school";
import type { Asking } from "../lesson/use-lesson";
import { colourOf } from "../roster";
import type { SpaceState } from "../state";
import type { Table } from "./arrangement";
import { BoardThumb } from "./board-thumb";
import { SeatRow } from "./seat-row";

interface GroupCardProps {
  table: Table;
  tables: readonly Table[];
  state: SpaceState;
  isOpen: boolean;
  canMove: boolean;
  /** The page is in this group now. */
  isThere: boolean;
  asking: Asking;
  isDown: boolean;
  onGoIn(): void;
}

export function GroupCard({ table, tables, state, isOpen, canMove, isThere, asking, isDown, onGoIn }: GroupCardProps) {
  const { t } = useTranslation();
  const { group, seats, adults, isSmall } = table;
  const there = seats.filter((seat) => seat.isHere).length;
  const needs = seats.some((seat) => seat.asks);
  return (
    <article className="group-card" aria-labelledby={`group-${group.id}`} data-needs={needs ? "" : undefined} data-there={isThere ? "" : undefined}>
      <header className="group-card__head">
        <h3 id={`group-${group.id}`}>{t("groups.group", { no: group.no })}</h3>
        {seats.length > 0 && (
          <span className="soft">{isOpen ? t("overview.there", { there, all: seats.length }) : t("overview.students", { count: seats.length })}</span>
        )}
        <Button isDisabled={isDown || isThere} onPress={onGoIn}>
          {isThere ? t("overview.youAreHere") : t(isOpen ? "overview.goIn" : "overview.look")}
          <span className="visually-hidden">{t("groups.group", { no: group.no })}</span>
        </Button>
      </header>
      {group.board_id && <BoardThumb boardId={group.board_id} no={group.no} />}
      <ul className="group-card__seats">
        {seats.map((seat) => (
          <SeatRow
            key={seat.person.user_id} seat={seat} groupId={group.id} tables={tables} state={state} canMove={canMove} isOpen={isOpen}
            asking={asking} isDown={isDown}
          />
        ))}
        {seats.length === 0 && <li className="soft">{t("overview.empty")}</li>}
      </ul>
      {adults.length > 0 && (
        <p className="group-card__adults">
          {t("overview.adults")}{" "}
          {adults.map((person) => (
            <span key={person.user_id} className="group-card__adult">
              <SchoolShape colour={colourOf(state.schools, person.school_id)} /> <bdi>{person.name}</bdi>
            </span>
          ))}
        </p>
      )}
      {isSmall && <p className="soft group-card__small">{t("overview.small")}</p>}
    </article>
  );
}
