/** The frame of every page but the space: who I am, the way home, and the page's one heading. */
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, type ReactNode } from "react";
import { Button as AriaButton } from "react-aria-components/Button";
import { Menu, MenuItem, MenuTrigger } from "react-aria-components/Menu";
import { Popover } from "react-aria-components/Popover";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "wouter";
import { api } from "../api";
import { usePerson } from "../person";
import { clearOutboxes } from "../space/outbox";
import { Avatar } from "./avatar";
import { Brand } from "./brand";
import { LanguageChoice } from "./language";

export function Page({ title, heading, children }: { title: string; heading?: ReactNode; children: ReactNode }) {
  const { t } = useTranslation();
  const person = usePerson();
  const [path] = useLocation();
  const headingRef = useTitle(title);
  return (
    <>
      <a className="skip-link" href="#page">
        {t("app.skip")}
      </a>
      <header className="top">
        <Link href="/" className="top__brand">
          <Brand />
        </Link>
        {person.kind === "staff" && (
          <nav className="top__nav" aria-label={t("nav.label")}>
            <Link href="/" className="top__link" aria-current={path === "/" ? "page" : undefined}>
              {t("nav.today")}
            </Link>
            <Link href="/partnerships" className="top__link" aria-current={path.startsWith("/partnerships") ? "page" : undefined}>
              {t("nav.partnerships")}
            </Link>
          </nav>
        )}
        <div className="top__end">
          <LanguageChoice />
          <AccountMenu />
        </div>
      </header>
      <main className="page" id="page">
        {heading ?? (
          <h1 ref={headingRef} tabIndex={-1}>
            {title}
          </h1>
        )}
        {children}
      </main>
    </>
  );
}

/** Names the browser's tab, and moves the reader to the new page's heading after a change of page. */
export function useTitle(title: string) {
  const heading = useRef<HTMLHeadingElement>(null);
  const [path] = useLocation();
  const shownPath = useRef(firstPath);
  useEffect(() => {
    document.title = `${title} · Commonroom`;
  }, [title]);
  useEffect(() => {
    if (shownPath.current !== path) heading.current?.focus();
    shownPath.current = path;
    firstPath = path;
  }, [path]);
  return heading;
}

let firstPath = globalThis.location?.pathname ?? "/";

function AccountMenu() {
  const { t } = useTranslation();
  const person = usePerson();
  const queries = useQueryClient();
  const [, go] = useLocation();

  async function signOut() {
    clearOutboxes();
    // Without a line this page forgets the person all the same, and the sign-out is made up for later.
    await api.signOut().catch(() => undefined);
    queries.setQueryData(["session"], { person: null });
    go("/");
  }

  return (
    <MenuTrigger>
      <AriaButton className="button account">
        <span className="visually-hidden">{t("nav.account")}: </span>
        <Avatar person={person} colour={person.school.colour} size={36} />
        <bdi className="account__name">{person.name}</bdi>
      </AriaButton>
      <Popover className="menu" placement="bottom end">
        <Menu className="menu__items" onAction={(key) => (key === "out" ? void signOut() : go("/sign-ins"))}>
          <MenuItem id="sign-ins" className="menu__item">
            {t("nav.signIns")}
          </MenuItem>
          <MenuItem id="out" className="menu__item">
            {t("nav.signOut")}
          </MenuItem>
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
