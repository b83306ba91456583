/** Who is from where: the lookups that names, tiles and messages share. */
import { placeOf, shapeOf, type Shape } from "../ui/school";
import type { Person, SchoolInfo } from "./frames";
import type { SpaceState } from "./state";

export interface SchoolGroup {
  school: SchoolInfo;
  people: Person[];
}

/** Every school with who is here of it: my own school first, staff before students, then by name. */
export function bySchool(state: Pick<SpaceState, "schools" | "people">, mySchoolId: string, locale: string): SchoolGroup[] {
  const order = new Intl.Collator(locale, { numeric: true });
  const people = [...state.people.values()].sort(
    (a, b) => Number(a.kind === "student") - Number(b.kind === "student") || order.compare(a.name, b.name),
  );
  return [...state.schools]
    .sort((a, b) => Number(b.id === mySchoolId) - Number(a.id === mySchoolId) || a.colour - b.colour)
    .map((school) => ({ school, people: people.filter((person) => person.school_id === school.id) }));
}

export function colourOf(schools: readonly SchoolInfo[], schoolId: string): number {
  return schools.find((school) => school.id === schoolId)?.colour ?? 0;
}

/** A person's name and school mark for the board, also after they have left. */
export function personOf(state: SpaceState, userId: string): { name: string; colour: number; shape: Shape } | undefined {
  const person =
    state.people.get(userId) ?? state.messages.find((message) => message.author.user_id === userId)?.author;
  if (!person) return undefined;
  const colour = colourOf(state.schools, person.school_id);
  return { name: person.name, colour: placeOf(colour), shape: shapeOf(colour) };
}
