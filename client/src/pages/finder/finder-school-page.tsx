/** A school that could be a partner: who they are, how we fit, when both are open, and a first letter. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation, useSearchParams } from "wouter";
import { ApiFailure } from "../../api";
import { formatLocale } from "../../i18n";
import { usePerson } from "../../person";
import { Button } from "../../ui/button";
import { RadioGroupField, SelectField } from "../../ui/choices";
import { Clocks } from "../../ui/clocks";
import { Field } from "../../ui/field";
import { Actions, Form } from "../../ui/form";
import { HoursBar } from "../../ui/hours-bar";
import { Page, useTitle } from "../../ui/page";
import { Section } from "../../ui/parts";
import { Failed, Skeleton } from "../../ui/state";
import { NotFoundPage } from "../not-found-page";
import { programmes } from "../programmes/calls";
import { ask, requests } from "../requests/calls";
import { calendar, finderProfile, type FinderSchool, type Kind, type Reason } from "./calls";
import { Place } from "./place";
import { SchoolFacts } from "./school-facts";
import { Score } from "./score";
import { alikeDays } from "./shared-week";
import { kindsFor } from "./sides";
import { reasonWords } from "./words";
import "./finder.css";

export function FinderSchoolPage({ id }: { id: string }) {
  const { t } = useTranslation();
  const person = usePerson();
  const letter = useRef<HTMLElement>(null);
  const found = useQuery({ queryKey: ["finder", id], queryFn: () => finderProfile(id) });
  const profile = found.data;
  const title = profile?.school.name ?? t("finder.school");
  const heading = useTitle(title);
  if (found.error instanceof ApiFailure && found.error.status === 404) return <NotFoundPage />;

  return (
    <Page
      title={title}
      heading={
        <div className="school-head">
          <div className="school-head__text">
            <h1 ref={heading} tabIndex={-1}>
              <bdi>{title}</bdi>
            </h1>
            {profile && (
              <>
                <p className="soft">
                  <Place town={profile.town} country={profile.school.country} />
                </p>
                <Clocks here={person.school.timezone} there={[profile.school]} />
              </>
            )}
          </div>
          {profile && (
            <Button
              look="primary"
              onPress={() => {
                letter.current?.scrollIntoView({ block: "start" });
                letter.current?.querySelector<HTMLElement>("select, textarea, input, a")?.focus({ preventScroll: true });
              }}
            >
              {t("finder.write")}
            </Button>
          )}
        </div>
      }
    >
      {found.isPending ? (
        <Skeleton blocks={["line", "card", "card"]} />
      ) : !profile ? (
        <Failed error={found.error} onRetry={() => void found.refetch()} />
      ) : (
        <>
          <Section title={t("finder.about")}>
            <SchoolFacts said={profile} />
          </Section>
          <Section title={t("finder.fits")} aside={<Score score={profile.score} />}>
            <p className="soft">{t("finder.scoreHint")}</p>
            <Reasons reasons={profile.reasons} />
          </Section>
          <Week theirs={profile.school} days={profile.week.map((day) => day.on)} />
          <section ref={letter} className="section" aria-labelledby="first-letter">
            <h2 id="first-letter">{t("finder.write")}</h2>
            <Letter school={profile.school} />
          </section>
        </>
      )}
    </Page>
  );
}

function Reasons({ reasons }: { reasons: readonly Reason[] }) {
  const { t, i18n } = useTranslation();
  return (
    <ul className="why">
      {reasons.map((reason) => (
        <li key={reason.code} className="why__one">
          <span>{reasonWords(t, i18n.language, reason)}</span>
          <svg className="why__bar" viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true">
            <rect width="100" height="12" />
            <rect width={(reason.points / reason.of) * 100} height="12" />
          </svg>
          <span className="why__points">{t("finder.points", { points: reason.points, of: reason.of })}</span>
        </li>
      ))}
    </ul>
  );
}

/** The real days to come, so that a week in which a clock changes is shown as it will be. */
function Week({ theirs, days }: { theirs: FinderSchool["school"]; days: readonly string[] }) {
  const { t, i18n } = useTranslation();
  const { school } = usePerson();
  const mine = useQuery({ queryKey: ["calendar", school.id], queryFn: () => calendar(school.id) });
  const other = useQuery({ queryKey: ["calendar", theirs.id], queryFn: () => calendar(theirs.id) });
  if (mine.isPending || other.isPending) return <Skeleton blocks={["title", "card"]} />;
  const failed = mine.isError ? mine : other.isError ? other : undefined;
  const weekOf = (found: typeof mine) => found.data?.bell_times.days ?? [];
  const without = [
    { name: school.short_name, week: weekOf(mine) },
    { name: theirs.short_name, week: weekOf(other) },
  ].find(({ week }) => week.every((periods) => periods.length === 0));
  const here = { ...school, colour: 0, week: weekOf(mine) };
  const there = { ...theirs, colour: 1, week: weekOf(other) };
  const locale = formatLocale(i18n.language);
  const name = (day: string) =>
    new Intl.DateTimeFormat(locale, { weekday: "long", day: "numeric", month: "long", timeZone: "UTC" }).format(new Date(`${day}T00:00:00Z`));
  const groups = failed || without ? [] : alikeDays(days, here, there);
  const quiet = groups.filter((group) => !group.isShared).flatMap((group) => group.days);

  return (
    <Section title={t("finder.week")}>
      {failed ? (
        <Failed error={failed.error} onRetry={() => void failed.refetch()} />
      ) : without ? (
        <p className="soft">{t("finder.noBells", { school: without.name })}</p>
      ) : (
        <div className="week">
          {groups
            .filter((group) => group.isShared)
            .map(({ days: [first = "", ...more] }) => (
              <div key={first} className="week__day">
                <h3>{more.length > 0 ? t("finder.days", { from: name(first), to: name(more.at(-1) ?? first) }) : name(first)}</h3>
                <HoursBar day={first} mine={here} theirs={there} />
              </div>
            ))}
          {quiet.length > 0 && (
            <p className="soft">{t("finder.noShared", { days: new Intl.ListFormat(locale).format(quiet.map(name)) })}</p>
          )}
        </div>
      )}
    </Section>
  );
}

const OFFER_LIMIT = 1000;
const MESSAGE_LIMIT = 2000;

/** The letter that begins it; or the way to the one that was begun. */
function Letter({ school }: { school: FinderSchool["school"] }) {
  const { t } = useTranslation();
  const person = usePerson();
  const queries = useQueryClient();
  const [, go] = useLocation();
  const [address] = useSearchParams();
  const list = useQuery({ queryKey: ["programmes"], queryFn: programmes });
  const open = useQuery({
    queryKey: ["partner-requests", "open-all"],
    queryFn: () => requests({ status: "open", limit: 100 }),
  });
  const [programmeId, setProgramme] = useState(address.get("programme") ?? "");
  const [kindWanted, setKind] = useState(address.get("kind") ?? "");
  const [offers, setOffers] = useState("");
  const [looksFor, setLooksFor] = useState("");
  const [message, setMessage] = useState("");
  const fitting = (list.data?.items ?? [])
    .map((programme) => ({ programme, kinds: kindsFor(programme, person.school.country, school.country) }))
    .filter(({ kinds }) => kinds.length > 0);
  const chosen = fitting.find(({ programme }) => programme.id === programmeId) ?? fitting[0];
  const kind: Kind | undefined = chosen?.kinds.find((each) => each === kindWanted) ?? chosen?.kinds[0];
  const begun = open.data?.items.find((request) => [request.from_school.id, request.to_school.id].includes(school.id));
  const send = useMutation({
    mutationFn: () =>
      ask({
        to_school_id: school.id,
        programme_id: chosen?.programme.id ?? "",
        kind: kind ?? "cluster",
        offers: offers.trim(),
        looks_for: looksFor.trim(),
        message: message.trim(),
      }),
    onSuccess: (made) => {
      queries.setQueryData(["partner-request", made.id], made);
      void queries.invalidateQueries({ queryKey: ["partner-requests"] });
      go(`/partner-requests/${made.id}`);
    },
  });

  if (list.isPending || open.isPending) return <Skeleton blocks={["card"]} />;
  if (list.isError) return <Failed error={list.error} onRetry={() => void list.refetch()} />;
  const asked = send.error instanceof ApiFailure && send.error.code === "already_asked" ? String(send.error.problem["request_id"]) : begun?.id;
  if (asked) {
    return (
      <p className="notice">
        {t("finder.begun")} <Link href={`/partner-requests/${asked}`}>{t("finder.toRequest")}</Link>
      </p>
    );
  }
  if (!chosen || !kind) return <p className="soft">{t("finder.noneTogether")}</p>;

  return (
    <Form
      error={send.error}
      onSubmit={() => {
        const missing = {
          ...(offers.trim() ? {} : { offers: t("fieldProblem.missing") }),
          ...(looksFor.trim() ? {} : { looks_for: t("fieldProblem.missing") }),
        };
        if (Object.keys(missing).length > 0) return missing;
        if (!send.isPending) send.mutate();
      }}
    >
      <p>{t("finder.letterHint")}</p>
      <SelectField
        label={t("finder.programme")}
        name="programme_id"
        value={chosen.programme.id}
        options={fitting.map(({ programme }) => ({ value: programme.id, label: programme.name }))}
        onChange={setProgramme}
      />
      <RadioGroupField
        label={t("finder.kind")}
        name="kind"
        value={kind}
        options={chosen.kinds.map((each) => ({ value: each, label: t(`kind.${each}`), hint: t(`finder.kindHint.${each}`) }))}
        onChange={setKind}
      />
      <Field label={t("finder.weOffer")} hint={t("finder.weOfferHint")} name="offers" value={offers} onChange={setOffers} rows={3} maxLength={OFFER_LIMIT} />
      <Field label={t("finder.weLookFor")} name="looks_for" value={looksFor} onChange={setLooksFor} rows={3} maxLength={OFFER_LIMIT} />
      <Field label={t("finder.message")} hint={t("finder.messageHint")} name="message" value={message} onChange={setMessage} rows={4} maxLength={MESSAGE_LIMIT} />
      <Actions>
        <Button look="primary" type="submit" isPending={send.isPending}>
          {t("finder.send")}
        </Button>
      </Actions>
    </Form>
  );
}
