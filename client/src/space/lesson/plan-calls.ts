/** The plan of the lesson that runs, as staff read it. */
import { client, take } from "../../api";
import type { components } from "../../api.gen";

export type PlanStep = components["schemas"]["StepView"];

export const planOf = (lessonId: string) =>
  take(client.GET("/api/lessons/{lesson_id}/steps", { params: { path: { lesson_id: lessonId } } }));
