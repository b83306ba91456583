/**
 * What stands in the navigation, in its order, and for whom. An entry shows when its page is there: when
 * `routes.tsx` has its address. So a link never leads nowhere.
 */
import type { Me } from "../api";
import { isOfOffice } from "../person";
import { STAFF_ROUTES } from "./routes";

export interface NavEntry {
  /** Worded as `nav.<key>`. */
  key: "today" | "partnerships" | "findPartner" | "school" | "office" | "programmes" | "schools" | "reports" | "log";
  href: string;
  /** It is also mine while a page of these addresses is shown. */
  also?: readonly string[];
  isFor(person: Me): boolean;
}

const holds =
  (...roles: readonly string[]) =>
  (person: Me) =>
    person.roles.some((role) => roles.includes(role));
const isOfficer = holds("programme_officer");

const STAFF_NAV: readonly NavEntry[] = [
  { key: "today", href: "/", isFor: () => true },
  { key: "partnerships", href: "/partnerships", also: ["/clusters", "/spaces"], isFor: () => true },
  { key: "findPartner", href: "/find-a-partner", also: ["/partner-requests", "/directory"], isFor: (person) => !isOfOffice(person) },
  { key: "school", href: "/school", also: ["/classes", "/consent"], isFor: (person) => !isOfOffice(person) },
  { key: "office", href: "/school", isFor: isOfOffice },
  { key: "programmes", href: "/programmes", isFor: isOfficer },
  { key: "schools", href: "/schools", isFor: isOfficer },
  { key: "reports", href: "/reports", isFor: holds("safeguarding_lead", "headteacher") },
  { key: "log", href: "/log", isFor: holds("safeguarding_lead", "headteacher", "administrator", "programme_officer") },
];

/** A student has one place to start from, and the way back to it is the name of the house. */
export function navFor(person: Me, isThere: (href: string) => boolean = hasPage): NavEntry[] {
  if (person.kind !== "staff") return [];
  return STAFF_NAV.filter((entry) => entry.isFor(person) && isThere(entry.href));
}

export function isCurrent(entry: NavEntry, path: string): boolean {
  const within = (href: string) => path === href || path.startsWith(`${href}/`);
  return entry.href === "/" ? path === "/" : [entry.href, ...(entry.also ?? [])].some(within);
}

function hasPage(href: string): boolean {
  return href === "/" || STAFF_ROUTES.some((route) => route.path === href);
}
