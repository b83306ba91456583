/** How the students of a school are supervised, as the server last said. */
import type { SchoolWatch } from "./frames";
import type { SpaceState } from "./state";

export type Watch = SchoolWatch["watch"];

/** Of a school without students here there is nothing to say. */
export function watchOf(state: SpaceState, schoolId: string): Watch | undefined {
  return state.supervision.schools.find((each) => each.school_id === schoolId)?.watch;
}
