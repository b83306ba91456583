/** What was said in a space, a part at a time, the newest part first. */
import { client, take } from "../../api";
import type { components } from "../../api.gen";

export type Message = components["schemas"]["StoredMessage"];

export async function messages(id: string, cursor: string) {
  const found = await take(
    client.GET("/api/spaces/{space_id}/messages", {
      params: { path: { space_id: id }, query: cursor ? { before: Number(cursor) } : {} },
    }),
  );
  return { items: [...found.messages].reverse(), next: found.more ? String(found.messages[0]?.seq ?? "") : "" };
}
