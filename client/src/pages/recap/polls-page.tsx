/** What was asked in a space: staff read every result, students those that were shown to them. */
import { useTranslation } from "react-i18next";
import { usePerson } from "../../person";
import { OfSpace } from "./of-space";
import { outcomeOf, PollList, usePolls } from "./polls";

export function PollsPage({ id }: { id: string }) {
  const { t } = useTranslation();
  const isStudent = usePerson().kind === "student";
  const paged = usePolls(id);
  const outcomes = paged.items.map(outcomeOf).filter((outcome) => outcome === "right" || outcome === "notRight");
  const right = outcomes.filter((outcome) => outcome === "right").length;
  return (
    <OfSpace
      id={id}
      of="polls"
      paged={paged}
      empty={t(isStudent ? "recap.pollsNoneText" : "recap.pollsNoneStaff")}
      other={{ href: `/spaces/${id}/recaps`, of: "list" }}
    >
      {(space) => (
        <>
          {isStudent && right > 0 && <p>{t("recap.score", { count: outcomes.length, right })}</p>}
          <PollList paged={paged} schools={[...(space?.schools ?? []), ...(space?.visiting ?? [])]} level={2} />
        </>
      )}
    </OfSpace>
  );
}
