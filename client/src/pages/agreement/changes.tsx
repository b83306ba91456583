/** What a version says otherwise than another one, section by section. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { wordsFor } from "../../i18n";
import { TextDifference } from "../../ui/difference";
import { SchoolName } from "../../ui/school";
import { Failed, Skeleton } from "../../ui/state";
import { difference, type AgreementSchool, type TextChange } from "./calls";
import { useDate } from "./words";

interface ChangesProps {
  id: string;
  from: number;
  to: number;
  schools: readonly AgreementSchool[];
}

/** These are codes and numbers: they are said in words, before and after as a whole. */
const WHOLE: ReadonlySet<string> = new Set(["weekly_minutes", "internet", "review_on", "expires_on"]);

export function Changes({ id, from, to, schools }: ChangesProps) {
  const { t } = useTranslation();
  const found = useQuery({
    queryKey: ["agreement-difference", id, from, to],
    queryFn: () => difference(id, from, to),
    staleTime: Infinity,
  });
  if (found.isPending) return <Skeleton blocks={["line", "card"]} />;
  if (found.isError) return <Failed error={found.error} onRetry={() => void found.refetch()} />;
  const changed = found.data.sections.filter(({ changes }) => changes.length > 0);
  const same = found.data.sections.filter(({ changes }) => changes.length === 0);
  if (changed.length === 0) return <p>{t("difference.none")}</p>;
  return (
    <div className="changes card">
      <p className="soft difference__key">
        {t("difference.count", { count: changed.reduce((sum, { changes }) => sum + changes.length, 0) })}{" "}
        <ins>{t("difference.added")}</ins> · <del>{t("difference.removed")}</del>
      </p>
      {changed.map(({ section, changes }) => (
        <div key={section} className="terms__part">
          <h3>{wordsFor(t, "agreement.section", section, "agreement.section.extra")}</h3>
          {changes.map((change, index) => (
            <Change key={index} change={change} schools={schools} />
          ))}
        </div>
      ))}
      {same.length > 0 && (
        <p className="soft">
          {t("agreement.unchanged", {
            sections: same.map(({ section }) => wordsFor(t, "agreement.section", section, "agreement.section.extra")).join(" · "),
          })}
        </p>
      )}
    </div>
  );
}

function Change({ change, schools }: { change: TextChange; schools: readonly AgreementSchool[] }) {
  const { t } = useTranslation();
  const date = useDate();
  const school = schools.find(({ id }) => id === change.school_id);
  return (
    <div className="changes__one">
      {school ? (
        <SchoolName school={school} isShort />
      ) : change.school_id ? (
        <p className="soft">{t("agreement.goneSchool")}</p>
      ) : (
        change.position !== null && (
          <p className="soft">{wordsFor(t, "agreement.part", change.field, "agreement.entry.other", { number: change.position })}</p>
        )
      )}
      <TextDifference isWithoutKey parts={WHOLE.has(change.field) ? inWords() : change.parts} />
    </div>
  );

  function inWords() {
    return [
      { op: "removed", text: worded(change.before) },
      { op: "same", text: " " },
      { op: "added", text: worded(change.after) },
    ].filter(({ text }) => text !== "") as { op: "removed" | "same" | "added"; text: string }[];
  }

  function worded(value: string): string {
    if (!value) return "";
    if (change.field === "weekly_minutes") return t("agreement.minutes", { count: Number(value) });
    return change.field === "internet" ? wordsFor(t, "internet", value, "agreement.nothingSaid") : date(value);
  }
}
