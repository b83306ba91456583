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

export type SealedItem = components["schemas"]["SealedView"];
export type SealedReason = NonNullable<components["schemas"]["OpenSealed"]>["reason"];

export async function sealedIn(id: string, cursor: string) {
  const found = await take(
    client.GET("/api/spaces/{space_id}/sealed", { params: { path: { space_id: id }, query: cursor ? { cursor } : {} } }),
  );
  return { items: found.items, next: found.next };
}

/** What a message said before. That it was opened, by whom and why, is written down. */
export function openSealed(id: string, messageId: string, reason: SealedReason) {
  const path = { space_id: id, message_id: messageId };
  return take(client.POST("/api/spaces/{space_id}/sealed/{message_id}", { params: { path }, body: { reason } }));
}
