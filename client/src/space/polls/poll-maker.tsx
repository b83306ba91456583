/** Asking a question: one tap for the quick ones, or with words and answers of one's own. */
import { useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../ui/button";
import { RadioGroupField } from "../../ui/choices";
import { Question } from "../../ui/dialog";
import { Field } from "../../ui/field";
import type { PollKind } from "../frames";
import { newId, type Room } from "../room";
import {
  asFrame,
  EMPTY,
  END_LIMIT,
  OPTION_LIMIT,
  OPTIONS_LIMIT,
  problemOf,
  QUESTION_LIMIT,
  QUICK,
  quick,
  type Draft,
} from "./asking";
import { useRequest } from "./use-request";
import "./polls.css";

const KINDS: readonly PollKind[] = ["single", "multiple", "scale", "words"];

export default function PollMaker({ room, onClose }: { room: Room; onClose(): void }) {
  const { t } = useTranslation();
  const { ask, isPending, failure } = useRequest(room);
  /** The same question again, after a line that was lost, is one question. */
  const sent = useRef({ words: "", id: "" });
  const [draft, setDraft] = useState<Draft | undefined>(undefined);
  const [isChecked, setChecked] = useState(false);
  const problem = draft && isChecked ? problemOf(draft) : undefined;

  async function send(asked: Draft, isOpen: boolean) {
    setChecked(true);
    if (problemOf(asked) !== undefined) return;
    const words = JSON.stringify([asked, isOpen]);
    if (sent.current.words !== words) sent.current = { words, id: newId() };
    if (await ask(asFrame(asked, sent.current.id, isOpen))) onClose();
  }

  const actions = (
    <>
      <Button look="quiet" onPress={onClose}>
        {t("app.cancel")}
      </Button>
      {draft && (
        <>
          <Button isPending={isPending} onPress={() => void send(draft, false)}>
            {t("poll.keep")}
          </Button>
          <Button look="primary" isPending={isPending} onPress={() => void send(draft, true)}>
            {t("poll.askNow")}
          </Button>
        </>
      )}
    </>
  );

  return (
    <Question isOpen title={t("poll.makeTitle")} onClose={onClose} actions={actions}>
      {draft ? (
        <DraftFields draft={draft} problem={problem} onChange={setDraft} />
      ) : (
        <>
          <p className="soft">{t("poll.quickHint")}</p>
          <ul className="poll-quick">
            {QUICK.map((which) => (
              <li key={which}>
                <Button className="poll-quick__button" isPending={isPending} onPress={() => void send(quick(which, t), true)}>
                  {t(`poll.quick.${which}`)}
                </Button>
              </li>
            ))}
            <li>
              <Button className="poll-quick__button" onPress={() => setDraft(EMPTY)}>
                {t("poll.own")}
              </Button>
            </li>
          </ul>
        </>
      )}
      <p className="field__error" role="alert">
        {failure}
      </p>
    </Question>
  );
}

interface DraftFieldsProps {
  draft: Draft;
  problem: ReturnType<typeof problemOf>;
  onChange(draft: Draft): void;
}

/** The fields of a question. Also for one that is asked in a step of a plan. */
export function DraftFields({ draft, problem, onChange }: DraftFieldsProps) {
  const { t } = useTranslation();
  const chooses = draft.kind === "single" || draft.kind === "multiple";
  return (
    <>
      <Field
        label={t("poll.question")}
        value={draft.question}
        maxLength={QUESTION_LIMIT}
        autoFocus
        dir="auto"
        error={problem === "question" ? t("poll.problem.question") : undefined}
        onChange={(question) => onChange({ ...draft, question })}
      />
      <RadioGroupField
        label={t("poll.kind")}
        value={draft.kind}
        options={KINDS.map((kind) => ({ value: kind, label: t(`poll.kinds.${kind}`) }))}
        onChange={(kind) => onChange({ ...draft, kind, right: [] })}
      />
      {chooses && <OptionFields draft={draft} problem={problem} onChange={onChange} />}
      {draft.kind === "scale" && (
        <div className="poll-ends">
          <Field label={t("poll.low")} value={draft.low} maxLength={END_LIMIT} dir="auto" onChange={(low) => onChange({ ...draft, low })} />
          <Field label={t("poll.high")} value={draft.high} maxLength={END_LIMIT} dir="auto" onChange={(high) => onChange({ ...draft, high })} />
        </div>
      )}
    </>
  );
}

function OptionFields({ draft, problem, onChange }: DraftFieldsProps) {
  const { t } = useTranslation();
  const id = useId();
  const { options, right } = draft;

  function change(at: number, words: string) {
    onChange({ ...draft, options: options.map((option, place) => (place === at ? words : option)) });
  }

  function mark(at: number, isRight: boolean) {
    const others = draft.kind === "single" ? [] : right.filter((place) => place !== at);
    onChange({ ...draft, right: isRight ? [...others, at] : others });
  }

  return (
    <fieldset className="poll-options">
      <legend className="field__label">{t("poll.options")}</legend>
      <p className="field__hint" id={`${id}-hint`}>
        {t("poll.quizHint")}
      </p>
      {options.map((option, at) => (
        <div className="poll-options__row" key={at}>
          <label className="visually-hidden" htmlFor={`${id}-${at}`}>
            {t("poll.option", { number: at + 1 })}
          </label>
          <input
            id={`${id}-${at}`}
            className="field__input"
            dir="auto"
            placeholder={t("poll.option", { number: at + 1 })}
            value={option}
            maxLength={OPTION_LIMIT}
            onChange={(event) => change(at, event.target.value)}
          />
          <label className="choice poll-options__right">
            <input
              type="checkbox"
              className="choice__box"
              aria-label={t("poll.isRight", { number: at + 1 })}
              aria-describedby={`${id}-hint`}
              checked={right.includes(at)}
              onChange={(event) => mark(at, event.target.checked)}
            />
            <span aria-hidden="true">{t("poll.right")}</span>
          </label>
        </div>
      ))}
      {options.length < OPTIONS_LIMIT && (
        <Button look="quiet" onPress={() => onChange({ ...draft, options: [...options, ""] })}>
          {t("poll.addOption")}
        </Button>
      )}
      <p className="field__error" role="alert">
        {(problem === "options" || problem === "twice") && t(`poll.problem.${problem}`)}
      </p>
    </fieldset>
  );
}
