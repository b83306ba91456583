/** The frame of every page but the space: who I am, the way home, and the page's one heading. */
import { useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Button as AriaButton } from "react-aria-components/Button";
import { Menu, MenuItem, MenuTrigger } from "react-aria-components/Menu";
import { Popover } from "react-aria-components/Popover";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "wouter";
import { api, nobodyHere } from "../api";
import { isCurrent, navFor, type NavEntry } from "../pages/nav";
import { usePerson } from "../person";
import { clearOutboxes } from "../space/outbox";
import { Avatar } from "./avatar";
import { Brand } from "./brand";
import { LanguageChoice } from "./language";
import { useTitle } from "./title";

export { useTitle } from "./title";

export function Page({ title, heading, children }: { title: string; heading?: ReactNode; children: ReactNode }) {
  const { t } = useTranslation();
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
        <Navigation entries={navFor(usePerson())} />
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

/** A phone has room for these; the rest is in a menu there. */
const SHOWN_ON_PHONE = 2;

export function Navigation({ entries }: { entries: readonly NavEntry[] }) {
  const { t } = useTranslation();
  const [path, go] = useLocation();
  if (entries.length === 0) return null;
  const more = entries.length > SHOWN_ON_PHONE + 1 ? entries.slice(SHOWN_ON_PHONE) : [];
  const isInMore = more.some((entry) => isCurrent(entry, path));
  return (
    <nav className="top__nav" aria-label={t("nav.label")} data-long={more.length > 0 ? "" : undefined}>
      {entries.map((entry) => (
        <Link
          key={entry.key}
          href={entry.href}
          className={`top__link ${more.includes(entry) ? "top__link--roomy" : ""}`}
          aria-current={isCurrent(entry, path) ? "page" : undefined}
        >
          {t(`nav.${entry.key}`)}
        </Link>
      ))}
      {more.length > 0 && (
        <MenuTrigger>
          <AriaButton className="top__link top__more" data-current={isInMore ? "" : undefined}>
            {t("nav.more")}
            <svg viewBox="0 0 24 24" width="18" height="18" aria-hidden="true">
              <path d="M6 9l6 6l6-6" />
            </svg>
          </AriaButton>
          <Popover className="menu" placement="bottom start">
            <Menu className="menu__items" onAction={(href) => go(String(href))}>
              {more.map((entry) => (
                <MenuItem key={entry.key} id={entry.href} className="menu__item">
                  {t(`nav.${entry.key}`)}
                </MenuItem>
              ))}
            </Menu>
          </Popover>
        </MenuTrigger>
      )}
    </nav>
  );
}

function AccountMenu() {
  const { t } = useTranslation();
  const person = usePerson();
  const queries = useQueryClient();
  const [, go] = useLocation();

  async function signOut() {
    clearOutboxes();
    // Without a line this page forgets the person all the same, and the sign-out is made up for later.
    await api.signOut().catch(() => undefined);
    queries.setQueryData(["session"], nobodyHere);
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
