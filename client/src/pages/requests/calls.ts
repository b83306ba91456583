/** What the pages of the partner requests ask of the server. */
import { client, take } from "../../api";
import type { components, operations } from "../../api.gen";

type Schemas = components["schemas"];
export type PartnerRequest = Schemas["PartnerRequestDetail"];
export type PartnerRequestItem = Schemas["PartnerRequestItem"];
export type RequestQuery = NonNullable<operations["ApiPartnerRequestsListRequests"]["parameters"]["query"]>;

const at = (id: string) => ({ path: { request_id: id } });

export const requests = (query: RequestQuery) => take(client.GET("/api/partner-requests", { params: { query } }));
export const request = (id: string) => take(client.GET("/api/partner-requests/{request_id}", { params: at(id) }));
export const ask = (body: Schemas["NewPartnerRequest"]) => take(client.POST("/api/partner-requests", { body }));
export const write = (id: string, text: string) =>
  take(client.POST("/api/partner-requests/{request_id}/messages", { params: at(id), body: { text } }));
export const decide = (id: string, body: Schemas["RequestDecision"]) =>
  take(client.POST("/api/partner-requests/{request_id}/decision", { params: at(id), body }));
