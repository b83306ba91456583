/** The partnerships of my school at a glance: how each stands, who is in it, and how lively its spaces are. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { useHistoryState } from "wouter/use-browser-location";
import { wordsFor } from "../../i18n";
import { usePerson } from "../../person";
import { Actions } from "../../ui/form";
import { Page } from "../../ui/page";
import { Said, Section } from "../../ui/parts";
import { SchoolName } from "../../ui/school";
import { Empty, Failed, Skeleton } from "../../ui/state";
import { board, partnerships, type PartnershipItem } from "./calls";
import { PartnershipCard } from "./partnership-card";
import { StatusMark } from "./status-mark";

/** Left on the way here, by a school that has just gone. */
interface Gone {
  gone?: string;
  how?: string;
}

export function PartnershipsPage() {
  const { t } = useTranslation();
  const { roles } = usePerson();
  const isOfSchool = !roles.some((role) => role === "programme_officer" || role === "adviser");
  const mayJoin = roles.some((role) => role === "teacher" || role === "headteacher");
  const list = useQuery({ queryKey: ["partnerships"], queryFn: partnerships });
  const seen = useQuery({ queryKey: ["partnerships", "board"], queryFn: board });
  const left = useHistoryState<Gone | null>();
  const onBoard = new Set(seen.data?.items.map(({ id }) => id));
  const others = (list.data?.items ?? []).filter(({ id }) => !onBoard.has(id));
  const asked = others.filter(({ status }) => status !== "ended");
  const ended = others.filter(({ status }) => status === "ended");

  return (
    <Page title={t("partnerships.title")}>
      <Said>{left?.gone && t(left.how === "decline" ? "life.board.declined" : "life.board.left", { name: left.gone })}</Said>
      {list.isPending || seen.isPending ? (
        <Skeleton blocks={["card", "card"]} />
      ) : list.isError || seen.isError ? (
        <Failed
          error={list.error ?? seen.error}
          onRetry={() => {
            void list.refetch();
            void seen.refetch();
          }}
        />
      ) : (
        <>
          {isOfSchool && (
            <Actions>
              <Link className={`button button--${list.data.items.length === 0 ? "primary" : "secondary"}`} href="/partnerships/new">
                {t("life.board.start")}
              </Link>
              {mayJoin && (
                <Link className="button button--secondary" href="/clusters">
                  {t("life.board.clusters")}
                </Link>
              )}
            </Actions>
          )}
          {asked.length > 0 && (
            <Section title={t("life.board.asked")}>
              <p className="soft">{t("life.board.askedWhy")}</p>
              <Entries items={asked} />
            </Section>
          )}
          {list.data.items.length === 0 ? (
            <Empty title={t("partnerships.emptyTitle")}>{t(isOfSchool ? "partnerships.emptyText" : "life.board.emptyOffice")}</Empty>
          ) : (
            seen.data.items.length > 0 && (
              <ul className="cards" aria-label={t("partnerships.title")}>
                {seen.data.items.map((item) => (
                  <PartnershipCard key={item.id} item={item} />
                ))}
              </ul>
            )
          )}
          {ended.length > 0 && (
            <Section title={t("life.board.ended")}>
              <Entries items={ended} />
            </Section>
          )}
        </>
      )}
    </Page>
  );
}

function Entries({ items }: { items: readonly PartnershipItem[] }) {
  const { t } = useTranslation();
  return (
    <ul className="cards">
      {items.map((item) => (
        <li key={item.id} className="card entry">
          <div className="entry__text">
            <h3 className="entry__name">
              <Link href={`/partnerships/${item.id}`} className="entry__link">
                <bdi>{item.name}</bdi>
              </Link>
            </h3>
            <p className="soft">
              {wordsFor(t, "kind", item.kind, "kind.cluster")} · <bdi>{item.programme_name}</bdi>
            </p>
            <ul className="schools">
              {item.schools.map((school) => (
                <li key={school.id}>
                  <SchoolName school={school} />
                </li>
              ))}
            </ul>
          </div>
          <StatusMark status={item.status} />
        </li>
      ))}
    </ul>
  );
}
