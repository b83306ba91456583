/** What planning lessons asks of the server. */
import { client, take } from "../../api";
import type { components } from "../../api.gen";

type Schemas = components["schemas"];
export type LessonPage = Schemas["LessonPage"];
export type Lesson = Schemas["LessonView"];
export type Ask = Schemas["AskView"];
export type Slots = Schemas["SlotsView"];
export type Slot = Schemas["Slot"];
export type Reminders = Schemas["RemindersView"];

export interface Looking {
  minutes: number;
  weeks: number;
  count: number;
  every_weeks: number;
}

const at = (id: string) => ({ path: { space_id: id } });
const ofLesson = (id: string) => ({ path: { lesson_id: id } });

export const lessonsOf = (id: string, past: boolean, cursor: string) =>
  take(client.GET("/api/spaces/{space_id}/lessons", { params: { ...at(id), query: { past, cursor, limit: 20 } } }));
export const slots = (id: string, wanted: Looking) =>
  take(client.GET("/api/spaces/{space_id}/slots", { params: { ...at(id), query: { ...wanted } } }));
export const propose = (id: string, body: Schemas["NewLesson"]) =>
  take(client.POST("/api/spaces/{space_id}/lessons", { params: at(id), body }));
export const move = (id: string, body: Schemas["NewTime"]) =>
  take(client.POST("/api/lessons/{lesson_id}/move", { params: ofLesson(id), body }));
export const cancel = (id: string, all: boolean) =>
  take(client.POST("/api/lessons/{lesson_id}/cancellation", { params: ofLesson(id), body: { all_to_come: all } }));
export const answer = (id: string, yes: boolean) =>
  take(client.POST("/api/lesson-questions/{ask_id}/answer", { params: { path: { ask_id: id } }, body: { yes } }));
export const withdraw = (id: string) =>
  take(client.DELETE("/api/lesson-questions/{ask_id}", { params: { path: { ask_id: id } } }));

export const feed = () => take(client.GET("/api/calendar-feed"));
export const makeFeed = () => take(client.POST("/api/calendar-feed"));
export const endFeed = () => take(client.DELETE("/api/calendar-feed"));

export const reminders = () => take(client.GET("/api/reminders"));
export const remindByMail = (wanted: boolean) => take(client.PUT("/api/reminders", { body: { by_mail: wanted } }));
export const addBrowser = (body: Schemas["Browser"]) => take(client.POST("/api/reminders/browsers", { body }));
export const removeBrowser = (endpoint: string) =>
  take(client.POST("/api/reminders/browsers/end", { body: { endpoint } }));
