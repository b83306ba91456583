/** What the list of schools is narrowed down to, as it stands in the address: a way back finds it again. */
import type { FinderQuery, Kind } from "./calls";

export const LISTS = ["countries", "languages", "interests", "priorities"] as const;
export const SINGLE = ["phase", "internet", "youngest", "oldest"] as const;
export type ListName = (typeof LISTS)[number];
export type SingleName = (typeof SINGLE)[number];

export interface Filters {
  search: string;
  lists: Record<ListName, string[]>;
  single: Record<SingleName, string>;
}

export function filtersFrom(address: URLSearchParams): Filters {
  const split = (name: string) => address.get(name)?.split(",").filter(Boolean) ?? [];
  return {
    search: address.get("search") ?? "",
    lists: Object.fromEntries(LISTS.map((name) => [name, split(name)])) as Filters["lists"],
    single: Object.fromEntries(SINGLE.map((name) => [name, address.get(name) ?? ""])) as Filters["single"],
  };
}

/** How many there are, without the words that are searched for. */
export function countOf(filters: Filters): number {
  return [...Object.values(filters.lists), ...Object.values(filters.single)].filter((value) => value.length > 0).length;
}

const AGE_MAX = 25;

export function queryOf(filters: Filters, programmeId: string, kind: Kind, cursor: string): FinderQuery {
  const age = (text: string) => (/^\d{1,2}$/.test(text) && Number(text) <= AGE_MAX ? Number(text) : undefined);
  const { phase, internet, youngest, oldest } = filters.single;
  const lists = Object.fromEntries(LISTS.filter((name) => filters.lists[name].length > 0).map((name) => [name, filters.lists[name]]));
  return {
    programme_id: programmeId,
    kind,
    cursor,
    search: filters.search.trim(),
    ...lists,
    ...(phase && { phase: phase as NonNullable<FinderQuery["phase"]> }),
    ...(internet && { internet: internet as NonNullable<FinderQuery["internet"]> }),
    ...(age(youngest) !== undefined && { youngest: age(youngest) }),
    ...(age(oldest) !== undefined && { oldest: age(oldest) }),
  };
}
