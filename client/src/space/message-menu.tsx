/**
 * What can be done with one message, behind one small button beside it.
 *
 * Other parts of the space add what they offer (`MessageItems`); the menu itself is fetched when it is first
 * opened.
 */
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../ui/button";
import type { ChatMessage, ReactionKind } from "./frames";

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
}

const Popup = lazy(() => import("./message-menu-popup"));

export function MessageMenu(props: MessageMenuProps) {
  const { t } = useTranslation();
  /** Undefined until it is opened for the first time. */
  const [isOpen, setOpen] = useState<boolean>();
  if (props.items.length === 0 && !props.onReact) return null;
  const button = (
    <Button look="quiet" className="message__menu" aria-haspopup="menu" onPress={() => setOpen(true)}>
      <svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true">
        <circle cx="5" cy="12" r="2" />
        <circle cx="12" cy="12" r="2" />
        <circle cx="19" cy="12" r="2" />
      </svg>
      <span className="visually-hidden">{t("chat.menu", { name: props.message.author.name })}</span>
    </Button>
  );
  if (isOpen === undefined) return button;
  return (
    <Suspense fallback={button}>
      <Popup {...props} isOpen={isOpen} onOpenChange={setOpen}>
        {button}
      </Popup>
    </Suspense>
  );
}
