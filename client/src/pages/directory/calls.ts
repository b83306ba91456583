/** What the directory asks of the server. */
import { client, take } from "../../api";
import type { components } from "../../api.gen";

export type DirectoryEntry = components["schemas"]["DirectoryEntry"];

export const directory = (query: { search: string; partnership?: string; cursor: string }) =>
  take(client.GET("/api/directory", { params: { query } }));
