/** One student in the overview: who it is, what they need, and where they sit. */
import { useTranslation } from "react-i18next";
import { Avatar } from "../../ui/avatar";
import { SchoolShape } from "../../ui/school";
import type { Asking } from "../lesson/use-lesson";
import { colourOf } from "../roster";
import type { SpaceState } from "../state";
import type { Seat, Table } from "./arrangement";

interface SeatRowProps {
  seat: Seat;
  /** Null: in none yet. */
  groupId: string | null;
  tables: readonly Table[];
  state: SpaceState;
  canMove: boolean;
  /** While the groups are closed nobody is missing from theirs. */
  isOpen?: boolean;
  asking: Asking;
  isDown: boolean;
}

export function SeatRow({ seat, groupId, tables, state, canMove, isOpen = false, asking, isDown }: SeatRowProps) {
  const { t } = useTranslation();
  const { person, isHere, hasHand, asks } = seat;
  const school = state.schools.find((each) => each.id === person.school_id);
  const isMissing = isOpen && !isHere;
  return (
    <li className="seat" data-missing={isMissing ? "" : undefined}>
      <Avatar person={person} colour={colourOf(state.schools, person.school_id)} size={28} />
      <SchoolShape colour={colourOf(state.schools, person.school_id)} />
      <span className="seat__who">
        <bdi>{person.name}</bdi> <span className="visually-hidden">{school?.short_name}</span>
        {isMissing && <span className="soft">{t("overview.missing")}</span>}
      </span>
      {asks && <span className="seat__asks">{t("overview.asks")}</span>}
      {hasHand && <span className="people__hand">{t("lesson.hand")}</span>}
      {canMove && (
        <select
          className="field__input seat__move"
          aria-label={t("overview.groupOf", { name: person.name })}
          value={groupId ?? ""}
          disabled={isDown}
          onChange={(event) => asking.ask({ type: "groups.move", user_id: person.user_id, group_id: event.target.value || null })}
        >
          <option value="">{t("overview.none")}</option>
          {tables.map(({ group }) => (
            <option key={group.id} value={group.id}>
              {t("groups.group", { no: group.no })}
            </option>
          ))}
        </select>
      )}
    </li>
  );
}
