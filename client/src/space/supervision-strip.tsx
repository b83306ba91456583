/** Says why a class is held, to the class and to the adults: nothing here is anybody's fault to guess at. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { wordsFor, formatLocale } from "../i18n";
import type { Me } from "../api";
import { clockAt } from "../time";
import { Button } from "../ui/button";
import { codeOf } from "./connection";
import type { SchoolWatch } from "./frames";
import type { Room } from "./room";
import type { SpaceState } from "./state";

interface SupervisionStripProps {
  room: Room;
  state: SpaceState;
  person: Me;
}

export function SupervisionStrip({ room, state, person }: SupervisionStripProps) {
  const isInside = state.line === "joined";
  const { schools, alone } = state.supervision;
  const mine = schools.find((each) => each.school_id === person.school.id);
  // In a group what is written stays between the two, so that waits as well.
  const aloneIn = alone ? (state.space?.parent_id ? "aloneInGroup" : "alone") : undefined;
  return (
    <div role="status" className="held-strip">
      {isInside &&
        (person.kind === "student" ? (
          <StudentsNotice watch={mine} alone={aloneIn} timezone={person.school.timezone} />
        ) : (
          <>
            {aloneIn && <Notice name={aloneIn} />}
            {schools.map((each) => (
              <StaffNotice key={each.school_id} watch={each} room={room} state={state} isMine={each === mine} />
            ))}
          </>
        ))}
    </div>
  );
}

type Alone = "alone" | "aloneInGroup";

function StudentsNotice({ watch, alone, timezone }: { watch?: SchoolWatch; alone?: Alone; timezone: string }) {
  const { t, i18n } = useTranslation();
  if (watch?.watch !== "held") return alone ? <Notice name={alone} /> : null;
  const time = watch.until ? clockAt(new Date(watch.until), timezone, formatLocale(i18n.language)) : undefined;
  return (
    <p className="notice line-strip__notice">
      {time ? t("supervision.studentHeldUntil", { time }) : t("supervision.studentHeld")}
    </p>
  );
}

function Notice({ name }: { name: Alone }) {
  const { t } = useTranslation();
  return <p className="notice line-strip__notice">{t(`supervision.${name}`)}</p>;
}

interface StaffNoticeProps {
  watch: SchoolWatch;
  room: Room;
  state: SpaceState;
  isMine: boolean;
}

function StaffNotice({ watch, room, state, isMine }: StaffNoticeProps) {
  const { t } = useTranslation();
  const [problem, setProblem] = useState<string>();
  if (watch.watch !== "held" && watch.watch !== "over") return null;
  const school = state.schools.find((each) => each.id === watch.school_id)?.name ?? "";
  const letIn = () => {
    setProblem(undefined);
    room.channel.request({ type: "supervision.let_in" }).catch((error: unknown) => setProblem(codeOf(error)));
  };
  return (
    <div className="notice line-strip__notice">
      <p>{t(watch.watch === "held" ? "supervision.staffHeld" : "supervision.staffOver", { school })}</p>
      {watch.watch === "over" && isMine && (
        <Button look="quiet" className="line-strip__try" onPress={letIn}>
          {t("supervision.letIn")}
        </Button>
      )}
      {problem && <p role="alert">{wordsFor(t, "errors", problem, "errors.general")}</p>}
    </div>
  );
}
