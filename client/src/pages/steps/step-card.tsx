/** One step of a plan: a line to read, or its fields to write. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { formatLocale } from "../../i18n";
import { usePerson } from "../../person";
import { addPage, type PageView } from "../../space/pages/calls";
import { DraftFields } from "../../space/polls/poll-maker";
import { clockAt } from "../../time";
import { Button } from "../../ui/button";
import { SelectField } from "../../ui/choices";
import { Field } from "../../ui/field";
import { Said } from "../../ui/parts";
import { useFailureWords } from "../../ui/state";
import { KINDS, missingIn, NOTE_LIMIT, TITLE_LIMIT, type Kind, type StepDraft } from "./draft";

const PAGE_TITLE_LIMIT = 80;

interface StepCardProps {
  step: StepDraft;
  place: number;
  count: number;
  startMin: number;
  startsAt: Date;
  isOpen: boolean;
  /** What is missing is said from the first try to save on. */
  isChecked: boolean;
  mayEdit: boolean;
  pages: readonly PageView[];
  spaceId: string;
  onOpen(isOpen: boolean): void;
  onChange(step: StepDraft): void;
  onMove(to: number): void;
  onRemove(): void;
}

export function StepCard(props: StepCardProps) {
  const { step, place, count, startsAt, isOpen, mayEdit, pages, onOpen, onMove, onRemove } = props;
  const { t, i18n } = useTranslation();
  const mine = usePerson().school;
  const title = step.title.trim() || t("steps.untitled");
  const page = pages.find((each) => each.id === step.pageId);
  const more = [
    step.kind === "board" && page?.title,
    step.kind === "poll" && step.poll.question,
    step.kind === "groups" && t("steps.groupCount", { count: Number(step.groupCount) || 0 }),
  ].filter(Boolean);
  return (
    <li className="card step-card" data-open={isOpen ? "" : undefined}>
      <div className="step-card__line">
        <span className="step-card__time" dir="ltr">
          {clockAt(startsAt, mine.timezone, formatLocale(i18n.language))}
        </span>
        <h2 className="step-card__title">
          <bdi>{title}</bdi>
          <span className="soft step-card__what">
            {t(`steps.kind.${step.kind}`)} · {t("steps.minutes", { count: Number(step.minutes) || 0 })}
            {more.length > 0 && (
              <>
                {" · "}
                <bdi>{more.join(" ")}</bdi>
              </>
            )}
          </span>
        </h2>
        {mayEdit && (
          <span className="step-card__moves">
            <Button look="quiet" className="step-card__move" isDisabled={place === 0} onPress={() => onMove(place - 1)}>
              <Arrow path="M5 15l7-7l7 7" />
              <span className="visually-hidden">{t("steps.up", { title })}</span>
            </Button>
            <Button look="quiet" className="step-card__move" isDisabled={place === count - 1} onPress={() => onMove(place + 1)}>
              <Arrow path="M5 9l7 7l7-7" />
              <span className="visually-hidden">{t("steps.down", { title })}</span>
            </Button>
            <Button look="quiet" aria-expanded={isOpen} onPress={() => onOpen(!isOpen)}>
              {t(isOpen ? "steps.close" : "steps.edit")}
              <span className="visually-hidden">{title}</span>
            </Button>
            <Button look="quiet" onPress={onRemove}>
              {t("steps.remove")}
              <span className="visually-hidden">{title}</span>
            </Button>
          </span>
        )}
      </div>
      {!isOpen && step.note && (
        <p className="soft step-card__note" dir="auto">
          {step.note}
        </p>
      )}
      {isOpen && <Fields {...props} />}
    </li>
  );
}

function Fields({ step, isChecked, pages, spaceId, onChange }: StepCardProps) {
  const { t } = useTranslation();
  const box = useRef<HTMLDivElement>(null);
  const missing = isChecked ? missingIn(step) : {};
  const set = (part: Partial<StepDraft>) => onChange({ ...step, ...part });
  useEffect(() => {
    // Whoever opens a step writes its title next, or mends what is missing.
    (box.current?.querySelector<HTMLElement>("[aria-invalid=true]") ?? box.current?.querySelector<HTMLElement>("input"))?.focus();
  }, []);
  return (
    <div className="step-fields" ref={box}>
      <div className="step-fields__row">
        <Field
          label={t("steps.stepTitle")} value={step.title} maxLength={TITLE_LIMIT} dir="auto"
          error={missing.title ? t("steps.missing.title") : undefined} onChange={(title) => set({ title })}
        />
        <Field
          label={t("steps.takes")} value={step.minutes} inputMode="numeric" maxLength={3} className="step-fields__number"
          error={missing.minutes ? t("steps.missing.minutes") : undefined} onChange={(minutes) => set({ minutes })}
        />
      </div>
      <SelectField<Kind>
        label={t("steps.what")} value={step.kind} options={KINDS.map((kind) => ({ value: kind, label: t(`steps.kind.${kind}`) }))}
        onChange={(kind) => set({ kind })}
      />
      {step.kind === "board" && <PageField step={step} pages={pages} spaceId={spaceId} onChoose={(pageId) => set({ pageId })} />}
      {step.kind === "poll" && (
        <div className="step-fields__poll">
          <DraftFields draft={step.poll} problem={missing.poll} onChange={(poll) => set({ poll })} />
        </div>
      )}
      {step.kind === "groups" && (
        <Field
          label={t("steps.groups")} hint={t("steps.groupsHint")} value={step.groupCount} inputMode="numeric" maxLength={2}
          className="step-fields__number" error={missing.groups ? t("steps.missing.groups") : undefined}
          onChange={(groupCount) => set({ groupCount })}
        />
      )}
      <Field label={t("steps.note")} hint={t("steps.noteHint")} value={step.note} rows={3} maxLength={NOTE_LIMIT} onChange={(note) => set({ note })} />
    </div>
  );
}

/** The page of the board that the step begins with, or a new one for it. */
function PageField({ step, pages, spaceId, onChoose }: { step: StepDraft; pages: readonly PageView[]; spaceId: string; onChoose(id: string): void }) {
  const { t } = useTranslation();
  const failure = useFailureWords();
  const queries = useQueryClient();
  const make = useMutation({
    mutationFn: () => addPage(spaceId, { title: (step.title.trim() || t("steps.newPage")).slice(0, PAGE_TITLE_LIMIT), is_prepared: true }),
    onSuccess: (after) => {
      queries.setQueryData(["pages", spaceId], after);
      const made = after.items.filter((page) => page.removed_at === null).at(-1);
      if (made) onChoose(made.id);
    },
  });
  const chosen = pages.find((page) => page.id === step.pageId);
  const there = pages.filter((page) => page.removed_at === null || page.id === step.pageId);
  const name = (page: PageView) =>
    page.removed_at !== null
      ? t("steps.pageRemoved", { title: page.title })
      : page.is_prepared
        ? t("steps.pageHidden", { title: page.title })
        : t("steps.page", { number: page.place, title: page.title });
  return (
    <div className="step-fields__page">
      <SelectField
        label={t("steps.begins")} hint={chosen?.is_prepared ? t("steps.pageHint") : undefined} value={step.pageId || "none"}
        options={[{ value: "none", label: t("steps.noPage") }, ...there.map((page) => ({ value: page.id, label: name(page) }))]}
        onChange={(id) => onChoose(id === "none" ? "" : id)}
      />
      <Button isPending={make.isPending} onPress={() => make.mutate()}>
        {t("steps.makePage")}
      </Button>
      <Said tone="danger">{make.error ? failure(make.error) : ""}</Said>
    </div>
  );
}

function Arrow({ path }: { path: string }) {
  return (
    <svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true">
      <path d={path} />
    </svg>
  );
}
