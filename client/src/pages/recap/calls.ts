/** What the pages of lessons that are over ask of the server. */
import { ApiFailure, client, take } from "../../api";
import type { components } from "../../api.gen";

type Schemas = components["schemas"];
export type Recap = Schemas["Recap"];
export type RecapCard = Schemas["RecapCard"];
export type RecapSchool = Schemas["RecapSchool"];
export type RecapRoom = Schemas["RecapRoom"];
export type RecapPageInfo = Schemas["RecapPage"];
export type RecapNotes = Schemas["RecapNotes"];
export type RecapMessage = Schemas["RecapMessage"];
export type Poll = Schemas["PollView"];
export type RecapFile = Schemas["RecapFile"];

const of = (id: string) => ({ path: { lesson_id: id } });

export const lately = () => take(client.GET("/api/recaps"));
export const recaps = (spaceId: string, cursor: string) =>
  take(client.GET("/api/spaces/{space_id}/recaps", { params: { path: { space_id: spaceId }, query: { cursor } } }));
export const recap = (id: string) => take(client.GET("/api/lessons/{lesson_id}/recap", { params: of(id) }));
export const messages = (id: string, roomId: string, cursor: string) =>
  take(client.GET("/api/lessons/{lesson_id}/recap/messages", { params: { ...of(id), query: { room_id: roomId, cursor } } }));

/** For those who run lessons in the space. */
export const steps = (id: string) => take(client.GET("/api/lessons/{lesson_id}/steps", { params: of(id) }));

/** For staff of the schools that take part. */
export const balance = (id: string) => take(client.GET("/api/lessons/{lesson_id}/balance", { params: of(id) }));

export const polls = (spaceId: string, cursor: string, lessonId?: string) =>
  take(
    client.GET("/api/spaces/{space_id}/polls", {
      params: { path: { space_id: spaceId }, query: { cursor, ...(lessonId ? { lesson_id: lessonId } : {}) } },
    }),
  );

export const files = (id: string, cursor: string) =>
  take(client.GET("/api/lessons/{lesson_id}/recap/files", { params: { ...of(id), query: { cursor } } }));

/** A page of the board, or notes, as it is now. The browser keeps it, and asks each time whether it still stands. */
export async function pageState(boardId: string): Promise<Uint8Array> {
  const call = client.GET("/api/boards/{board_id}/state", { params: { path: { board_id: boardId } }, parseAs: "arrayBuffer" });
  return new Uint8Array((await take(call)) as unknown as ArrayBuffer);
}

export async function notesVersion(spaceId: string, seq: number): Promise<Uint8Array> {
  const call = client.GET("/api/spaces/{space_id}/notes/versions/{seq}", {
    params: { path: { space_id: spaceId, seq } },
    parseAs: "arrayBuffer",
  });
  return new Uint8Array((await take(call)) as unknown as ArrayBuffer);
}

const lesson = (id: string, what: string) => `/api/lessons/${id}/${what}`;
export const taken = (id: string, language: string) => ({
  takePdf: lesson(id, `recap.pdf?language=${language}`),
  takeAttendancePdf: lesson(id, `attendance.pdf?language=${language}`),
  takeAttendance: lesson(id, "attendance.csv"),
  takeChat: lesson(id, "recap/messages.csv"),
  takePolls: lesson(id, "recap/polls.csv"),
});

/** The space whose door is closed for now, where an answer says so: a lesson's own address does not name it. */
export function closedSpace(error: unknown): { spaceId: string; reason: string } | undefined {
  if (!(error instanceof ApiFailure) || error.status !== 403) return undefined;
  const spaceId = error.problem["space_id"];
  return typeof spaceId === "string" ? { spaceId, reason: error.code } : undefined;
}
