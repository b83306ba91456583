/** What does not fit in a form, by the name of the field; a form puts it there, a field takes it from there. */
import { createContext, useContext } from "react";

export interface Problems {
  of(name: string): string | undefined;
  /** The person is mending it. */
  forget(name: string): void;
}

export const ProblemsContext = createContext<Problems>({ of: () => undefined, forget: () => undefined });

/** What to say at a field, and what to call when it is changed. */
export function useProblem(name: string | undefined, error: string | undefined): [string | undefined, () => void] {
  const problems = useContext(ProblemsContext);
  return [error ?? (name ? problems.of(name) : undefined), () => name && problems.forget(name)];
}
