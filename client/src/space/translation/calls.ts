/** The calls for translations by machine. Nothing is translated before somebody asks. */
import { client, take } from "../../api";
import type { components } from "../../api.gen";

export type Translation = components["schemas"]["Translation"];

export const calls = {
  languages: () => take(client.GET("/api/translation")),
  message: (spaceId: string, messageId: string, to: string) =>
    take(
      client.POST("/api/spaces/{space_id}/messages/{message_id}/translation", {
        params: { path: { space_id: spaceId, message_id: messageId } },
        body: { to },
      }),
    ),
  draft: (spaceId: string, text: string, to: string) =>
    take(client.POST("/api/spaces/{space_id}/translation", { params: { path: { space_id: spaceId } }, body: { text, to } })),
};
