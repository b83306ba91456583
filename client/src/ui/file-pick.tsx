/** Choosing one file of this device. */
import { useId, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { FieldNotes, notesOf } from "./field";
import { useProblem } from "./problems";
import "./parts.css";

interface FilePickProps {
  label: string;
  /** Endings of the name, with the dot: [".csv", ".zip"]. */
  endings: readonly string[];
  mostBytes: number;
  file: File | undefined;
  onPick(file: File | undefined): void;
  hint?: ReactNode;
  error?: string | undefined;
  name?: string;
}

export function FilePick({ label, endings, mostBytes, file, onPick, hint, error, name }: FilePickProps) {
  const { t } = useTranslation();
  const id = useId();
  const [unfit, setUnfit] = useState<string>();
  const [problem, forget] = useProblem(name, error ?? unfit);

  function pick(input: HTMLInputElement) {
    const found = input.files?.[0];
    // The same file may be picked again after it was mended.
    input.value = "";
    if (!found) return;
    forget();
    const isKnown = endings.some((ending) => found.name.toLowerCase().endsWith(ending));
    const says = !isKnown
      ? t("ui.fileKind", { kinds: endings.join(", ") })
      : found.size > mostBytes
        ? t("ui.fileTooLarge", { most: Math.floor(mostBytes / 1_000_000) })
        : undefined;
    setUnfit(says);
    onPick(says ? undefined : found);
  }

  return (
    <div className="field">
      <span className="field__label" id={`${id}-label`}>
        {label}
      </span>
      <div className="file">
        <label className="button button--secondary file__button">
          {file ? t("ui.otherFile") : t("ui.pickFile")}
          <input
            id={id}
            name={name}
            type="file"
            className="visually-hidden"
            accept={endings.join(",")}
            {...notesOf(id, hint, problem)}
            aria-labelledby={`${id}-label ${id}-name`}
            onChange={(event) => pick(event.currentTarget)}
          />
        </label>
        <span id={`${id}-name`} className={file ? "" : "soft"}>
          {file ? <bdi>{file.name}</bdi> : t("ui.noFile")}
        </span>
      </div>
      <FieldNotes id={id} hint={hint} problem={problem} />
    </div>
  );
}
