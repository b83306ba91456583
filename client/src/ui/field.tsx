/**
 * A field with its label, its hint and, when something does not fit, the sentence that says what to do.
 *
 * The browser's own elements: the front door must be light, and they are all that is needed.
 */
import { useId, type InputHTMLAttributes, type ReactNode } from "react";
import { useProblem } from "./problems";

export interface FieldProps extends Omit<InputHTMLAttributes<HTMLInputElement>, "onChange" | "value" | "id"> {
  label: string;
  value: string;
  onChange(value: string): void;
  hint?: ReactNode;
  error?: string | undefined;
  /** More than one: a text of several lines. */
  rows?: number;
}

export function Field({ label, value, onChange, hint, error, rows = 1, className = "", maxLength, ...input }: FieldProps) {
  const id = useId();
  const [problem, forget] = useProblem(input.name, error);
  const shared = {
    id,
    value,
    maxLength,
    className: `field__input ${className}`,
    dir: directionIn(value),
    ...notesOf(id, hint, problem),
  };
  const change = (next: string) => {
    forget();
    onChange(next);
  };
  return (
    <div className="field">
      <label className="field__label" htmlFor={id}>
        {label}
      </label>
      {rows > 1 ? (
        <textarea {...shared} name={input.name} rows={rows} onChange={(event) => change(event.target.value)} />
      ) : (
        <input {...shared} {...input} onChange={(event) => change(event.target.value)} />
      )}
      <FieldNotes id={id} hint={hint} problem={problem} />
    </div>
  );
}

/** Words read in their own direction on a page of the other; nothing and numbers stand as the page does. */
export function directionIn(value: string): "auto" | undefined {
  return /\p{L}/u.test(value) ? "auto" : undefined;
}

/** What the element of a field says about itself. */
export function notesOf(id: string, hint: ReactNode, problem: string | undefined) {
  return {
    "aria-invalid": problem ? true : undefined,
    "aria-describedby": [problem && `${id}-error`, hint && `${id}-hint`].filter(Boolean).join(" ") || undefined,
  };
}

export function FieldNotes({ id, hint, problem }: { id: string; hint?: ReactNode; problem: string | undefined }) {
  return (
    <>
      {hint && (
        <p className="field__hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      <p className="field__error" id={`${id}-error`} role="alert">
        {problem}
      </p>
    </>
  );
}
