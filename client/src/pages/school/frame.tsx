/** The pages of one's own school: their heading, and the way from one to the next. */
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Me } from "../../api";
import { usePerson } from "../../person";
import { Page } from "../../ui/page";
import { LinkTabs } from "../../ui/parts";
import "./school.css";

/** Who manages accounts, classes and rosters of their own school. */
export function manages(person: Me): boolean {
  return person.roles.some((role) => role === "administrator" || role === "headteacher");
}

/** The office of a programme has staff, and nothing else of a school. */
export function isOfOffice(person: Me): boolean {
  return person.roles.some((role) => role === "programme_officer" || role === "adviser");
}

export function SchoolFrame({ title, heading, children }: { title: string; heading?: ReactNode; children: ReactNode }) {
  return (
    <Page title={title} heading={heading}>
      <SchoolTabs />
      {children}
    </Page>
  );
}

function SchoolTabs() {
  const { t } = useTranslation();
  const person = usePerson();
  if (isOfOffice(person)) return null;
  const isGuest = person.roles.length === 0;
  const links = [
    { href: "/school", key: "profile" },
    { href: "/school/calendar", key: "calendar" },
    ...(isGuest
      ? []
      : [
          { href: "/school/people", key: "people" },
          { href: "/classes", key: "classes" },
        ]),
    ...(manages(person)
      ? [
          { href: "/school/import", key: "import" },
          { href: "/school/new-year", key: "newYear" },
        ]
      : []),
  ];
  return (
    <LinkTabs
      label={t("ourSchool.pages")}
      links={links.map(({ href, key }) => ({ href, label: t(`ourSchool.tab.${key}`) }))}
    />
  );
}
