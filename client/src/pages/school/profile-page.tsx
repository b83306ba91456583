/** My school as its partners see it, and the form to change it. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { formatLocale, wordsFor } from "../../i18n";
import { isOfOffice, usePerson } from "../../person";
import { countryName, dateAt, dateWords } from "../../time";
import { Button } from "../../ui/button";
import { useTitle } from "../../ui/page";
import { Badge, Facts, Said, Section } from "../../ui/parts";
import { Failed, Skeleton } from "../../ui/state";
import { WorldMap } from "../../ui/world-map";
import { school, type SchoolDetail } from "./calls";
import { SchoolFrame } from "./frame";
import { PeoplePage } from "./people-page";
import { ProfileForm } from "./profile-form";
import { languageName } from "./words";

export function ProfilePage() {
  return isOfOffice(usePerson()) ? <PeoplePage /> : <OwnProfile />;
}

function OwnProfile() {
  const { t } = useTranslation();
  const person = usePerson();
  const found = useQuery({ queryKey: ["school", person.school.id], queryFn: () => school(person.school.id) });
  const [isEditing, setEditing] = useState(false);
  const [said, say] = useState("");
  const title = found.data?.profile.name ?? person.school.name;
  const heading = useTitle(title);

  function leave(words: string) {
    setEditing(false);
    say(words);
    heading.current?.focus();
  }

  return (
    <SchoolFrame
      title={title}
      heading={
        <div className="school-head">
          <h1 ref={heading} tabIndex={-1}>
            <bdi>{title}</bdi>
          </h1>
          {found.data && (
            <Badge tone={found.data.verified_at ? "good" : "wait"}>
              {t(found.data.verified_at ? "ourSchool.verified" : "ourSchool.unverified")}
            </Badge>
          )}
        </div>
      }
    >
      {found.isPending ? (
        <Skeleton blocks={["line", "card", "card"]} />
      ) : !found.data ? (
        <Failed error={found.error} onRetry={() => void found.refetch()} />
      ) : isEditing ? (
        <ProfileForm record={found.data} onSaved={() => leave(t("ui.saved"))} onClose={() => leave("")} />
      ) : (
        <Shown
          record={found.data}
          said={said}
          onEdit={() => {
            say("");
            setEditing(true);
          }}
        />
      )}
    </SchoolFrame>
  );
}

function Shown({ record, said, onEdit }: { record: SchoolDetail; said: string; onEdit(): void }) {
  const { t, i18n } = useTranslation();
  const mine = usePerson().school;
  const locale = formatLocale(i18n.language);
  const names = new Intl.ListFormat(locale, { type: "unit" });
  const { profile, staffing } = record;
  const country = countryName(record.country, locale);
  const none = <span className="soft">{t("ourSchool.notSaid")}</span>;
  const listed = (group: string, slugs: readonly string[] | undefined) =>
    slugs && slugs.length > 0 ? names.format(slugs.map((slug) => wordsFor(t, group, slug, "ourSchool.other"))) : none;
  const text = (words: string) => (words ? <bdi className="kept-lines">{words}</bdi> : none);

  return (
    <>
      <p className={record.verified_at ? "soft" : "notice"}>
        {record.verified_at
          ? t("ourSchool.verifiedOn", { date: dateWords(dateAt(new Date(record.verified_at), mine.timezone), locale) })
          : t("ourSchool.unverifiedText")}
      </p>
      <Said>{said}</Said>
      <Section
        title={t("ourSchool.asSeen")}
        aside={
          record.can_edit && (
            <Button look="primary" onPress={onEdit}>
              {t("ourSchool.change")}
            </Button>
          )
        }
      >
        <Facts
          items={[
            { label: t("ourSchool.place"), value: profile.town ? t("ourSchool.placeText", { town: profile.town, country }) : country },
            { label: t("ourSchool.timezone"), value: <bdi>{profile.timezone}</bdi> },
            {
              label: t("ourSchool.kind"),
              value: [
                wordsFor(t, "phase", profile.phase, "ourSchool.other"),
                wordsFor(t, "funding", profile.funding ?? "state", "ourSchool.other"),
              ].join(" · "),
            },
            { label: t("ourSchool.ages"), value: t("ourSchool.agesText", { youngest: profile.youngest, oldest: profile.oldest }) },
            { label: t("ourSchool.languages"), value: names.format(profile.languages.map((tag) => languageName(tag, locale))) },
            { label: t("ourSchool.internet"), value: wordsFor(t, "internet", profile.internet ?? "limited", "ourSchool.other") },
            { label: t("ourSchool.experience"), value: wordsFor(t, "experience", profile.experience ?? "none", "ourSchool.other") },
            { label: t("ourSchool.interests"), value: listed("interest", profile.interests) },
            { label: t("ourSchool.priorities"), value: listed("priority", profile.priorities) },
            { label: t("ourSchool.offers"), value: text(profile.offers) },
            { label: t("ourSchool.looksFor"), value: text(profile.looks_for) },
            {
              label: t("ourSchool.staff"),
              value: names.format([
                t("ourSchool.staffCount", { n: staffing.staff }),
                t(staffing.has_headteacher ? "ourSchool.head" : "ourSchool.noHead"),
                t(staffing.has_safeguarding_lead ? "ourSchool.lead" : "ourSchool.noLead"),
              ]),
            },
          ]}
        />
      </Section>
      <Section title={t("ourSchool.onMap")}>
        <WorldMap
          label={t("ourSchool.onMap")}
          schools={[
            {
              id: record.id,
              name: profile.name,
              short_name: profile.short_name,
              colour: mine.colour,
              country: record.country,
              latitude: profile.latitude ?? null,
              longitude: profile.longitude ?? null,
            },
          ]}
        />
      </Section>
    </>
  );
}
