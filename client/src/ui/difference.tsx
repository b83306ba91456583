/** What changed between two texts, word by word: underlined is new, struck through is gone, whatever the colours. */
import { useTranslation } from "react-i18next";
import "./parts.css";

export interface TextPart {
  op: "same" | "added" | "removed";
  text: string;
}

export function TextDifference({ parts, isWithoutKey = false }: { parts: readonly TextPart[]; isWithoutKey?: boolean }) {
  const { t, i18n } = useTranslation();
  // Said apart: the direction of the text is its own, not that of these words.
  const hidden = { className: "visually-hidden", dir: i18n.dir() };
  const changes = countChanges(parts);
  return (
    <div className="difference">
      {!isWithoutKey && (
        <p className="soft difference__key">
          {changes === 0 ? t("difference.none") : t("difference.count", { count: changes })}{" "}
          {changes > 0 && (
            <>
              <ins>{t("difference.added")}</ins> · <del>{t("difference.removed")}</del>
            </>
          )}
        </p>
      )}
      <p className="difference__text" dir="auto">
        {parts.map(({ op, text }, index) =>
          op === "same" ? (
            text
          ) : op === "added" ? (
            <ins key={index}>
              <span {...hidden}> {t("difference.newFrom")} </span>
              {text}
              <span {...hidden}> {t("difference.newTo")} </span>
            </ins>
          ) : (
            <del key={index}>
              <span {...hidden}> {t("difference.goneFrom")} </span>
              {text}
              <span {...hidden}> {t("difference.goneTo")} </span>
            </del>
          ),
        )}
      </p>
    </div>
  );
}

/** Words that were replaced are one change, not two. */
export function countChanges(parts: readonly TextPart[]): number {
  const told = parts.filter(({ text }) => text !== "");
  return told.filter(({ op }, index) => op !== "same" && (index === 0 || told[index - 1]?.op === "same")).length;
}
