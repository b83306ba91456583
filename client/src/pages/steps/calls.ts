/** What planning a lesson in steps asks of the server. */
import { client, take } from "../../api";
import type { components } from "../../api.gen";

type Schemas = components["schemas"];
export type LessonSteps = Schemas["LessonSteps"];

const of = (id: string) => ({ path: { lesson_id: id } });

export const stepsOf = (id: string) => take(client.GET("/api/lessons/{lesson_id}/steps", { params: of(id) }));
export const saveSteps = (id: string, body: Schemas["NewSteps"]) =>
  take(client.PUT("/api/lessons/{lesson_id}/steps", { params: of(id), body }));
export const plannedIn = (spaceId: string) =>
  take(client.GET("/api/spaces/{space_id}/lesson-plans", { params: { path: { space_id: spaceId }, query: { limit: 50 } } }));
