/** The pages of one's own school: their heading, and the way from one to the next. */
import { useEffect, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Me } from "../../api";
import { isOfOffice, usePerson } from "../../person";
import { Page } from "../../ui/page";
import { LinkTabs } from "../../ui/parts";
import "./school.css";

/** Who manages accounts, classes and rosters of their own school. */
export function manages(person: Me): boolean {
  return person.roles.some((role) => role === "administrator" || role === "headteacher");
}

export function SchoolFrame({ title, heading, children }: { title: string; heading?: ReactNode; children: ReactNode }) {
  return (
    <Page title={title} heading={heading}>
      <SchoolTabs />
      {children}
    </Page>
  );
}

/** In a question that is taken out of the page when it is answered: the reader is back at what opened it. */
export function useReturn(): void {
  const [opener] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      setTimeout(() => {
        if (document.activeElement !== document.body) return;
        if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
        else toHeading();
      }, RETURN_AFTER_MS);
    },
    [opener],
  );
}

/** What closes a question takes the focus back itself, mostly, within a frame or two. */
const RETURN_AFTER_MS = 100;

/** What the reader was at is gone: back to the page's heading. */
export function toHeading(): void {
  document.querySelector<HTMLElement>("main h1")?.focus();
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
          { href: "/consent", key: "consent" },
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
