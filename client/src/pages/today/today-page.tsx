/** Today: hello, what time it is here and there, and a short way into my spaces. */
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { api, type Me, type SpaceCard } from "../../api";
import { formatLocale, pageWith, wordsFor } from "../../i18n";
import { isOfOffice, usePerson } from "../../person";
import { countryName, dayAndClock, dayPart } from "../../time";
import { Animal } from "../../ui/drawing";
import { Avatar } from "../../ui/avatar";
import { Clocks, useNow } from "../../ui/clocks";
import { Page, useTitle } from "../../ui/page";
import { SchoolName } from "../../ui/school";
import { Empty, Failed, Skeleton } from "../../ui/state";
import { Duties } from "./duties";
import { NowAndNext } from "./now-and-next";

/** Fetched with its words: not needed to see what there is today. */
const Lately = lazy(() => pageWith(["records/recap"], () => import("../recap/lately")));

const SharingEntry = lazy(() => pageWith(["records/devices"], () => import("../../devices/sharing-entry")));

/** Who is where changes while the page is open. */
const LOOK_AGAIN_MS = 15_000;
const FACES_SHOWN = 6;

export function TodayPage() {
  const { t, i18n } = useTranslation();
  const person = usePerson();
  const heading = useTitle(t("nav.today"));
  const now = useNow();
  const today = useQuery({ queryKey: ["today"], queryFn: api.today, refetchInterval: LOOK_AGAIN_MS });
  const locale = formatLocale(i18n.language);
  const greeting = t(`today.${dayPart(now, person.school.timezone)}`, { name: person.name });

  return (
    <Page
      title={t("nav.today")}
      heading={
        <div className="hello">
          {person.kind === "student" && <Animal slug={person.avatar} size={72} />}
          <h1 ref={heading} tabIndex={-1}>
            {greeting}
          </h1>
          <Clocks here={person.school.timezone} there={today.data?.partners ?? []} />
        </div>
      }
    >
      {today.isPending ? (
        <Skeleton blocks={["title", "card", "card"]} />
      ) : today.isError ? (
        <Failed error={today.error} onRetry={() => void today.refetch()} />
      ) : (
        <>
          {person.kind === "student" && (
            <Suspense fallback={null}>
              <SharingEntry />
            </Suspense>
          )}
          <NowAndNext today={today.data} me={person} now={now} />
          <Duties duties={today.data.duties} />
          <section className="section" aria-labelledby="my-spaces">
            <h2 id="my-spaces">{t("today.spaces")}</h2>
            {today.data.spaces.length === 0 ? (
              <Empty title={t("today.emptyTitle")}>
                {t(`today.empty${person.kind === "student" ? "Student" : isOfOffice(person) ? "Office" : "Staff"}`)}
              </Empty>
            ) : (
              <ul className="cards">
                {[...today.data.spaces].sort(liveliestFirst).map((space) => (
                  <SpaceEntry key={space.id} space={space} me={person} />
                ))}
              </ul>
            )}
          </section>
          <Suspense fallback={null}>
            <Lately />
          </Suspense>
          {today.data.partners.length > 0 && (
            <section className="section" aria-labelledby="partner-schools">
              <h2 id="partner-schools">{t("today.partners")}</h2>
              <ul className="partners">
                {today.data.partners.map((school) => (
                  <li key={school.id} className="partner">
                    <bdi>{school.name}</bdi>
                    <span className="soft">{countryName(school.country, locale)}</span>
                  </li>
                ))}
              </ul>
            </section>
          )}
        </>
      )}
    </Page>
  );
}

function SpaceEntry({ space, me }: { space: SpaceCard; me: Me }) {
  const { t, i18n } = useTranslation();
  const { id: mySchoolId, timezone } = me.school;
  const isStaff = me.kind === "staff";
  const colourOf = new Map(space.schools.map((school) => [school.id, school.colour]));
  const partners = space.schools.filter((school) => school.id !== mySchoolId);
  return (
    <li className="card entry" data-closed={space.open || space.closed_reason === "ground_rules" ? undefined : ""}>
      <div className="entry__text">
        <h3 className="entry__name">
          <bdi>{space.name}</bdi>
        </h3>
        {space.kind !== "project" && <p className="soft">{wordsFor(t, "spaceKind", space.kind, "spaceKind.project")}</p>}
        <ul className="schools">
          {(partners.length > 0 ? partners : space.schools).map((school) => (
            <li key={school.id}>
              <SchoolName school={school} />
            </li>
          ))}
        </ul>
        {space.grants.includes("chat:read") && (
          <p className="ways">
            <Link href={`/spaces/${space.id}/recaps`}>
              {t("today.lessonsOver")}
              <span className="visually-hidden">: {space.name}</span>
            </Link>
          </p>
        )}
      </div>
      {space.open ? (
        <>
          <div className="entry__here">
            {space.here.length > 0 && (
              <ul className="faces">
                {space.here.slice(0, FACES_SHOWN).map((each) => (
                  <li key={each.user_id}>
                    <Avatar person={each} colour={colourOf.get(each.school_id) ?? 0} size={40} />
                    <span className="visually-hidden">{each.name}</span>
                  </li>
                ))}
              </ul>
            )}
            <p className={space.here.length > 0 ? "" : "soft"}>
              {space.here.length > 0 ? t("today.here", { count: space.here.length }) : t("today.hereNone")}
            </p>
          </div>
          <Link href={`/spaces/${space.id}`} className="button button--primary entry__go" aria-label={t("today.goInto", { space: space.name })}>
            {t("today.goIn")}
          </Link>
        </>
      ) : space.closed_reason === "ground_rules" ? (
        <>
          <p className="soft entry__here">{t("closed.ground_rules.why")}</p>
          <Link href={`/rules/${space.id}`} className="button button--primary entry__go" aria-label={t("today.readRulesOf", { space: space.name })}>
            {t("today.readRules")}
          </Link>
        </>
      ) : (
        <div className="entry__closed">
          <p>
            <strong>{t("today.closed")}</strong>
          </p>
          <p className="soft">{wordsFor(t, "closed", `${space.closed_reason || "general"}.why`, "closed.general.why")}</p>
          {space.opens_at && (
            <p>{t("closed.opensAt", { when: dayAndClock(new Date(space.opens_at), new Date(), timezone, formatLocale(i18n.language)) })}</p>
          )}
          {isStaff && space.grants.includes("chat:read") && (
            <p>
              <Link href={`/spaces/${space.id}/past`} aria-label={t("today.pastOf", { space: space.name })}>
                {t("today.past")}
              </Link>
            </p>
          )}
        </div>
      )}
    </li>
  );
}

const KIND_ORDER = ["project", "cluster_wide", "staff_room"];

/** Where somebody is comes first, then what is open, projects before staff rooms. */
function liveliestFirst(a: SpaceCard, b: SpaceCard): number {
  return (
    Number(b.open) - Number(a.open) ||
    Number(b.here.length > 0) - Number(a.here.length > 0) ||
    KIND_ORDER.indexOf(a.kind) - KIND_ORDER.indexOf(b.kind) ||
    a.name.localeCompare(b.name)
  );
}
