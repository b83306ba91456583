import { createContext, useContext } from "react";
import type { Me } from "./api";

export const PersonContext = createContext<Me | undefined>(undefined);

/** Who is signed in. Only pages behind the front door may ask. */
export function usePerson(): Me {
  const person = useContext(PersonContext);
  if (!person) throw new Error("nobody is signed in here");
  return person;
}
