/** The three pages about other schools: looking, writing, and the people we know. */
import { useTranslation } from "react-i18next";
import { LinkTabs } from "../../ui/parts";

export function FinderTabs() {
  const { t } = useTranslation();
  return (
    <LinkTabs
      label={t("finder.tabs")}
      links={[
        { href: "/find-a-partner", label: t("finder.tabSchools") },
        { href: "/partner-requests", label: t("finder.tabRequests") },
        { href: "/directory", label: t("finder.tabPeople") },
      ]}
    />
  );
}
