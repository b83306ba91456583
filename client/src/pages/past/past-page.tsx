/** What was said in a space: to read, also when it is closed. For staff. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { api, ApiFailure, type School } from "../../api";
import { formatLocale, wordsFor } from "../../i18n";
import { usePerson } from "../../person";
import { clockAt, dateAt, dateWords } from "../../time";
import { Button } from "../../ui/button";
import { usePaged } from "../../ui/paged";
import { Page, useTitle } from "../../ui/page";
import { SchoolName } from "../../ui/school";
import { Empty, Failed, Skeleton } from "../../ui/state";
import { NotFoundPage } from "../not-found-page";
import { messages, type Message } from "./calls";
import { Sealed } from "./sealed";
import "./past.css";

export function PastPage({ id }: { id: string }) {
  const { t } = useTranslation();
  const space = useQuery({ queryKey: ["space", id], queryFn: () => api.space(id) });
  const { roles } = usePerson();
  const title = space.data ? t("past.titleOf", { space: space.data.name }) : t("past.title");
  const heading = useTitle(title);
  if (space.error instanceof ApiFailure && [403, 404].includes(space.error.status)) return <NotFoundPage />;
  return (
    <Page
      title={title}
      heading={
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
      }
    >
      {space.isPending ? (
        <Skeleton blocks={["line", "card", "card"]} />
      ) : !space.data ? (
        <Failed error={space.error} onRetry={() => void space.refetch()} />
      ) : (
        <>
          <p className="soft">
            <Link href={`/partnerships/${space.data.partnership_id}`}>
              <bdi>{space.data.partnership_name}</bdi>
            </Link>
            {" · "}
            {space.data.open ? t("past.open") : wordsFor(t, "closed", `${space.data.closed_reason || "general"}.why`, "closed.general.why")}
          </p>
          <Said id={id} schools={[...space.data.schools, ...space.data.visiting]} />
          {roles.includes("safeguarding_lead") && space.data.grants.includes("space:export") && <Sealed id={id} />}
        </>
      )}
    </Page>
  );
}

function Said({ id, schools }: { id: string; schools: readonly School[] }) {
  const { t, i18n } = useTranslation();
  const here = usePerson().school.timezone;
  const locale = formatLocale(i18n.language);
  const paged = usePaged<Message>(["past", id], (cursor) => messages(id, cursor));
  if (paged.isFirstPending) return <Skeleton blocks={["card", "card"]} />;
  if (paged.error && paged.items.length === 0) return <Failed error={paged.error} onRetry={paged.tryAgain} />;
  if (paged.items.length === 0) return <Empty title={t("past.emptyTitle")}>{t("past.emptyText")}</Empty>;
  const days = new Map<string, Message[]>();
  for (const message of [...paged.items].reverse()) {
    const day = dateAt(new Date(message.sent_at), here);
    days.set(day, [...(days.get(day) ?? []), message]);
  }
  return (
    <>
      {paged.hasMore && (
        <div className="actions">
          <Button isPending={paged.isMorePending} onPress={paged.showMore}>
            {paged.isMorePending ? t("app.loading") : t("past.older")}
          </Button>
        </div>
      )}
      {[...days].map(([day, said]) => (
        <section key={day} className="section" aria-labelledby={`day-${day}`}>
          <h2 id={`day-${day}`}>{dateWords(day, locale)}</h2>
          <ol className="past">
            {said.map((message) => {
              const school = schools.find((each) => each.id === message.author.school_id);
              return (
                <li key={message.seq} className="past__one">
                  <p className="past__who">
                    <strong>
                      <bdi>{message.author.name}</bdi>
                    </strong>
                    {school && <SchoolName school={school} isShort />}
                    <span className="soft">
                      <time dateTime={message.sent_at}>{clocks(message.sent_at, school)}</time>
                    </span>
                  </p>
                  <p className="past__text" dir="auto">
                    {message.deleted ? <span className="soft">{t("past.deletedOne")}</span> : message.text}
                  </p>
                </li>
              );
            })}
          </ol>
        </section>
      ))}
      <p className="soft" role="status">
        {t("past.count", { count: paged.items.length })}
      </p>
    </>
  );

  function clocks(moment: string, school: School | undefined): string {
    const at = new Date(moment);
    const mine = clockAt(at, here, locale);
    const theirs = school && clockAt(at, school.timezone, locale);
    return theirs && theirs !== mine ? t("time.both", { here: mine, there: theirs }) : t("time.here", { time: mine });
  }
}
