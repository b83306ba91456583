/** Fields that are chosen, not written: one of a list, yes or no, some of many, a date. */
import { useId, useState, type InputHTMLAttributes, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Field, FieldNotes, notesOf, type FieldProps } from "./field";
import { useProblem } from "./problems";
import "./parts.css";

export interface Option<Value extends string = string> {
  value: Value;
  label: string;
  hint?: ReactNode;
}

interface Described {
  hint?: ReactNode;
  error?: string | undefined;
  /** As the server calls the field: its problems are then said here. */
  name?: string;
}

interface SelectFieldProps<Value extends string> extends Described {
  label: string;
  value: Value | "";
  options: readonly Option<Value>[];
  onChange(value: NoInfer<Value>): void;
  /** Said while nothing is chosen. */
  placeholder?: string;
}

/** The device's own list: the lightest, and the one that the person knows. */
export function SelectField<Value extends string>({ label, value, options, onChange, placeholder, hint, error, name }: SelectFieldProps<Value>) {
  const { t } = useTranslation();
  const id = useId();
  const [problem, forget] = useProblem(name, error);
  return (
    <div className="field">
      <label className="field__label" htmlFor={id}>
        {label}
      </label>
      <select
        id={id}
        name={name}
        className="field__input"
        value={value}
        {...notesOf(id, hint, problem)}
        onChange={(event) => {
          forget();
          onChange(event.target.value as Value);
        }}
      >
        {value === "" && (
          <option value="" disabled>
            {placeholder ?? t("ui.choose")}
          </option>
        )}
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
      <FieldNotes id={id} hint={hint} problem={problem} />
    </div>
  );
}

interface CheckFieldProps extends Described {
  label: ReactNode;
  isChecked: boolean;
  onChange(isChecked: boolean): void;
}

export function CheckField({ label, isChecked, onChange, hint, error, name }: CheckFieldProps) {
  const id = useId();
  const [problem, forget] = useProblem(name, error);
  return (
    <div className="field">
      <Choice
        type="checkbox"
        label={label}
        name={name}
        checked={isChecked}
        {...notesOf(id, hint, problem)}
        onChange={(event) => {
          forget();
          onChange(event.target.checked);
        }}
      />
      <FieldNotes id={id} hint={hint} problem={problem} />
    </div>
  );
}

interface CheckGroupProps<Value extends string> extends Described {
  label: string;
  options: readonly Option<Value>[];
  values: readonly Value[];
  onChange(values: NoInfer<Value>[]): void;
  /** A longer list gets a field to look in it. */
  searchFrom?: number;
}

/** Some of many. What is chosen stays in view, whatever is looked for. */
export function CheckGroup<Value extends string>({ label, options, values, onChange, searchFrom = 12, hint, error, name }: CheckGroupProps<Value>) {
  const { t, i18n } = useTranslation();
  const id = useId();
  const [problem, forget] = useProblem(name, error);
  const [search, setSearch] = useState("");
  const isLong = options.length >= searchFrom;
  const shown = options.filter((option) => values.includes(option.value) || holds(option.label, search, i18n.language));
  return (
    <fieldset
      className="field choices"
      aria-describedby={notesOf(id, hint, problem)["aria-describedby"]}
      data-invalid={problem ? "" : undefined}
      tabIndex={problem ? -1 : undefined}
    >
      <legend className="field__label">{label}</legend>
      {isLong && <SearchField label={t("ui.searchIn", { list: label })} value={search} onChange={setSearch} />}
      <div className="choices__list" data-long={isLong ? "" : undefined}>
        {shown.map((option) => (
          <Choice
            key={option.value}
            type="checkbox"
            label={option.label}
            hint={option.hint}
            checked={values.includes(option.value)}
            onChange={(event) => {
              forget();
              onChange(event.target.checked ? [...values, option.value] : values.filter((value) => value !== option.value));
            }}
          />
        ))}
        {shown.length === 0 && <p className="soft">{t("ui.nothingFound")}</p>}
      </div>
      {isLong && (
        <p className="soft" role="status">
          {t("ui.chosen", { count: values.length })}
        </p>
      )}
      <FieldNotes id={id} hint={hint} problem={problem} />
    </fieldset>
  );
}

interface RadioGroupFieldProps<Value extends string> extends Described {
  label: string;
  options: readonly Option<Value>[];
  value: Value | "";
  onChange(value: NoInfer<Value>): void;
}

export function RadioGroupField<Value extends string>({ label, options, value, onChange, hint, error, name }: RadioGroupFieldProps<Value>) {
  const id = useId();
  const [problem, forget] = useProblem(name, error);
  return (
    <fieldset className="field choices" role="radiogroup" {...notesOf(id, hint, problem)} tabIndex={problem ? -1 : undefined}>
      <legend className="field__label">{label}</legend>
      <div className="choices__list">
        {options.map((option) => (
          <Choice
            key={option.value}
            type="radio"
            name={id}
            label={option.label}
            hint={option.hint}
            checked={option.value === value}
            onChange={() => {
              forget();
              onChange(option.value);
            }}
          />
        ))}
      </div>
      <FieldNotes id={id} hint={hint} problem={problem} />
    </fieldset>
  );
}

interface ChoiceProps extends InputHTMLAttributes<HTMLInputElement> {
  label: ReactNode;
  hint?: ReactNode;
}

function Choice({ label, hint, ...input }: ChoiceProps) {
  return (
    <label className="choice">
      <input {...input} className="choice__box" />
      <span>
        {label}
        {hint && <span className="choice__hint">{hint}</span>}
      </span>
    </label>
  );
}

/** A day, "2026-01-15" or "": the device's own calendar. */
export function DateField({ first, last, ...field }: Omit<FieldProps, "type" | "min" | "max" | "rows"> & { first?: string; last?: string }) {
  return <Field {...field} type="date" min={first} max={last} className="field__input--short" />;
}

/** A time of the day, "08:45" or "". */
export function TimeField(field: Omit<FieldProps, "type" | "rows">) {
  return <Field {...field} type="time" className="field__input--short" />;
}

/** A field to look for something. Its list follows it, so it needs no button. */
export function SearchField(field: Omit<FieldProps, "type" | "rows">) {
  return <Field {...field} type="search" autoComplete="off" className="field__input--search" />;
}

/** "etag" is in "Étagère", and nothing is in everything. */
export function holds(text: string, search: string, language: string): boolean {
  const plain = (words: string) => words.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase(language).trim();
  return plain(text).includes(plain(search));
}
