/** Which programmes two countries can meet in. The server decides; this only offers what it would not refuse. */
import type { ProgrammeItem } from "../programmes/calls";
import type { Kind } from "./calls";

export type Side = Pick<ProgrammeItem, "home_country" | "participating_countries" | "kinds">;

export function isAbroad(programme: Side, country: string): boolean {
  const listed = programme.participating_countries;
  return country !== programme.home_country && (listed.length === 0 || listed.includes(country));
}

export function takesPart(programme: Side, country: string): boolean {
  return country === programme.home_country || isAbroad(programme, country);
}

/** The kinds of partnership that schools of the two countries can have in it. */
export function kindsFor(programme: Side, mine: string, theirs: string): Kind[] {
  const kinds = programme.kinds as Kind[];
  const pair = [mine, theirs].includes(programme.home_country) && [mine, theirs].some((country) => isAbroad(programme, country));
  const cluster = takesPart(programme, mine) && takesPart(programme, theirs);
  return kinds.filter((kind) => (kind === "cluster" ? cluster : pair));
}

/** The countries that partners of a school there can be in; none: any. */
export function countriesFor(programme: Side, kind: Kind, mine: string): string[] {
  const { home_country: home, participating_countries: abroad } = programme;
  if (kind === "one_to_one" && mine !== home) return [home];
  if (abroad.length === 0) return [];
  return kind === "cluster" ? [home, ...abroad] : [...abroad];
}
