/** The lessons of a space that are over, each with a way to look back: for everybody who may read the space. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { api, ApiFailure } from "../../api";
import { ShutOut } from "../../space/shut-out";
import { Button } from "../../ui/button";
import { Page, useTitle } from "../../ui/page";
import { usePaged } from "../../ui/paged";
import { Empty, Failed, Skeleton } from "../../ui/state";
import { NotFoundPage } from "../not-found-page";
import { recaps, type RecapCard } from "./calls";
import { LookBack } from "./look-back";
import "./recap.css";

export function RecapsPage({ id }: { id: string }) {
  const { t } = useTranslation();
  const space = useQuery({ queryKey: ["space", id], queryFn: () => api.space(id) });
  const paged = usePaged<RecapCard>(["recaps", id], (cursor) => recaps(id, cursor));
  const title = space.data ? t("recap.listTitleOf", { space: space.data.name }) : t("recap.listTitle");
  const heading = useTitle(title);
  if (paged.error instanceof ApiFailure && paged.error.status === 403) return <ShutOut spaceId={id} reason={paged.error.code} />;
  if (paged.error instanceof ApiFailure && paged.error.status === 404) return <NotFoundPage />;
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
            <Link href={`/spaces/${id}/polls`}>{t("recap.pollsTitle")}</Link>
          </p>
        </div>
      }
    >
      {paged.isFirstPending ? (
        <Skeleton blocks={["card", "card"]} />
      ) : paged.error && paged.items.length === 0 ? (
        <Failed error={paged.error} onRetry={paged.tryAgain} />
      ) : paged.items.length === 0 ? (
        <Empty title={t("recap.listNone")}>{t("recap.listNoneText")}</Empty>
      ) : (
        <>
          <ul className="recap-list">
            {paged.items.map((lesson) => (
              <LookBack key={lesson.lesson_id} lesson={lesson} level={2} />
            ))}
          </ul>
          {Boolean(paged.error) && <Failed error={paged.error} onRetry={paged.showMore} />}
          {paged.hasMore && (
            <div>
              <Button isPending={paged.isMorePending} onPress={paged.showMore}>
                {paged.isMorePending ? t("app.loading") : t("recap.more")}
              </Button>
            </div>
          )}
        </>
      )}
    </Page>
  );
}
