/** A time that suits, and why; and what one should know of the schools' calendars. */
import { useTranslation } from "react-i18next";
import type { School } from "../../api";
import { formatLocale, wordsFor } from "../../i18n";
import { usePerson } from "../../person";
import { dateWords, dayAt } from "../../time";
import { Button } from "../../ui/button";
import { Badge } from "../../ui/parts";
import type { Slot, Slots } from "./calls";
import { TwoClocks } from "./two-clocks";

const GOOD = new Set(["in_lessons", "on_the_bell", "middle_of_day", "fair", "every_time"]);

interface SlotCardProps {
  slot: Slot;
  schools: readonly School[];
  isBest?: boolean;
  onChoose(): void;
}

export function SlotCard({ slot, schools, isBest = false, onChoose }: SlotCardProps) {
  const { t, i18n } = useTranslation();
  const { timezone } = usePerson().school;
  const locale = formatLocale(i18n.language);
  const names = useNames(schools);
  const fitting = (slot.occurrences ?? []).filter((each) => each.code === "fits").length;
  const day = dayAt(new Date(slot.starts_at), timezone, locale);
  return (
    <li className="card meeting">
      <div className="meeting__when">
        <h3 className="meeting__day">{day}</h3>
        <TwoClocks starts={slot.starts_at} ends={slot.ends_at} schools={schools} withoutDay />
      </div>
      <div className="meeting__why">
        {isBest && <Badge tone="good">{t("lessons.best")}</Badge>}
        {(slot.stretches ?? []).map((stretch) => (
          <p key={stretch.school_id}>
            {stretch.before_min > 0
              ? t("lessons.comesEarlier", { count: stretch.before_min, school: names([stretch.school_id]) })
              : t("lessons.staysLonger", { count: stretch.after_min, school: names([stretch.school_id]) })}
          </p>
        ))}
        <ul className="meeting__reasons">
          {slot.reasons.map(({ code, school_ids }) => (
            <li key={code} data-good={GOOD.has(code) ? "" : undefined}>
              {wordsFor(t, "lessons.reason", code, "lessons.reason.in_lessons", {
                schools: names(school_ids ?? []),
                count: fitting,
                of: slot.occurrences?.length ?? 0,
              })}
            </li>
          ))}
        </ul>
      </div>
      <Button look={isBest ? "primary" : "secondary"} aria-label={t("lessons.takeThis", { day })} onPress={onChoose}>
        {t("lessons.take")}
      </Button>
    </li>
  );
}

export function Notes({ notes, schools }: { notes: Slots["found"]["notes"]; schools: readonly School[] }) {
  const { t, i18n } = useTranslation();
  const names = useNames(schools);
  if (notes.length === 0) return null;
  return (
    <ul className="school-notes">
      {notes.map(({ code, school_id, day }) => (
        <li key={`${code} ${school_id}`} className={code.startsWith("n") && !school_id ? "notice" : "soft"}>
          {wordsFor(t, "lessons.note", code, "lessons.note.no_terms", {
            school: school_id ? names([school_id]) : "",
            day: day ? dateWords(day, formatLocale(i18n.language)) : "",
          })}
        </li>
      ))}
    </ul>
  );
}

function useNames(schools: readonly School[]) {
  const { i18n } = useTranslation();
  const list = new Intl.ListFormat(formatLocale(i18n.language), { type: "conjunction" });
  return (ids: readonly string[]) => list.format(schools.filter((school) => ids.includes(school.id)).map((school) => school.short_name));
}
