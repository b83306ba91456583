/** What this person may do with messages, from their grants; the server has the last word. */
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { actorOf } from "./devices/known";
import type { ChatMessage } from "./frames";
import type { MessageActions } from "./message";
import type { MessageItems, MessageMenuItem } from "./message-menu";
import type { Room } from "./room";
import type { SpaceState } from "./state";

/** As `server.chat.rules.CHANGE_WITHIN`. */
const CHANGE_WITHIN_MS = 15 * 60_000;

export interface Doing {
  reply(message: ChatMessage): void;
  edit(message: ChatMessage): void;
  remove(message: ChatMessage): void;
  showReactors(message: ChatMessage): void;
  openThread(messageId: string): void;
  /** Asks the server; what it refuses is told. */
  ask(doing: () => Promise<unknown>): void;
}

/**
 * @param doing the same functions each time.
 * @param others what other parts of the space offer.
 */
export function useMessageActions(room: Room, state: SpaceState, isStaff: boolean, doing: Doing, others?: MessageItems): MessageActions {
  const { t } = useTranslation();
  const userId = actorOf(state);
  const canPost = state.grants.includes("chat:post") && state.line === "joined";
  const canModerate = state.grants.includes("space:moderate") && state.line === "joined";
  return useMemo(() => {
    function itemsFor(message: ChatMessage): MessageMenuItem[] {
      const isOwn = message.author.user_id === userId;
      const isFresh = Date.now() - Date.parse(message.sent_at) < CHANGE_WITHIN_MS;
      const mayDelete = canModerate || (isOwn && canPost && (isStaff || isFresh));
      const item = (id: string, isOffered: boolean, label: string, onAction: () => void, isDanger = false) =>
        isOffered ? [{ id, label, onAction, isDanger }] : [];
      return [
        ...item("reply", canPost, t("chat.reply"), () => doing.reply(message)),
        ...item("who", Boolean(message.reactions?.length), t("chat.who"), () => doing.showReactors(message)),
        ...item("edit", isOwn && canPost && isFresh, t("chat.edit"), () => doing.edit(message)),
        ...item("pin", canModerate, t(message.pinned ? "chat.unpin" : "chat.pin"), () =>
          doing.ask(() => room.channel.request({ type: "chat.pin", message_id: message.id, on: !message.pinned })),
        ),
        ...item("delete", mayDelete, t("chat.remove"), () => doing.remove(message), true),
        ...(others?.(message) ?? []),
      ];
    }
    return {
      userId,
      canPost,
      itemsFor,
      react: (message, kind, on) =>
        doing.ask(() => room.channel.request({ type: "chat.react", message_id: message.id, kind, on, as_id: null })),
      openThread: doing.openThread,
    };
  }, [room, t, userId, canPost, canModerate, isStaff, doing, others]);
}
