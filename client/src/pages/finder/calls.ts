/** What the pages of the partner finder ask of the server. */
import { client, take } from "../../api";
import type { components, operations } from "../../api.gen";

type Schemas = components["schemas"];
export type FinderSchool = Schemas["FinderSchool"];
export type Reason = Schemas["Reason"];
export type Calendar = Schemas["CalendarView"];
export type Kind = Schemas["PartnershipKind"];
export type FinderQuery = NonNullable<operations["ApiFinderFindPartners"]["parameters"]["query"]>;

export const found = (query: FinderQuery) => take(client.GET("/api/finder", { params: { query } }));

export const finderProfile = (id: string) =>
  take(client.GET("/api/finder/{school_id}", { params: { path: { school_id: id } } }));

export const calendar = (id: string) =>
  take(client.GET("/api/schools/{school_id}/calendar", { params: { path: { school_id: id } } }));

export const vocabulary = () => take(client.GET("/api/vocabulary"));
