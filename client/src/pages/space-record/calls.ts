/** What the record of a space asks of the server. */
import { client, take } from "../../api";
import type { components } from "../../api.gen";

type Schemas = components["schemas"];
export type SpaceRecord = Schemas["SpaceRecord"];
export type Colleague = Schemas["StaffView"];

const at = (id: string) => ({ path: { space_id: id } });

export const record = (id: string) => take(client.GET("/api/spaces/{space_id}/record", { params: at(id) }));
export const rename = (id: string, name: string) => take(client.PUT("/api/spaces/{space_id}", { params: at(id), body: { name } }));
export const setWorkingAlone = (id: string, on: boolean) =>
  take(client.PUT("/api/spaces/{space_id}/working-alone", { params: at(id), body: { on } }));
export const setClasses = (id: string, classIds: string[]) =>
  take(client.PUT("/api/spaces/{space_id}/classes", { params: at(id), body: { class_ids: classIds } }));
export const nameLinkTeacher = (id: string, userId: string) =>
  take(client.PUT("/api/spaces/{space_id}/link-teacher", { params: at(id), body: { user_id: userId } }));
export const archive = (id: string) => take(client.POST("/api/spaces/{space_id}/archive", { params: at(id) }));
export const renew = (id: string) => take(client.POST("/api/spaces/{space_id}/renewal", { params: at(id) }));

const PAGE = 100;
const PAGES_MAX = 10;

/** Those of my school who can sign in and are verified: a school has no more staff than a few pages hold. */
export async function colleagues(): Promise<Colleague[]> {
  const all: Colleague[] = [];
  let cursor = "";
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const { items, next } = await take(client.GET("/api/staff", { params: { query: { cursor, limit: PAGE } } }));
    all.push(...items);
    if (!next) break;
    cursor = next;
  }
  return all.filter((person) => person.verified_at && !person.disabled_at);
}
