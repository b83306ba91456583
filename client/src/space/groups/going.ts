/**
 * Which room a page belongs in: the space, or one of its groups. Pure; docs/groups.md says it in words.
 *
 * The server tells how the groups are (`groups.state`); a student's page follows it by itself. Staff go where
 * they want, and come back when everyone is called. Whatever is told, a page ends where it is let in.
 */
import type { Person, ServerFrameOf } from "../frames";

export type GroupsFrame = ServerFrameOf<"groups.state">;
export type Group = GroupsFrame["groups"][number];

/** What a page knows of the groups of its space. */
export interface Known {
  /** As the server said last; undefined before that. */
  readonly told: GroupsFrame | undefined;
  /** They were open while this page was in one: then closing them calls it back. */
  readonly sawOpen: boolean;
  /** The group that did not let this page in, and how often. */
  readonly refused: { readonly id: string; readonly times: number } | undefined;
}

export const NO_GROUPS: Known = { told: undefined, sawOpen: false, refused: undefined };

/** So often a page asks to be let into the group that it is told to go to. */
export const TRIES = 2;

export function hearGroups(before: Known, told: GroupsFrame, at: string): Known {
  const isIn = at !== told.root_id;
  // Told to go somewhere else, or called back: what was refused before says nothing about it.
  const isOther = !told.open || told.own_id !== before.refused?.id;
  return {
    told,
    sawOpen: isIn && (before.sawOpen || told.open),
    refused: isOther ? undefined : before.refused,
  };
}

/** The page leaves a room for another one. */
export function movedOn(before: Known): Known {
  return { ...before, sawOpen: false };
}

export function refusedBy(before: Known, groupId: string): Known {
  const times = before.refused?.id === groupId ? before.refused.times : 0;
  return { ...before, refused: { id: groupId, times: times + 1 } };
}

export type Step =
  | { readonly kind: "stay" }
  /** `to` is the space, or one of its groups. */
  | { readonly kind: "go"; readonly to: string }
  /** The others are in groups; this student is in none yet. */
  | { readonly kind: "wait" }
  /** Their group does not let them in. */
  | { readonly kind: "refused" };

const STAY: Step = { kind: "stay" };

/**
 * What a page does next.
 *
 * @param at the space or group that the page is in
 */
export function nextStep(known: Known, at: string, isStudent: boolean): Step {
  const { told, refused } = known;
  if (!told) return STAY;
  const back: Step = at === told.root_id ? STAY : { kind: "go", to: told.root_id };
  if (!isStudent) return !told.open && known.sawOpen ? back : STAY;
  if (!told.open) return back;
  const own = told.own_id;
  if (own === at) return STAY;
  if (own === null) return back === STAY ? { kind: "wait" } : back;
  if (refused?.id === own && refused.times >= TRIES) return back === STAY ? { kind: "refused" } : back;
  return { kind: "go", to: own };
}

/** How long the page says where it goes before it does. */
export const NOTICE_MS = 700;
const MANY = 4;
const WITHIN_MS = 15_000;
const CALM_MS = 5_000;

/**
 * How long to wait before going on: whoever is sent to and fro does not flicker.
 *
 * @param moves when the page moved by itself before, in milliseconds since the epoch
 */
export function delayBeforeMove(moves: readonly number[], nowMs: number): number {
  return moves.filter((at) => nowMs - at < WITHIN_MS).length >= MANY ? CALM_MS : NOTICE_MS;
}

/** Everyone whose name this page knows, here or in another room of the space. */
export function everyone(state: { people: ReadonlyMap<string, Person>; groups: Known }): ReadonlyMap<string, Person> {
  const { told } = state.groups;
  if (!told?.people.length) return state.people;
  return new Map([...told.people.map((person) => [person.user_id, person] as const), ...state.people]);
}

/** The group that somebody is in at this moment. For adults: others are not told. */
export function groupWith(known: Known, userId: string): Group | undefined {
  return known.told?.groups.find((group) => group.here.includes(userId));
}

/** Those of a student's own group, without themselves. */
export function companions(known: Known, groupId: string, userId: string | undefined): Person[] {
  const { told } = known;
  const group = told?.groups.find((each) => each.id === groupId);
  return group?.students.flatMap((id) => (id === userId ? [] : (told?.people.find((each) => each.user_id === id) ?? []))) ?? [];
}
