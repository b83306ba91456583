/** The calls for the history of the notes. */
import { client, take } from "../../api";
import type { components } from "../../api.gen";

export type NotesVersion = components["schemas"]["NotesVersion"];
export type NotesVersions = components["schemas"]["NotesVersions"];

export const calls = {
  versions: (spaceId: string, cursor: string) =>
    take(client.GET("/api/spaces/{space_id}/notes/versions", { params: { path: { space_id: spaceId }, query: { cursor } } })),
  version: async (spaceId: string, seq: number): Promise<Uint8Array> => {
    const call = client.GET("/api/spaces/{space_id}/notes/versions/{seq}", {
      params: { path: { space_id: spaceId, seq } }, parseAs: "arrayBuffer",
    });
    return new Uint8Array((await take(call)) as unknown as ArrayBuffer);
  },
};
