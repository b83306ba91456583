import { useEffect, useRef } from "react";
import { isBehind, type SpaceState } from "./state";

/** How many messages by others came since the chat was last in view. */
export function useUnread(state: SpaceState, isChatShown: boolean): number {
  const seenSeq = useRef<number | undefined>(undefined);
  const seenAt = useRef(state.at);
  // In another room nothing is unread that was there before.
  if (seenAt.current !== state.at) seenSeq.current = undefined;
  seenAt.current = state.at;
  // The history that comes with the join is not news.
  const isKnown = state.space !== undefined && !isBehind(state);
  useEffect(() => {
    if (isKnown && (isChatShown || seenSeq.current === undefined)) seenSeq.current = state.seq;
  }, [isChatShown, isKnown, state.seq]);
  const seen = seenSeq.current;
  if (isChatShown || seen === undefined) return 0;
  return state.messages.filter((message) => message.seq > seen && message.author.user_id !== state.userId).length;
}
