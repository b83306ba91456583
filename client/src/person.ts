import { createContext, useContext } from "react";
import type { Me } from "./api";

export const PersonContext = createContext<Me | undefined>(undefined);

/** Who is signed in. Only pages behind the front door may ask. */
export function usePerson(): Me {
  const person = useContext(PersonContext);
  if (!person) throw new Error("nobody is signed in here");
  return person;
}

/** The office of a programme has staff, and nothing else of a school. */
export function isOfOffice(person: Me): boolean {
  return person.roles.some((role) => role === "programme_officer" || role === "adviser");
}
