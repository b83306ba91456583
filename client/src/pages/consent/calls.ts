/** What the pages of consents ask of the server. */
import { client, take } from "../../api";
import type { components } from "../../api.gen";

type Schemas = components["schemas"];
export type ClassConsent = Schemas["ClassConsentView"];
export type StudentConsent = Schemas["StudentConsent"];
export type Answer = Schemas["ConsentAnswer"];
export type NewAnswer = Schemas["NewConsent"];
export type Kind = Answer["kind"];
export type Giver = Answer["giver"];

export const KINDS: readonly Kind[] = ["camera", "voice", "recording", "publication", "machine_translation"];
export const GIVERS: readonly Giver[] = ["parent", "school", "student"];

const ofClass = (id: string) => ({ params: { path: { class_id: id } } });

export const consentClasses = (cursor: string) => take(client.GET("/api/consent/classes", { params: { query: { cursor } } }));
export const classConsent = (id: string) => take(client.GET("/api/classes/{class_id}/consent", ofClass(id)));
export const record = (id: string, answer: NewAnswer) =>
  take(client.POST("/api/classes/{class_id}/consent", { ...ofClass(id), body: answer }));
export const history = (id: string, student: string) => (cursor: string) =>
  take(
    client.GET("/api/classes/{class_id}/students/{user_id}/consent", {
      params: { path: { class_id: id, user_id: student }, query: { cursor } },
    }),
  );
