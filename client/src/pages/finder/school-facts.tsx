/** What a school says of itself, in words. */
import { useTranslation } from "react-i18next";
import { formatLocale, wordsFor } from "../../i18n";
import { Facts } from "../../ui/parts";
import { languageName, listWords, slugWords } from "./words";

export interface SaidOfSchool {
  phase: string;
  youngest: number;
  oldest: number;
  funding?: string;
  languages: readonly string[];
  interests?: readonly string[];
  priorities?: readonly string[];
  internet?: string;
  experience?: string;
  offers?: string;
  looks_for?: string;
}

export function SchoolFacts({ said }: { said: SaidOfSchool }) {
  const { t, i18n } = useTranslation();
  const locale = formatLocale(i18n.language);
  const list = (words: string[] = []) => (words.length > 0 ? listWords(words, locale) : t("finder.notSaid"));
  const text = (words = "") => (words ? <bdi className="words">{words}</bdi> : t("finder.notSaid"));
  return (
    <Facts
      items={[
        { label: t("finder.fact.offers"), value: text(said.offers) },
        { label: t("finder.fact.looksFor"), value: text(said.looks_for) },
        {
          label: t("finder.fact.students"),
          value: `${wordsFor(t, "phase", said.phase, "phase.all_through")} · ${t("finder.ages", { youngest: said.youngest, oldest: said.oldest })}`,
        },
        { label: t("finder.fact.languages"), value: list(said.languages.map((tag) => languageName(tag, locale))) },
        { label: t("finder.fact.interests"), value: list(said.interests?.map((slug) => slugWords(t, "interest", slug))) },
        { label: t("finder.fact.priorities"), value: list(said.priorities?.map((slug) => slugWords(t, "priority", slug))) },
        { label: t("finder.fact.internet"), value: wordsFor(t, "internet", said.internet ?? "", "finder.notSaid") },
        { label: t("finder.fact.experience"), value: wordsFor(t, "experience", said.experience ?? "", "finder.notSaid") },
        { label: t("finder.fact.funding"), value: wordsFor(t, "funding", said.funding ?? "", "finder.notSaid") },
      ]}
    />
  );
}
