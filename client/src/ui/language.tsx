import { useTranslation } from "react-i18next";
import { LANGUAGES, chooseLanguage, type LanguageCode } from "../i18n";

/** The device's own list: it works on every tablet, with every screen reader, and weighs nothing. */
export function LanguageChoice() {
  const { t, i18n } = useTranslation();
  return (
    <label className="language">
      <span className="visually-hidden">{t("app.language")}</span>
      <select
        className="language__select"
        value={i18n.language}
        onChange={(event) => void chooseLanguage(event.target.value as LanguageCode)}
      >
        {LANGUAGES.map((language) => (
          <option key={language.code} value={language.code} lang={language.code}>
            {language.name}
          </option>
        ))}
      </select>
    </label>
  );
}
