/** What was ever answered for one student, with who gave it, who wrote it down, and when. */
import { useTranslation } from "react-i18next";
import { formatLocale } from "../../i18n";
import { usePerson } from "../../person";
import { dateAndClock, dateAt, dateWords } from "../../time";
import { Button } from "../../ui/button";
import { Question } from "../../ui/dialog";
import { PagedList, usePaged } from "../../ui/paged";
import { Timeline } from "../../ui/parts";
import { useReturn } from "../school/frame";
import { history, type StudentConsent } from "./calls";

export function HistoryQuestion({ classId, student, onClose }: { classId: string; student: StudentConsent; onClose(): void }) {
  useReturn();
  const { t, i18n } = useTranslation();
  const { timezone } = usePerson().school;
  const locale = formatLocale(i18n.language);
  const paged = usePaged(["consent-history", classId, student.id], history(classId, student.id));
  const day = (moment: string) => dateWords(dateAt(new Date(moment), timezone), locale);
  return (
    <Question
      isOpen
      title={t("consents.historyOf", { name: student.alias })}
      onClose={onClose}
      actions={<Button onPress={onClose}>{t("app.close")}</Button>}
    >
      <PagedList paged={paged} empty={<p className="soft">{t("consents.noHistory")}</p>}>
        {(items) => (
          <Timeline
            label={t("consents.historyOf", { name: student.alias })}
            items={items.map((each) => ({
              key: `${each.kind} ${each.since}`,
              when: dateAndClock(new Date(each.since), timezone, locale),
              moment: each.since,
              text: (
                <strong>
                  {t(`consents.kind.${each.kind}`)}: {t(each.given ? "consents.yes" : "consents.no")}
                </strong>
              ),
              more: (
                <>
                  <p>
                    {t(`consents.giver.${each.giver}`)}
                    {each.paper && (
                      <>
                        {" · "}
                        <bdi>{each.paper}</bdi>
                      </>
                    )}
                  </p>
                  {each.recorded_by && <p className="soft">{t("consents.by", { name: each.recorded_by })}</p>}
                  {each.until && <p className="soft">{t("consents.until", { when: day(each.until) })}</p>}
                </>
              ),
            }))}
          />
        )}
      </PagedList>
    </Question>
  );
}
