/** The lessons of a space that are over, each with a way to look back: for everybody who may read the space. */
import { useTranslation } from "react-i18next";
import { usePaged } from "../../ui/paged";
import { recaps, type RecapCard } from "./calls";
import { LookBack } from "./look-back";
import { More } from "./more";
import { OfSpace } from "./of-space";

export function RecapsPage({ id }: { id: string }) {
  const { t } = useTranslation();
  const paged = usePaged<RecapCard>(["recaps", id], (cursor) => recaps(id, cursor));
  return (
    <OfSpace id={id} of="list" paged={paged} empty={t("recap.listNoneText")} other={{ href: `/spaces/${id}/polls`, of: "polls" }}>
      {() => (
        <>
          <ul className="recap-list">
            {paged.items.map((lesson) => (
              <LookBack key={lesson.lesson_id} lesson={lesson} level={2} />
            ))}
          </ul>
          <More paged={paged} />
        </>
      )}
    </OfSpace>
  );
}
