/**
 * A field with its label, its hint and, when something does not fit, the sentence that says what to do.
 *
 * The browser's own elements: the front door must be light, and they are all that is needed.
 */
import { useId, type InputHTMLAttributes, type ReactNode } from "react";

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
  const shared = {
    id,
    value,
    maxLength,
    className: `field__input ${className}`,
    "aria-invalid": error ? true : undefined,
    "aria-describedby": [error && `${id}-error`, hint && `${id}-hint`].filter(Boolean).join(" ") || undefined,
  };
  return (
    <div className="field">
      <label className="field__label" htmlFor={id}>
        {label}
      </label>
      {rows > 1 ? (
        <textarea {...shared} rows={rows} onChange={(event) => onChange(event.target.value)} />
      ) : (
        <input {...shared} {...input} onChange={(event) => onChange(event.target.value)} />
      )}
      {hint && (
        <p className="field__hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      <p className="field__error" id={`${id}-error`} role="alert">
        {error}
      </p>
    </div>
  );
}
