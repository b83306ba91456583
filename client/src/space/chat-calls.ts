/** What the chat asks over HTTP: what is further back than the live channel tells. */
import { client, take } from "../api";

const at = (spaceId: string) => ({ space_id: spaceId });

export function olderMessages(spaceId: string, before: number) {
  return take(client.GET("/api/spaces/{space_id}/messages", { params: { path: at(spaceId), query: { before } } }));
}

export function searchMessages(spaceId: string, q: string, before?: number) {
  const query = before === undefined ? { q } : { q, before };
  return take(client.GET("/api/spaces/{space_id}/messages/search", { params: { path: at(spaceId), query } }));
}

export async function threadOf(spaceId: string, messageId: string) {
  const path = { ...at(spaceId), message_id: messageId };
  return (await take(client.GET("/api/spaces/{space_id}/messages/{message_id}/thread", { params: { path } }))).messages;
}

export function reactorsOf(spaceId: string, messageId: string) {
  const path = { ...at(spaceId), message_id: messageId };
  return take(client.GET("/api/spaces/{space_id}/messages/{message_id}/reactions", { params: { path } }));
}
