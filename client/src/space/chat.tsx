/** The chat of the space: what was said, and a place to write. */
import { memo, useEffect, useLayoutEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { formatLocale, wordsFor } from "../i18n";
import { clockAt, dayAt, isSameDay } from "../time";
import { Avatar } from "../ui/avatar";
import { Button } from "../ui/button";
import { placeOf, SchoolShape } from "../ui/school";
import { Skeleton } from "../ui/state";
import { Announcer } from "./announcer";
import type { ChatMessage, SchoolInfo } from "./frames";
import type { Room } from "./room";
import { colourOf } from "./roster";
import type { PendingMessage, SpaceState } from "./state";
import { WriteBox } from "./write-box";

/** Messages by one person within this time stand under one name. */
const SAME_BREATH_MS = 5 * 60_000;
const NEAR_END_PX = 80;

interface ChatProps {
  room: Room;
  state: SpaceState;
  timezone: string;
}

export function Chat({ room, state, timezone }: ChatProps) {
  const { t } = useTranslation();
  const list = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const [unseen, setUnseen] = useState(0);
  const count = state.messages.length;
  const shownCount = useRef(count);
  const pendingCount = state.pending.length;
  const canPost = state.grants.includes("chat:post");

  useLayoutEffect(() => {
    const box = list.current;
    const isMine = state.messages.at(-1)?.author.user_id === state.userId;
    if (box && (isAtEnd.current || isMine)) box.scrollTop = box.scrollHeight;
    else setUnseen((before) => before + Math.max(0, count - shownCount.current));
    shownCount.current = count;
    // Only a message more moves the list; a change of anything else must not.
  }, [count, pendingCount]);

  // A panel that was hidden, or has another size now, still shows the newest message.
  useEffect(() => {
    const box = list.current;
    if (!box) return;
    const observer = new ResizeObserver(() => {
      if (isAtEnd.current) box.scrollTop = box.scrollHeight;
    });
    observer.observe(box);
    return () => observer.disconnect();
  }, []);

  function showEnd() {
    const box = list.current;
    if (box) box.scrollTop = box.scrollHeight;
    setUnseen(0);
  }

  return (
    <div className="chat">
      <div
        className="chat__list"
        ref={list}
        tabIndex={0}
        role="region"
        aria-label={t("chat.messages")}
        onScroll={({ currentTarget: box }) => {
          if (box.clientHeight === 0) return;
          isAtEnd.current = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_END_PX;
          if (isAtEnd.current && unseen > 0) setUnseen(0);
        }}
      >
        {!state.space && <Skeleton blocks={["line", "line", "line"]} />}
        {state.space && count === 0 && pendingCount === 0 && <p className="chat__empty">{t("chat.empty")}</p>}
        <ol className="chat__messages">
          {state.messages.map((message, index) => (
            <Message
              key={message.seq}
              message={message}
              before={state.messages[index - 1]}
              isMine={message.author.user_id === state.userId}
              schools={state.schools}
              timezone={timezone}
            />
          ))}
          {state.pending.map((message) => (
            <Pending key={message.clientId} message={message} room={room} isDown={state.line !== "joined"} />
          ))}
        </ol>
      </div>
      {unseen > 0 && (
        <Button className="chat__news" look="primary" onPress={showEnd}>
          {t("chat.new", { count: unseen })}
        </Button>
      )}
      <Announcer messages={state.messages} userId={state.userId} />
      <Writers state={state} />
      {canPost || !state.space ? (
        <WriteBox onPost={(text) => room.post(text)} onWriting={() => room.noteWriting()} />
      ) : (
        <p className="chat__read-only">{t("chat.readOnly")}</p>
      )}
    </div>
  );
}

/** Who else is writing. Its line is always there, so that nothing moves; a screen reader finds it, unasked. */
function Writers({ state }: { state: SpaceState }) {
  const { t } = useTranslation();
  const others = state.writing.filter((id) => id !== state.userId && state.people.has(id));
  const only = others.length === 1 ? state.people.get(others[0] ?? "") : undefined;
  return (
    <p className="chat__writing">
      {only ? t("chat.writingOne", { name: only.name }) : others.length > 0 && t("chat.writing", { count: others.length })}
    </p>
  );
}

interface MessageProps {
  message: ChatMessage;
  before: ChatMessage | undefined;
  isMine: boolean;
  schools: readonly SchoolInfo[];
  timezone: string;
}

/** Drawn again only when something of it changes, not whenever somebody writes, speaks or comes. */
const Message = memo(function Message({ message, before, isMine, schools, timezone }: MessageProps) {
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

  return (
    <>
      {isNewDay && (
        <li className="chat__day">
          {isSameDay(sentAt, new Date(), timezone) ? t("time.today") : dayAt(sentAt, timezone, locale)}
        </li>
      )}
      <li className="message" data-mine={isMine ? "" : undefined} data-continued={isContinued ? "" : undefined} data-school={placeOf(colour)}>
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
        <p className="message__text" dir="auto">
          {message.text}
        </p>
      </li>
    </>
  );
});

/** What I wrote and the server has not stored yet. */
function Pending({ message, room, isDown }: { message: PendingMessage; room: Room; isDown: boolean }) {
  const { t } = useTranslation();
  return (
    <li className="message" data-mine="" data-pending="">
      <p className="message__text" dir="auto">
        {message.text}
      </p>
      {message.state === "failed" ? (
        <div className="message__failed">
          <p role="alert">
            {t("chat.failed", { reason: wordsFor(t, "errors", message.failure ?? "", "errors.general") })}
          </p>
          <Button look="quiet" onPress={() => room.postAgain(message.clientId)}>
            {t("chat.again")}
          </Button>
          <Button look="quiet" onPress={() => room.discard(message.clientId)}>
            {t("chat.discard")}
          </Button>
        </div>
      ) : (
        <p className="message__state" data-late={isDown ? undefined : ""}>
          {isDown ? t("chat.waiting") : t("chat.sending")}
        </p>
      )}
    </li>
  );
}
