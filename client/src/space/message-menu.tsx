/**
 * What can be done with one message, behind one small button beside it.
 *
 * Other parts of the space add what they offer (`MessageItems`); the menu itself is fetched when it is first
 * opened.
 */
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import type { ChatMessage, ReactionKind } from "./frames";
import { Dots, useLateMenu } from "./late-menu";

export interface MessageMenuItem {
  /** Unlike all others of the menu. */
  id: string;
  label: string;
  isDanger?: boolean;
  onAction(): void;
}

/** What a part of the space offers to do with a message; nothing, for most. */
export type MessageItems = (message: ChatMessage) => readonly MessageMenuItem[];

/** Several parts' offers as one, in this order. */
export function togetherOn(...parts: readonly MessageItems[]): MessageItems {
  return (message) => parts.flatMap((part) => part(message));
}

export interface MessageMenuProps {
  message: ChatMessage;
  items: readonly MessageMenuItem[];
  /** Undefined: this person cannot react now. */
  onReact: ((kind: ReactionKind, on: boolean) => void) | undefined;
  userId: string | undefined;
  /** Tab stops here; at the others the arrow keys do. */
  isTabStop: boolean;
}

const Popup = lazy(() => import("./message-menu-popup"));

export function MessageMenu(props: MessageMenuProps) {
  const { t } = useTranslation();
  const { isOpen, change, button: ref } = useLateMenu();
  if (props.items.length === 0 && !props.onReact) return null;
  const label = t("chat.menu", { name: props.message.author.name });
  const button = (
    <Dots label={label} className="message__menu" ref={ref} excludeFromTabOrder={!props.isTabStop} onPress={() => change(true)} />
  );
  if (isOpen === undefined) return button;
  return (
    <Suspense fallback={button}>
      <Popup {...props} isOpen={isOpen} onOpenChange={change}>
        {button}
      </Popup>
    </Suspense>
  );
}
