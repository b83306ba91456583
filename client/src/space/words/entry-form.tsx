/** One entry, written or changed: a word in some languages, and what it means. */
import { useMutation } from "@tanstack/react-query";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { formatLocale } from "../../i18n";
import { Button } from "../../ui/button";
import { Question } from "../../ui/dialog";
import { Field } from "../../ui/field";
import { useFailureWords } from "../../ui/state";
import { calls, keptIn, type Entry } from "./calls";
import { languageName, LANGUAGES_MOST, nextLanguage, startRows, toSend, type Word } from "./languages";

const WORD_MOST = 80;
const NOTE_MOST = 300;

interface EntryFormProps {
  /** Undefined: a new one. */
  entry: Entry | undefined;
  partnershipId: string;
  /** To choose from, those of the schools first. */
  languages: readonly string[];
  onSaved(): void;
  /** Somebody else has changed it. */
  onStale(): void;
  onClose(): void;
}

export default function EntryForm({ entry, partnershipId, languages, onSaved, onStale, onClose }: EntryFormProps) {
  const { t, i18n } = useTranslation();
  const failure = useFailureWords();
  const id = useId();
  const [rows, setRows] = useState<readonly Word[]>(() => entry?.words ?? startRows(languages, i18n.language));
  const [note, setNote] = useState(entry?.note ?? "");
  const [problem, setProblem] = useState<"none" | "twice">();
  /** What somebody else has saved meanwhile: mine is saved over it only when I say so. */
  const [kept, setKept] = useState<Entry>();
  const save = useMutation({
    mutationFn: (words: Word[]) => {
      const draft = { words, note: note.trim() };
      return entry ? calls.change(partnershipId, entry.id, (kept ?? entry).version, draft) : calls.add(partnershipId, draft);
    },
    onSuccess: onSaved,
    onError: (error) => {
      const now = keptIn(error);
      if (!now) return;
      setKept(now);
      onStale();
    },
  });
  const isStale = kept !== undefined && keptIn(save.error) !== undefined;
  const next = nextLanguage(rows, languages);

  function change(index: number, part: Partial<Word>) {
    setProblem(undefined);
    setRows(rows.map((row, at) => (at === index ? { ...row, ...part } : row)));
  }

  function submit() {
    const found = toSend(rows);
    if ("problem" in found) setProblem(found.problem);
    else if (!save.isPending) save.mutate(found.words);
  }

  return (
    <Question
      isOpen
      title={t(entry ? "words.editTitle" : "words.addTitle")}
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t(isStale ? "words.keepTheirs" : "app.cancel")}</Button>
          <Button look="primary" type="submit" form={id} isPending={save.isPending}>
            {t(isStale ? "words.saveMine" : "words.save")}
          </Button>
        </>
      }
    >
      <form
        id={id}
        className="entry-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        {isStale && kept ? (
          <div className="notice notice--danger entry-form__stale" role="alert">
            <p>{t("words.stale", { school: kept.changed_by })}</p>
            <ul className="entry-form__kept">
              {kept.words.map((word) => (
                <li key={word.language}>
                  <bdi lang={word.language}>{word.text}</bdi>
                </li>
              ))}
            </ul>
            {kept.note !== "" && <p dir="auto">{kept.note}</p>}
          </div>
        ) : (
          save.error && (
            <p className="notice notice--danger" role="alert">
              {failure(save.error)}
            </p>
          )
        )}
        {rows.map((row, index) => (
          <WordRow
            key={index}
            row={row}
            number={index + 1}
            languages={languages}
            onChange={(part) => change(index, part)}
            onRemove={rows.length > 1 ? () => setRows(rows.filter((_, at) => at !== index)) : undefined}
          />
        ))}
        <p className="field__error" role="alert">
          {problem && t(`words.problem.${problem}`)}
        </p>
        {rows.length < LANGUAGES_MOST && next !== undefined && (
          <Button className="entry-form__more" onPress={() => setRows([...rows, { language: next, text: "" }])}>
            {t("words.addLanguage")}
          </Button>
        )}
        <Field label={t("words.note")} hint={t("words.noteHint")} dir="auto" rows={2} value={note} onChange={setNote} maxLength={NOTE_MOST} />
      </form>
    </Question>
  );
}

interface WordRowProps {
  row: Word;
  number: number;
  languages: readonly string[];
  onChange(part: Partial<Word>): void;
  onRemove: (() => void) | undefined;
}

function WordRow({ row, number, languages, onChange, onRemove }: WordRowProps) {
  const { t, i18n } = useTranslation();
  const id = useId();
  const locale = formatLocale(i18n.language);
  const offered = languages.includes(row.language) ? languages : [row.language, ...languages];
  const name = languageName(row.language, locale);
  return (
    <div className="entry-form__row" role="group" aria-label={t("words.row", { number })}>
      <div className="field">
        <label className="field__label" htmlFor={`${id}-language`}>
          {t("words.language")}
        </label>
        <select id={`${id}-language`} className="field__input" value={row.language} onChange={(event) => onChange({ language: event.target.value })}>
          {offered.map((tag) => (
            <option key={tag} value={tag}>
              {languageName(tag, locale)}
            </option>
          ))}
        </select>
      </div>
      <div className="field entry-form__word">
        <label className="field__label" htmlFor={`${id}-word`}>
          {t("words.word")}
        </label>
        <input
          id={`${id}-word`}
          className="field__input"
          dir="auto"
          lang={row.language}
          maxLength={WORD_MOST}
          autoComplete="off"
          value={row.text}
          onChange={(event) => onChange({ text: event.target.value })}
        />
      </div>
      {onRemove && (
        <Button look="quiet" onPress={onRemove}>
          {t("words.removeRow")}
          <span className="visually-hidden">{name}</span>
        </Button>
      )}
    </div>
  );
}
