/**
 * One of many, found by writing some of it: a school, a person. The page looks; this shows what was found.
 *
 * After the combobox pattern of the ARIA Authoring Practices: the list follows the keyboard, the words stay
 * in the field, and Escape leads out of the list.
 */
import { useEffect, useId, useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Option } from "./choices";
import { directionIn, FieldNotes, notesOf } from "./field";
import { useProblem } from "./problems";
import "./parts.css";

interface ComboFieldProps {
  label: string;
  /** What fits what is written now. */
  options: readonly Option[];
  value: string;
  /** "" while what is written is not one of them. */
  onChange(value: string): void;
  /** Called with what is written: fetch with it, or narrow `options` with `holds`. */
  onSearch(text: string): void;
  /** The label of `value` when it is not among `options` yet. */
  valueLabel?: string;
  isSearching?: boolean;
  hint?: ReactNode;
  error?: string | undefined;
  name?: string;
}

export function ComboField({ label, options, value, onChange, onSearch, valueLabel, isSearching = false, hint, error, name }: ComboFieldProps) {
  const { t } = useTranslation();
  const id = useId();
  const list = useRef<HTMLUListElement>(null);
  const [problem, forget] = useProblem(name, error);
  const [text, setText] = useState(valueLabel ?? options.find((option) => option.value === value)?.label ?? "");
  const [isOpen, setOpen] = useState(false);
  const [at, setAt] = useState(-1);
  const active = isOpen ? options[at] : undefined;

  useEffect(() => {
    if (active) list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [active]);

  function write(next: string) {
    forget();
    setText(next);
    setOpen(true);
    setAt(-1);
    onSearch(next);
    if (value) onChange("");
  }

  function choose(option: Option) {
    forget();
    setText(option.label);
    setOpen(false);
    setAt(-1);
    onChange(option.value);
  }

  function leave() {
    setOpen(false);
    setAt(-1);
    // Words that name nothing look like a choice and are none.
    if (!value && text) {
      setText("");
      onSearch("");
    }
  }

  function press(event: KeyboardEvent) {
    const last = options.length - 1;
    if (event.key === "ArrowDown") setAt(at >= last ? 0 : at + 1);
    else if (event.key === "ArrowUp") setAt(at <= 0 ? last : at - 1);
    else if (event.key === "Enter" && active) choose(active);
    else if (event.key === "Escape" && isOpen) setOpen(false);
    else return;
    if (event.key.startsWith("Arrow")) setOpen(true);
    // A question around it must not close with the list, nor a form be sent.
    event.preventDefault();
    event.stopPropagation();
  }

  return (
    <div className="field">
      <label className="field__label" htmlFor={id}>
        {label}
      </label>
      <div className="combo">
        <input
          id={id}
          name={name}
          className="field__input"
          role="combobox"
          autoComplete="off"
          aria-autocomplete="list"
          aria-expanded={isOpen}
          aria-controls={`${id}-list`}
          aria-activedescendant={active ? `${id}-${at}` : undefined}
          {...notesOf(id, hint, problem)}
          dir={directionIn(text)}
          value={text}
          onChange={(event) => write(event.target.value)}
          onClick={() => setOpen(true)}
          onKeyDown={press}
          onBlur={leave}
        />
        <svg className="combo__mark" viewBox="0 0 24 24" width="20" height="20" aria-hidden="true">
          <path d="M6 9l6 6l6-6" />
        </svg>
        <ul id={`${id}-list`} ref={list} className="menu combo__list" role="listbox" aria-label={label} hidden={!isOpen || options.length === 0}>
          {options.map((option, index) => (
            <li
              key={option.value}
              id={`${id}-${index}`}
              role="option"
              className="menu__item combo__item"
              aria-selected={index === at}
              data-focused={index === at ? "" : undefined}
              // The field keeps the focus, so that its list is still there when the finger lifts.
              onPointerDown={(event) => event.preventDefault()}
              onClick={() => choose(option)}
            >
              {option.label}
              {option.hint && <span className="choice__hint">{option.hint}</span>}
            </li>
          ))}
        </ul>
        <p className={isOpen && options.length === 0 ? "menu combo__list combo__none" : "visually-hidden"} role="status">
          {isOpen && (isSearching ? t("app.loading") : options.length === 0 ? t("ui.nothingFound") : t("ui.shownAll", { count: options.length }))}
        </p>
      </div>
      <FieldNotes id={id} hint={hint} problem={problem} />
    </div>
  );
}
