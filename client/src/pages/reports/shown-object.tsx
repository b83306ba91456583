/** An object on the board as it was when it was reported: a picture of it, and its words as words. */
import { lazy, Suspense, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Facts } from "../../ui/parts";
import { Skeleton } from "../../ui/state";
import type { ReportedObject, ReportedPerson } from "./calls";

const Drawn = lazy(async () => {
  const { fieldsOf, Picture } = await import("../../board/picture");
  return {
    default: function Drawn({ kept, label }: { kept: Record<string, unknown>; label: string }) {
      const fields = useMemo(() => fieldsOf(kept), [kept]);
      return fields && <Picture fields={fields} label={label} />;
    },
  };
});

interface ShownObjectProps {
  object: ReportedObject;
  /** Who the report is about: whose words are in it, or who made it. */
  about: ReportedPerson | undefined;
}

export function ShownObject({ object, about }: ShownObjectProps) {
  const { t } = useTranslation();
  const { shown = {}, made_by: maker } = object;
  const words = typeof shown["text"] === "string" ? shown["text"] : "";
  return (
    <>
      <p>
        {t("safeguarding.reports.onPage", { title: object.page_title })}
        {object.is_deleted && <strong> {t("safeguarding.reports.deleted")}.</strong>}
      </p>
      {maker && <p>{t("safeguarding.reports.madeBy", { name: maker.name, school: maker.school })}</p>}
      {maker && about && maker.user_id !== about.user_id && <p>{t("safeguarding.reports.othersWords", { name: about.name })}</p>}
      {object.is_as_stored ? (
        <>
          <Suspense fallback={<Skeleton blocks={["card"]} />}>
            <Drawn kept={shown} label={t("safeguarding.reports.drawn")} />
          </Suspense>
          {words && (
            <blockquote className="report-words" dir="auto">
              {words}
            </blockquote>
          )}
          <p className="soft">{t("safeguarding.reports.asStored")}</p>
        </>
      ) : (
        <>
          <p className="soft">{t("safeguarding.reports.asShown", { position: object.log_position })}</p>
          <Facts
            items={Object.entries(shown)
              .filter(([, value]) => typeof value === "string" || typeof value === "number")
              .map(([label, value]) => ({ label, value: <bdi>{String(value)}</bdi> }))}
          />
        </>
      )}
    </>
  );
}
