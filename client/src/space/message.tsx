/** One message of the chat: who, when, what, and what became of it. */
import { memo } from "react";
import { useTranslation } from "react-i18next";
import { Button as AriaButton } from "react-aria-components/Button";
import { formatLocale } from "../i18n";
import { clockAt, dayAt, isSameDay } from "../time";
import { Avatar } from "../ui/avatar";
import { placeOf, SchoolShape } from "../ui/school";
import type { ChatMessage, ReactionKind, SchoolInfo } from "./frames";
import { MessageMenu, type MessageMenuItem } from "./message-menu";
import { Reactions } from "./reactions";
import { colourOf } from "./roster";
import { TranslationBelow } from "./translation/translating";

/** Messages by one person within this time stand under one name. */
const SAME_BREATH_MS = 5 * 60_000;

/** What this person may do here; the same object for as long as that stays so. */
export interface MessageActions {
  userId: string | undefined;
  canPost: boolean;
  itemsFor(message: ChatMessage): readonly MessageMenuItem[];
  react(message: ChatMessage, kind: ReactionKind, on: boolean): void;
  openThread(messageId: string): void;
}

interface MessageProps {
  message: ChatMessage;
  before: ChatMessage | undefined;
  /** The message that it answers, when that is shown. */
  answered?: ChatMessage | undefined;
  /** How many answer it, of those that are shown. */
  answers?: number;
  isMine: boolean;
  schools: readonly SchoolInfo[];
  timezone: string;
  actions: MessageActions;
  /** In its thread a message needs no way there. */
  isInThread?: boolean;
  /** `tabStopOf`; in a short list each is one. */
  isTabStop?: boolean;
}

export const elementOf = (message: Pick<ChatMessage, "id">) => `message-${message.id}`;

/** Drawn again only when something of it changes, not whenever somebody writes, speaks or comes. */
export const Message = memo(function Message({
  message,
  before,
  answered,
  answers = 0,
  isMine,
  schools,
  timezone,
  actions,
  isInThread = false,
  isTabStop = true,
}: MessageProps) {
  const { t, i18n } = useTranslation();
  const locale = formatLocale(i18n.language);
  const sentAt = new Date(message.sent_at);
  const isNewDay = !before || !isSameDay(new Date(before.sent_at), sentAt, timezone);
  const isContinued =
    !isNewDay &&
    before.author.user_id === message.author.user_id &&
    sentAt.getTime() - new Date(before.sent_at).getTime() < SAME_BREATH_MS;
  const colour = colourOf(schools, message.author.school_id);
  const theirZone = schools.find((school) => school.id === message.author.school_id)?.timezone ?? timezone;
  const here = clockAt(sentAt, timezone, locale);
  const there = clockAt(sentAt, theirZone, locale);
  const threadId = message.reply_to ?? message.id;

  return (
    <>
      {isNewDay && (
        <li className="chat__day">
          {isSameDay(sentAt, new Date(), timezone) ? t("time.today") : dayAt(sentAt, timezone, locale)}
        </li>
      )}
      <li
        id={isInThread ? undefined : elementOf(message)}
        tabIndex={-1}
        className="message"
        data-mine={isMine ? "" : undefined}
        data-continued={isContinued ? "" : undefined}
        data-school={placeOf(colour)}
      >
        {!isContinued && (
          <p className="message__author">
            <Avatar person={message.author} colour={colour} size={28} />
            <SchoolShape colour={colour} />
            <bdi className="message__name">{message.author.name}</bdi>
            <time className="message__time" dateTime={message.sent_at}>
              {here === there ? here : t("time.both", { here, there })}
            </time>
          </p>
        )}
        <div className="message__row">
          <div className="message__text" data-deleted={message.deleted ? "" : undefined}>
            {message.announced && <p className="message__note message__announced">{t("groups.announced")}</p>}
            {message.reply_to && !isInThread && (
              <AriaButton className="message__quote" onPress={() => actions.openThread(threadId)}>
                <Quote message={answered} />
              </AriaButton>
            )}
            {message.deleted ? (
              <p>{t(message.deleted === "author" ? "chat.deletedByAuthor" : "chat.deletedByTeacher")}</p>
            ) : (
              <p className="message__words" dir="auto">
                {message.text}
              </p>
            )}
            {!message.deleted && <TranslationBelow message={message} />}
            {message.edited_at && !message.deleted && <p className="message__note">{t("chat.edited")}</p>}
            {message.pinned && <p className="message__note">{t("chat.pinned")}</p>}
          </div>
          {!message.deleted && (
            <MessageMenu
              message={message}
              items={actions.itemsFor(message)}
              userId={actions.userId}
              isTabStop={isTabStop}
              onReact={actions.canPost ? (kind, on) => actions.react(message, kind, on) : undefined}
            />
          )}
        </div>
        <Reactions
          message={message}
          userId={actions.userId}
          canReact={actions.canPost}
          onReact={(kind, on) => actions.react(message, kind, on)}
        />
        {answers > 0 && !isInThread && (
          <AriaButton className="message__thread" onPress={() => actions.openThread(threadId)}>
            {t("chat.replies", { count: answers })}
          </AriaButton>
        )}
      </li>
    </>
  );
});

/** The beginning of a message, to say which one is meant. */
export function Quote({ message }: { message: ChatMessage | undefined }) {
  const { t } = useTranslation();
  if (!message || message.deleted) return <span className="quote">{t("chat.quoteGone")}</span>;
  return (
    <span className="quote">
      <bdi className="quote__name">{message.author.name}</bdi>{" "}
      <span className="quote__words" dir="auto">
        {message.text}
      </span>
    </span>
  );
}
