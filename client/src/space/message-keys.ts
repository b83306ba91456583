/**
 * The messages of a chat by keyboard: Tab stops at one of them, the arrow keys go from one to the next.
 *
 * With a stop at each, whoever uses the keyboard would go through all that was ever said to get to the write box.
 */
import type { KeyboardEvent } from "react";
import type { ChatMessage } from "./frames";
import type { MessageActions } from "./message";

/** The newest message with which something can be done: the one where Tab stops. */
export function tabStopOf(messages: readonly ChatMessage[], actions: Pick<MessageActions, "canPost" | "itemsFor">): string | undefined {
  for (let at = messages.length - 1; at >= 0; at--) {
    const message = messages[at];
    if (message && !message.deleted && (actions.canPost || actions.itemsFor(message).length > 0)) return message.id;
  }
  return undefined;
}

const STEPS: Readonly<Record<string, number>> = { ArrowUp: -1, ArrowDown: 1 };

/** From the menu of a message to that of the one above or below. In the capture phase: an arrow would open the menu. */
export function moveBetween(event: KeyboardEvent<HTMLElement>): void {
  const step = STEPS[event.key];
  const menus = [...event.currentTarget.querySelectorAll<HTMLElement>(".message__menu")];
  const at = menus.findIndex((menu) => menu === event.target);
  if (step === undefined || at < 0) return;
  event.preventDefault();
  event.stopPropagation();
  menus[at + step]?.focus();
}
