/** A page that lists what was in a space: its head with the ways on, and its states until there is something to list. */
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { api, ApiFailure, type SpaceCard } from "../../api";
import { ShutOut } from "../../space/shut-out";
import { Page, useTitle } from "../../ui/page";
import type { Paged } from "../../ui/paged";
import { Empty, Failed, Skeleton } from "../../ui/state";
import { NotFoundPage } from "../not-found-page";
import "./recap.css";

interface OfSpaceProps<Item> {
  id: string;
  /** Whose words it speaks: `recap.<of>Title`, `recap.<of>TitleOf`, `recap.<of>None`. */
  of: "list" | "polls";
  /** What will be here, and how it starts. */
  empty: string;
  /** The other list of this space. */
  other: { href: string; of: "list" | "polls" };
  paged: Paged<Item>;
  /** @param space undefined where it is closed for now, and only what was can be read. */
  children(space: SpaceCard | undefined): ReactNode;
}

export function OfSpace<Item>({ id, of, empty, other, paged, children }: OfSpaceProps<Item>) {
  const { t } = useTranslation();
  const space = useQuery({ queryKey: ["space", id], queryFn: () => api.space(id) });
  const title = space.data ? t(`recap.${of}TitleOf`, { space: space.data.name }) : t(`recap.${of}Title`);
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
          <p className="ways">
            {space.data?.open && <Link href={`/spaces/${id}`}>{t("recap.back")}</Link>}
            <Link href={other.href}>{t(`recap.${other.of}Title`)}</Link>
          </p>
        </div>
      }
    >
      {paged.isFirstPending || space.isPending ? (
        <Skeleton blocks={["card", "card"]} />
      ) : paged.error && paged.items.length === 0 ? (
        <Failed error={paged.error} onRetry={paged.tryAgain} />
      ) : paged.items.length === 0 ? (
        <Empty title={t(`recap.${of}None`)}>{empty}</Empty>
      ) : (
        children(space.data)
      )}
    </Page>
  );
}
