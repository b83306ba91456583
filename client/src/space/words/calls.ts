/** The calls for the glossary: read in a space, written for the whole partnership. */
import { ApiFailure, client, take } from "../../api";
import type { components } from "../../api.gen";
import type { Word } from "./languages";

export type Entry = components["schemas"]["EntryView"];
export type GlossaryPage = components["schemas"]["GlossaryPage"];

interface Draft {
  words: Word[];
  note: string;
}

const of = (partnershipId: string) => ({ path: { partnership_id: partnershipId } });
const entryOf = (partnershipId: string, entryId: string) => ({ partnership_id: partnershipId, entry_id: entryId });

export const calls = {
  page: (spaceId: string, q: string, cursor: string) =>
    take(client.GET("/api/spaces/{space_id}/glossary", { params: { path: { space_id: spaceId }, query: { q, cursor } } })),
  add: (partnershipId: string, draft: Draft) =>
    take(client.POST("/api/partnerships/{partnership_id}/glossary", { params: of(partnershipId), body: draft })),
  change: (partnershipId: string, entryId: string, version: number, draft: Draft) =>
    take(
      client.PUT("/api/partnerships/{partnership_id}/glossary/{entry_id}", {
        params: { path: entryOf(partnershipId, entryId) },
        body: { ...draft, version },
      }),
    ),
  remove: (partnershipId: string, entry: Entry) =>
    take(
      client.DELETE("/api/partnerships/{partnership_id}/glossary/{entry_id}", {
        params: { path: entryOf(partnershipId, entry.id), query: { version: entry.version } },
      }),
    ),
};

export const tableOf = (partnershipId: string) => `/api/partnerships/${partnershipId}/glossary/export.csv`;

/** What the server has kept of somebody else's change, where it refused ours for that. */
export function keptIn(error: unknown): Entry | undefined {
  if (!(error instanceof ApiFailure) || error.code !== "changed_meanwhile") return undefined;
  const kept = error.problem["kept"];
  return typeof kept === "object" && kept !== null ? (kept as Entry) : undefined;
}
