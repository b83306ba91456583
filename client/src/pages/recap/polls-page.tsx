/** What was asked in a space: staff read every result, students those that were shown to them. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { api, ApiFailure } from "../../api";
import { usePerson } from "../../person";
import { ShutOut } from "../../space/shut-out";
import { Page, useTitle } from "../../ui/page";
import { Empty, Failed, Skeleton } from "../../ui/state";
import { NotFoundPage } from "../not-found-page";
import { outcomeOf, PollList, usePolls } from "./polls";
import "./recap.css";

export function PollsPage({ id }: { id: string }) {
  const { t } = useTranslation();
  const isStudent = usePerson().kind === "student";
  const space = useQuery({ queryKey: ["space", id], queryFn: () => api.space(id) });
  const paged = usePolls(id);
  const title = space.data ? t("recap.pollsTitleOf", { space: space.data.name }) : t("recap.pollsTitle");
  const heading = useTitle(title);
  if (paged.error instanceof ApiFailure && paged.error.status === 403) return <ShutOut spaceId={id} reason={paged.error.code} />;
  if (paged.error instanceof ApiFailure && paged.error.status === 404) return <NotFoundPage />;
  const outcomes = paged.items.map(outcomeOf).filter((outcome) => outcome === "right" || outcome === "notRight");
  const right = outcomes.filter((outcome) => outcome === "right").length;
  return (
    <Page
      title={title}
      heading={
        <div className="recap-head">
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          <p className="recap-ways">
            {space.data?.open && <Link href={`/spaces/${id}`}>{t("recap.back")}</Link>}
            <Link href={`/spaces/${id}/recaps`}>{t("recap.listTitle")}</Link>
          </p>
        </div>
      }
    >
      {paged.isFirstPending || space.isPending ? (
        <Skeleton blocks={["card", "card"]} />
      ) : paged.error && paged.items.length === 0 ? (
        <Failed error={paged.error} onRetry={paged.tryAgain} />
      ) : paged.items.length === 0 ? (
        <Empty title={t("recap.pollsNone")}>{t(isStudent ? "recap.pollsNoneText" : "recap.pollsNoneStaff")}</Empty>
      ) : (
        <>
          {isStudent && right > 0 && <p>{t("recap.score", { count: outcomes.length, right })}</p>}
          <PollList paged={paged} schools={[...(space.data?.schools ?? []), ...(space.data?.visiting ?? [])]} level={2} />
        </>
      )}
    </Page>
  );
}
