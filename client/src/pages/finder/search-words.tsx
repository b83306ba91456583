/** Fields that a list follows: it is asked once the fingers rest. */
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { SearchField } from "../../ui/choices";
import { Field } from "../../ui/field";

const PAUSE_MS = 250;

/** What is written, and `onChange` once the fingers rest. */
function useRested(value: string, onChange: (value: string) => void): [string, (text: string) => void] {
  const [text, setText] = useState(value);
  // Cleared from outside, or by the way back.
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (text === value) return;
    const timer = setTimeout(() => onChange(text), PAUSE_MS);
    return () => clearTimeout(timer);
    // Only what is written starts the clock anew.
  }, [text]);
  return [text, setText];
}

export function SearchWords({ value, onChange, label }: { value: string; onChange(value: string): void; label?: string }) {
  const { t } = useTranslation();
  const [text, setText] = useRested(value, onChange);
  return <SearchField label={label ?? t("finder.search")} value={text} onChange={setText} maxLength={100} />;
}

export function AgeField({ label, value, onChange }: { label: string; value: string; onChange(value: string): void }) {
  const [text, setText] = useRested(value, onChange);
  return <Field label={label} value={text} onChange={setText} inputMode="numeric" maxLength={2} autoComplete="off" />;
}
