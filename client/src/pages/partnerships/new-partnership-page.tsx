/** Starting a partnership: its programme, its kind, its schools, its name. What is still missing its record says. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation, useSearchParams } from "wouter";
import { formatLocale } from "../../i18n";
import { usePerson } from "../../person";
import { countryName } from "../../time";
import { Button } from "../../ui/button";
import { RadioGroupField } from "../../ui/choices";
import { Field } from "../../ui/field";
import { Actions, Form } from "../../ui/form";
import { Page } from "../../ui/page";
import { Empty, Failed, Skeleton } from "../../ui/state";
import { programmes, school as oneSchool, startPartnership, type PartnershipKind } from "./calls";
import { SchoolCombo, useTakes } from "./school-combo";
import "./partnerships.css";

interface Chosen {
  id: string;
  name: string;
  country: string;
}

export function NewPartnershipPage() {
  const { t } = useTranslation();
  const [search] = useSearchParams();
  const from = search.get("from") ?? "";
  const list = useQuery({ queryKey: ["programmes"], queryFn: programmes });
  const wanted = useQuery({ queryKey: ["school", from], queryFn: () => oneSchool(from), enabled: from !== "", retry: false });
  const isPending = list.isPending || (from !== "" && wanted.isPending);
  return (
    <Page title={t("life.start.title")}>
      <p className="soft">{t("life.start.lead")}</p>
      {isPending ? (
        <Skeleton blocks={["line", "card"]} />
      ) : !list.data ? (
        <Failed error={list.error} onRetry={() => void list.refetch()} />
      ) : list.data.items.length === 0 ? (
        <Empty title={t("life.start.noneTitle")}>{t("life.start.none")}</Empty>
      ) : (
        <StartForm
          programmes={list.data.items}
          first={wanted.data ? { id: wanted.data.id, name: wanted.data.profile.name, country: wanted.data.country } : undefined}
        />
      )}
    </Page>
  );
}

type Programmes = Awaited<ReturnType<typeof programmes>>["items"];

function StartForm({ programmes: offered, first }: { programmes: Programmes; first: Chosen | undefined }) {
  const { t, i18n } = useTranslation();
  const mine = usePerson().school;
  const locale = formatLocale(i18n.language);
  const queries = useQueryClient();
  const [, go] = useLocation();
  const [programmeId, setProgrammeId] = useState(offered.length === 1 ? (offered[0]?.id ?? "") : "");
  const [kind, setKind] = useState<PartnershipKind | "">("");
  const [chosen, setChosen] = useState<Chosen[]>(first ? [first] : []);
  const [name, setName] = useState("");
  const [isNamed, setNamed] = useState(false);
  const takes = useTakes(programmeId);
  const programme = offered.find(({ id }) => id === programmeId);
  const kinds = (programme?.kinds ?? []).filter(isKind);
  const chosenKind = kinds.length === 1 ? (kinds[0] ?? "") : kinds.includes(kind as PartnershipKind) ? kind : "";
  const schools = chosenKind === "one_to_one" ? chosen.slice(0, 1) : chosen;
  const suggested = chosenKind === "one_to_one" && schools[0] ? t("life.start.pairName", { mine: mine.short_name, theirs: schools[0].name }) : "";
  const shownName = isNamed ? name : suggested;
  const start = useMutation({
    mutationFn: (kind: PartnershipKind) =>
      startPartnership({ programme_id: programmeId, kind, name: shownName.trim(), school_ids: schools.map(({ id }) => id) }),
    onSuccess: (made) => {
      queries.setQueryData(["partnership", made.id], made);
      void queries.invalidateQueries({ queryKey: ["partnerships"] });
      go(`/partnerships/${made.id}`);
    },
  });
  const unfit = schools.filter(({ country }) => !takes(country));

  function submit() {
    const missing = {
      ...(programmeId ? {} : { programme_id: t("life.missing.programme") }),
      ...(programmeId && !chosenKind ? { kind: t("life.missing.kind") } : {}),
      ...(chosenKind === "one_to_one" && schools.length === 0 ? { school_ids: t("life.missing.school") } : {}),
      ...(unfit.length > 0 ? { school_ids: t("life.start.unfit", { school: unfit[0]?.name ?? "" }) } : {}),
      ...(shownName.trim() ? {} : { name: t("life.missing.name") }),
    };
    if (!chosenKind || Object.keys(missing).length > 0) return missing;
    start.mutate(chosenKind);
  }

  return (
    <Form error={start.error} onSubmit={submit}>
      <RadioGroupField
        label={t("life.start.programme")}
        name="programme_id"
        value={programmeId}
        options={offered.map((each) => ({
          value: each.id,
          label: each.name,
          hint: t("life.start.home", { country: countryName(each.home_country, locale) }),
        }))}
        onChange={setProgrammeId}
      />
      {programmeId && kinds.length > 1 && (
        <RadioGroupField
          label={t("life.start.kind")}
          name="kind"
          value={chosenKind}
          options={kinds.map((value) => ({ value, label: t(`kind.${value}`), hint: t(`life.start.kindHint.${value}`) }))}
          onChange={setKind}
        />
      )}
      {programmeId && chosenKind && (
        <Schools programmeId={programmeId} isPair={chosenKind === "one_to_one"} mineId={mine.id} chosen={schools} onChange={setChosen} />
      )}
      <Field
        label={t("life.start.name")}
        name="name"
        value={shownName}
        onChange={(next) => {
          setNamed(true);
          setName(next);
        }}
        maxLength={160}
        hint={t("life.start.nameHint")}
      />
      <p>{t("life.start.then")}</p>
      <Actions>
        <Button look="primary" type="submit" isPending={start.isPending}>
          {t("life.start.do")}
        </Button>
      </Actions>
    </Form>
  );
}

const isKind = (kind: string): kind is PartnershipKind => kind === "one_to_one" || kind === "cluster";

interface SchoolsProps {
  programmeId: string;
  isPair: boolean;
  mineId: string;
  chosen: readonly Chosen[];
  onChange(chosen: Chosen[]): void;
}

function Schools({ programmeId, isPair, mineId, chosen, onChange }: SchoolsProps) {
  const { t, i18n } = useTranslation();
  const locale = formatLocale(i18n.language);
  const field = useRef<HTMLDivElement>(null);
  const before = useRef(chosen.length);
  useEffect(() => {
    // The field for the next one is a new one: whoever chooses goes on writing in it.
    if (chosen.length > before.current) field.current?.querySelector("input")?.focus();
    before.current = chosen.length;
  }, [chosen.length]);
  const isFull = isPair && chosen.length > 0;
  return (
    <div className="chosen" ref={field}>
      {!isFull && (
        <SchoolCombo
          key={chosen.length}
          label={t(isPair ? "life.start.school" : "life.start.addSchool")}
          programmeId={programmeId}
          name="school_ids"
          without={[mineId, ...chosen.map(({ id }) => id)]}
          value=""
          onChange={(id, school) => school && onChange([...chosen, { id, name: school.name, country: school.country }])}
          hint={t(isPair ? "life.invite.hint" : "life.start.addHint")}
        />
      )}
      {chosen.length > 0 && (
        <div>
          <p className="field__label">{t(isPair ? "life.start.school" : "life.start.chosen")}</p>
          <ul className="lines">
            {chosen.map((school) => (
              <li key={school.id} className="line">
                <span>
                  <bdi>{school.name}</bdi> <span className="soft">· {countryName(school.country, locale)}</span>
                </span>
                <Button
                  look="quiet"
                  aria-label={`${t(isPair ? "life.start.other" : "life.start.remove")}: ${school.name}`}
                  onPress={() => onChange(chosen.filter(({ id }) => id !== school.id))}
                >
                  {t(isPair ? "life.start.other" : "life.start.remove")}
                </Button>
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}
