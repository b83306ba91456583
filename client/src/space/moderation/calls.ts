/** What the space asks of the records about keeping people safe. */
import { client, take } from "../../api";
import type { components } from "../../api.gen";

type Schemas = components["schemas"];
export type ReportKind = Schemas["ReportKind"];
export type ReportReason = Schemas["ReportReason"];
export type RemovalReason = Schemas["RemovalReason"];

export const REPORT_REASONS: readonly ReportReason[] = ["bullying", "unkind", "contact", "frightening", "not_safe", "other"];
export const REMOVAL_REASONS: readonly RemovalReason[] = ["unkind", "language", "disturbs", "contact", "not_themselves", "other"];

export interface About {
  kind: ReportKind;
  subjectId: string;
  /** Which thing on a page of the board; the server reads it there. */
  elementId?: string;
  /** Whose it is, for the heading; not sent. */
  name?: string | undefined;
  /** Who tells of it, of those who share this device; undefined: the one who signed in first. */
  asId?: string | undefined;
}

export const report = (spaceId: string, about: About, reason: ReportReason, words: string) =>
  take(
    client.POST("/api/spaces/{space_id}/reports", {
      params: { path: { space_id: spaceId } },
      body: { kind: about.kind, subject_id: about.subjectId, element_id: about.elementId ?? "", reason, words, as_id: about.asId ?? null },
    }),
  );

export const remove = (spaceId: string, userId: string, reason: RemovalReason, isUntilLifted: boolean) =>
  take(
    client.POST("/api/spaces/{space_id}/removals", {
      params: { path: { space_id: spaceId } },
      body: { user_id: userId, reason, until_lifted: isUntilLifted },
    }),
  );

/** Whether I may keep people out of a partnership: the server says so with the rest of its record. */
export const mayBan = async (partnershipId: string) =>
  (await take(client.GET("/api/partnerships/{partnership_id}", { params: { path: { partnership_id: partnershipId } } }))).may.includes("ban");

export const ban = (partnershipId: string, userId: string, reason: string) =>
  take(
    client.POST("/api/partnerships/{partnership_id}/bans", {
      params: { path: { partnership_id: partnershipId } },
      body: { user_id: userId, reason },
    }),
  );

export const removals = (spaceId: string) =>
  take(client.GET("/api/spaces/{space_id}/removals", { params: { path: { space_id: spaceId } } }));

export const letIn = (spaceId: string, userId: string) =>
  take(client.DELETE("/api/spaces/{space_id}/removals/{user_id}", { params: { path: { space_id: spaceId, user_id: userId } } }));
