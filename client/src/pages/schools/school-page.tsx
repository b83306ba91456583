/** One school, as others see it. An officer verifies it here. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { ApiFailure } from "../../api";
import { formatLocale } from "../../i18n";
import { usePerson } from "../../person";
import { dateAt, dateWords } from "../../time";
import { Button } from "../../ui/button";
import { Clocks } from "../../ui/clocks";
import { Confirm } from "../../ui/confirm";
import { Page, useTitle } from "../../ui/page";
import { Badge, Said, Section } from "../../ui/parts";
import { Failed, Skeleton } from "../../ui/state";
import { Place } from "../finder/place";
import { SchoolFacts } from "../finder/school-facts";
import { NotFoundPage } from "../not-found-page";
import { school as load, unverify, verify, type SchoolDetail } from "./calls";
import "../finder/finder.css";

export function SchoolPage({ id }: { id: string }) {
  const { t } = useTranslation();
  const person = usePerson();
  const found = useQuery({ queryKey: ["school", id], queryFn: () => load(id) });
  const school = found.data;
  const title = school?.profile.name ?? t("finder.school");
  const heading = useTitle(title);
  if (found.error instanceof ApiFailure && found.error.status === 404) return <NotFoundPage />;
  const isOfSchool = !person.roles.some((role) => role === "programme_officer" || role === "adviser");

  return (
    <Page
      title={title}
      heading={
        <div className="school-head">
          <div className="school-head__text">
            <h1 ref={heading} tabIndex={-1}>
              <bdi>{title}</bdi>
            </h1>
            {school && (
              <>
                <p className="soft">
                  <Place town={school.profile.town} country={school.country} />
                </p>
                {id !== person.school.id && (
                  <Clocks
                    here={person.school.timezone}
                    there={[{ id, colour: 0, country: school.country, name: school.profile.name, short_name: school.profile.short_name, timezone: school.profile.timezone }]}
                  />
                )}
              </>
            )}
          </div>
          {school && <Badge tone={school.verified_at ? "good" : "wait"}>{t(school.verified_at ? "schools.verified" : "schools.unverified")}</Badge>}
        </div>
      }
    >
      {found.isPending ? (
        <Skeleton blocks={["line", "card", "card"]} />
      ) : !school ? (
        <Failed error={found.error} onRetry={() => void found.refetch()} />
      ) : (
        <>
          {school.can_verify && <Verification school={school} />}
          {id === person.school.id ? (
            <p>
              <Link href="/school">{t("schools.ours")}</Link>
            </p>
          ) : (
            isOfSchool &&
            school.verified_at && (
              <p>
                <Link href={`/find-a-partner/${id}`}>{t("schools.toFit")}</Link>
              </p>
            )
          )}
          <Section title={t("finder.about")}>
            <SchoolFacts said={school.profile} />
          </Section>
          <Section title={t("schools.staff")}>
            <ul className="plain">
              <li>{t("schools.staffCount", { count: school.staffing.staff })}</li>
              <li>{t(school.staffing.has_headteacher ? "schools.hasHead" : "schools.noHead")}</li>
              <li>{t(school.staffing.has_safeguarding_lead ? "schools.hasLead" : "schools.noLead")}</li>
            </ul>
          </Section>
        </>
      )}
    </Page>
  );
}

/** An officer's yes, and taking it back. */
function Verification({ school }: { school: SchoolDetail }) {
  const { t, i18n } = useTranslation();
  const { timezone } = usePerson().school;
  const locale = formatLocale(i18n.language);
  const queries = useQueryClient();
  const [isOpen, setOpen] = useState(false);
  const [said, say] = useState("");
  const isVerified = school.verified_at !== null;
  // What is asked stays what it was while the question closes.
  const [asked, setAsked] = useState<"verify" | "unverify">("verify");
  const decide = useMutation({
    mutationFn: () => (asked === "verify" ? verify(school.id) : unverify(school.id)),
    onSuccess: (after) => {
      queries.setQueryData(["school", school.id], after);
      void queries.invalidateQueries({ queryKey: ["schools"] });
      setOpen(false);
      say(t(`schools.${asked}Done`));
    },
    onError: () => void queries.invalidateQueries({ queryKey: ["school", school.id] }),
  });
  return (
    <Section title={t("schools.verification")}>
      <p>
        {school.verified_at
          ? t("schools.since", { date: dateWords(dateAt(new Date(school.verified_at), timezone), locale) })
          : t("schools.notYet", { date: dateWords(dateAt(new Date(school.created_at), timezone), locale) })}
      </p>
      <Said>{said}</Said>
      <div>
        <Button
          look={isVerified ? "secondary" : "primary"}
          onPress={() => {
            setAsked(isVerified ? "unverify" : "verify");
            setOpen(true);
          }}
        >
          {t(isVerified ? "schools.unverify" : "schools.verify")}
        </Button>
      </div>
      <Confirm
        isOpen={isOpen}
        title={t(`schools.${asked}Ask`)}
        doIt={t(`schools.${asked}`)}
        isDanger={asked === "unverify"}
        isPending={decide.isPending}
        error={decide.error}
        onConfirm={() => decide.mutate()}
        onClose={() => {
          setOpen(false);
          decide.reset();
        }}
      >
        <p>{t(`schools.${asked}Text`)}</p>
      </Confirm>
    </Section>
  );
}
