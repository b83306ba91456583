/** What the overview of the groups shows, from what is known of them. Pure. */
import type { Person } from "../frames";
import type { SpaceState } from "../state";
import { everyone, type Group } from "./going";

/** So many students to a group, where a teacher does not say otherwise. */
const STUDENTS_EACH = 4;
export const GROUPS_MAX = 20;

/** Three or four in each, so far as that can be. */
export function groupsFor(students: number): number {
  return Math.min(GROUPS_MAX, Math.max(1, Math.ceil(students / STUDENTS_EACH)));
}

export interface Seat {
  person: Person;
  isHere: boolean;
  hasHand: boolean;
  /** Asks for help. */
  asks: boolean;
}

export interface Table {
  group: Group;
  /** Who belongs there, in the order of their names within a school. */
  seats: readonly Seat[];
  /** Adults who are there. */
  adults: readonly Person[];
  /** An adult who goes in would be alone with one student: nobody could speak. */
  isSmall: boolean;
}

export interface Arrangement {
  isOpen: boolean;
  tables: readonly Table[];
  /** Students of the space who are here and in no group. */
  waiting: readonly Seat[];
  /** How many students are here, in whatever room. */
  students: number;
}

type Known = Pick<SpaceState, "people" | "groups" | "schools" | "lesson" | "moderation" | "at">;

export function arrangementOf(state: Known, locale: string): Arrangement {
  const { told } = state.groups;
  const people = everyone(state);
  const here = new Set<string>([...state.people.keys(), ...(told?.main ?? []), ...(told?.groups.flatMap((group) => group.here) ?? [])]);
  const order = new Intl.Collator(locale, { numeric: true });
  const place = new Map(state.schools.map((school, index) => [school.id, index]));
  const inOrder = (a: Seat, b: Seat) =>
    (place.get(a.person.school_id) ?? 0) - (place.get(b.person.school_id) ?? 0) || order.compare(a.person.name, b.person.name);
  const seat = (person: Person, isHere: boolean): Seat => ({
    person,
    isHere,
    hasHand: state.lesson.hands.includes(person.user_id),
    asks: state.moderation.help.has(person.user_id),
  });
  const known = (ids: readonly string[]) => ids.flatMap((id) => people.get(id) ?? []);
  const groups = told?.groups ?? [];
  const placed = new Set(groups.flatMap((group) => group.students));
  const tables = groups.map((group): Table => {
    const there = new Set(group.here);
    const seats = known(group.students).map((person) => seat(person, there.has(person.user_id)));
    return {
      group,
      seats: seats.sort(inOrder),
      adults: known(group.here).filter((person) => person.kind === "staff"),
      isSmall: group.students.length === 1,
    };
  });
  const students = known([...here]).filter((person) => person.kind === "student");
  return {
    isOpen: told?.open ?? false,
    tables,
    waiting: students.filter((person) => !placed.has(person.user_id)).map((person) => seat(person, true)).sort(inOrder),
    students: students.length,
  };
}
