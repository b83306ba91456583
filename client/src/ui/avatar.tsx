import { Animal } from "./drawing";
import { Initials } from "./school";

/** Whoever it is: a student's animal, or a staff member's initials in their school's colour. */
export function Avatar({ person, colour, size }: { person: { kind: string; name: string; avatar: string }; colour: number; size: number }) {
  return person.kind === "student" ? (
    <Animal slug={person.avatar} size={size} />
  ) : (
    <Initials name={person.name} colour={colour} size={size} />
  );
}
