import { useTranslation } from "react-i18next";
import { formatLocale } from "../../i18n";
import { countryName } from "../../time";

/** Where a school is: "Nakuru, Kenya". */
export function Place({ town, country }: { town: string | undefined; country: string }) {
  const { t, i18n } = useTranslation();
  const name = countryName(country, formatLocale(i18n.language));
  return town ? t("finder.place", { town, country: name }) : name;
}
