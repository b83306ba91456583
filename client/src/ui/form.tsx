/** A form: what the server (or the page) finds wrong is said at its field, and the reader is taken to the first. */
import type { TFunction } from "i18next";
import { useEffect, useMemo, useRef, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { ApiFailure } from "../api";
import { ProblemsContext } from "./problems";
import { useFailureWords } from "./state";
import "./parts.css";

interface FormProps {
  children: ReactNode;
  /** What went wrong when it was sent: the mutation's `error`. */
  error?: unknown;
  /** Answers with a sentence for each field that is not ready; then nothing should have been sent. */
  onSubmit(): Record<string, string> | void;
  className?: string;
  /** For a button that stands outside of it. */
  id?: string;
}

export function Form({ children, error, onSubmit, className = "", id }: FormProps) {
  const { t } = useTranslation();
  const words = useFailureWords();
  const form = useRef<HTMLFormElement>(null);
  const [own, setOwn] = useState<ReadonlyMap<string, string>>(NONE);
  const [mended, setMended] = useState<ReadonlySet<string>>(new Set());
  const told = useMemo(() => (error instanceof ApiFailure ? sayProblems(t, error) : NONE), [error, t]);

  useEffect(() => setMended(new Set()), [error]);
  useEffect(() => {
    if (!error && own.size === 0) return;
    const first = form.current?.querySelector<HTMLElement>("[aria-invalid=true], [data-invalid]");
    (first ?? form.current?.querySelector<HTMLElement>(".form__failure"))?.focus();
  }, [error, own]);

  const problems = useMemo(
    () => ({
      of: (name: string) => (mended.has(name) ? undefined : (own.get(name) ?? problemAt(told, name))),
      forget: (name: string) => setMended((before) => (before.has(name) ? before : new Set([...before, name]))),
    }),
    [own, told, mended],
  );

  return (
    <form
      ref={form}
      id={id}
      className={`form ${className}`}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setMended(new Set());
        setOwn(new Map(Object.entries(onSubmit() ?? {})));
      }}
    >
      {Boolean(error) && (
        <p className="notice notice--danger form__failure" role="alert" tabIndex={-1}>
          {words(error)}
        </p>
      )}
      <ProblemsContext value={problems}>{children}</ProblemsContext>
    </form>
  );
}

const NONE: ReadonlyMap<string, string> = new Map();

/** The server's problems in the person's language, by the name of the field. */
export function sayProblems(t: TFunction, failure: ApiFailure): ReadonlyMap<string, string> {
  return new Map(failure.fields.map(({ field, problem }) => [field, sayProblem(t, problem)]));
}

/** A problem of `periods[0].starts` is said at the field of that name, or else at `periods`. */
export function problemAt(problems: ReadonlyMap<string, string>, name: string): string | undefined {
  const exact = problems.get(name);
  if (exact) return exact;
  for (const [field, words] of problems) if (/^[.[]/.test(field.slice(name.length)) && field.startsWith(name)) return words;
  return undefined;
}

/** The checks of the server's body types speak English; these are what they say, and a code is our own. */
function sayProblem(t: TFunction, problem: string): string {
  const count = Number(/(?:<=?|>=?) (-?\d+)/.exec(problem)?.[1]);
  if (/^[a-z_]+$/.test(problem)) return String(t([`fieldProblem.${problem}`, "fieldProblem.unfit"]));
  if (/missing required|length >= 1$/.test(problem)) return t("fieldProblem.missing");
  if (/length <=?/.test(problem)) return t("fieldProblem.too_long", { count });
  if (/length >=?/.test(problem)) return t("fieldProblem.too_short", { count });
  if (/<=? -?\d/.test(problem)) return t("fieldProblem.too_high", { most: count });
  if (/>=? -?\d/.test(problem)) return t("fieldProblem.too_low", { least: count });
  return t("fieldProblem.unfit");
}

/** The buttons at the end of a form or a section. */
export function Actions({ children }: { children: ReactNode }) {
  return <div className="actions">{children}</div>;
}
