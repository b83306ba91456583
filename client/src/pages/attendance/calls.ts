/** What the attendance of a space asks of the server. */
import { client, take } from "../../api";
import type { components } from "../../api.gen";

type Schemas = components["schemas"];
export type LessonCount = Schemas["LessonCount"];
export type SchoolCount = Schemas["SchoolCount"];
export type Attended = Schemas["Attended"];

export const heldLessons = (id: string, cursor: string) =>
  take(client.GET("/api/spaces/{space_id}/attendance", { params: { path: { space_id: id }, query: { cursor } } }));
export const attendance = (id: string) =>
  take(client.GET("/api/lessons/{lesson_id}/attendance", { params: { path: { lesson_id: id } } }));
export const asPaper = (id: string, language: string) => `/api/lessons/${id}/attendance.pdf?language=${language}`;
export const asTable = (id: string) => `/api/lessons/${id}/attendance.csv`;
export const lessonBalance = (id: string) =>
  take(client.GET("/api/lessons/{lesson_id}/balance", { params: { path: { lesson_id: id } } }));
export const spaceBalance = (id: string) =>
  take(client.GET("/api/spaces/{space_id}/balance", { params: { path: { space_id: id } } }));
