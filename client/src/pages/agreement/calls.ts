/** What the pages of an agreement ask of the server. */
import { client, take } from "../../api";
import type { components } from "../../api.gen";

type Schemas = components["schemas"];
export type Agreement = Schemas["AgreementView"];
export type LiveVersion = Schemas["LiveVersion"];
export type VersionItem = Schemas["VersionItem"];
export type Assent = Schemas["AssentView"];
export type AgreementText = Schemas["AgreementText"];
export type SectionChanges = Schemas["SectionChanges"];
export type TextChange = SectionChanges["changes"][number];
export type AgreementSchool = Schemas["SchoolView"];

const at = (id: string) => ({ partnership_id: id });
const of = (id: string, number: number) => ({ path: { partnership_id: id, number } });

export const agreement = (id: string, cursor = "") =>
  take(client.GET("/api/partnerships/{partnership_id}/agreement", { params: { path: at(id), query: { cursor } } }));

export const difference = (id: string, from: number, to: number) =>
  take(
    client.GET("/api/partnerships/{partnership_id}/agreement/difference", { params: { path: at(id), query: { from, to } } }),
  );

export const propose = (id: string, text: AgreementText, newest: number) =>
  take(
    client.POST("/api/partnerships/{partnership_id}/agreement/versions", {
      params: { path: at(id) },
      body: { text, newest },
    }),
  );

export const agree = (id: string, number: number, digest: string) =>
  take(
    client.POST("/api/partnerships/{partnership_id}/agreement/versions/{number}/agree", {
      params: of(id, number),
      body: { digest },
    }),
  );

export const sign = (id: string, number: number, digest: string, password: string) =>
  take(
    client.POST("/api/partnerships/{partnership_id}/agreement/versions/{number}/sign", {
      params: of(id, number),
      body: { digest, password },
    }),
  );

export const withdraw = (id: string, number: number, reason: string, password: string) =>
  take(
    client.POST("/api/partnerships/{partnership_id}/agreement/versions/{number}/withdraw", {
      params: of(id, number),
      body: { reason, password },
    }),
  );

export const paperOf = (id: string, number: number, language: string) =>
  `/api/partnerships/${id}/agreement/versions/${number}/pdf?language=${language}`;
