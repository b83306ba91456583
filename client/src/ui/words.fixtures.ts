/** The product's own words for tests, in one language. */
import i18next, { type TFunction } from "i18next";
import core from "../i18n/en.json";
import records from "../i18n/records/en.json";

export async function englishWords(): Promise<TFunction> {
  const words = i18next.createInstance();
  const resources = { en: { translation: { ...core, ...records, errors: { ...core.errors, ...records.errors } } } };
  return words.init({ lng: "en", resources, interpolation: { escapeValue: false } });
}
