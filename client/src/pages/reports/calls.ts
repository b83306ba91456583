/** What the pages of the reports ask of the server. */
import { client, take } from "../../api";
import type { components } from "../../api.gen";

type Schemas = components["schemas"];
export type ReportItem = Schemas["ReportItem"];
export type ReportView = Schemas["ReportView"];
export type Receipt = Schemas["Receipt"];
export type ReportedObject = NonNullable<ReportView["snapshot"]["object"]>;
export type ReportedPerson = NonNullable<ReportView["snapshot"]["person"]>;
export type SaidMessage = NonNullable<ReportView["snapshot"]["messages"]>[number];

const at = (id: string) => ({ path: { report_id: id } });

export const reports = (cursor: string) => take(client.GET("/api/reports", { params: { query: { cursor } } }));
export const report = (id: string) => take(client.GET("/api/reports/{report_id}", { params: at(id) }));
export const acknowledge = (id: string) => take(client.POST("/api/reports/{report_id}/acknowledge", { params: at(id) }));
export const close = (id: string, note: string) => take(client.POST("/api/reports/{report_id}/close", { params: at(id), body: { note } }));
