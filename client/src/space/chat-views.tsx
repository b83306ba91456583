/** What stands in the chat's place for a while: a thread, a search, or who reacted. */
import { useEffect, useRef, useState, type FormEvent, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { ApiFailure } from "../api";
import { formatLocale, wordsFor } from "../i18n";
import { clockAt, dayAt } from "../time";
import { Avatar } from "../ui/avatar";
import { Button } from "../ui/button";
import { SchoolShape } from "../ui/school";
import { Skeleton } from "../ui/state";
import type { ChatView } from "./chat";
import { reactorsOf, searchMessages, threadOf } from "./chat-calls";
import type { ChatMessage } from "./frames";
import { Message, type MessageActions } from "./message";
import { ReactionDrawing } from "./reactions";
import { colourOf } from "./roster";
import type { SpaceState } from "./state";
import { version } from "./story";

interface ViewProps {
  spaceId: string;
  state: SpaceState;
  timezone: string;
  actions: MessageActions;
  onJump(message: ChatMessage): void;
  onClose(): void;
}

export default function ChatViews({ view, ...props }: ViewProps & { view: ChatView }) {
  const { t } = useTranslation();
  const titles = { search: t("chat.searchFor"), thread: t("chat.thread"), who: t("chat.who") };
  return (
    <section
      className="chat-view"
      aria-label={titles[view.kind]}
      onKeyDown={(event) => {
        if (event.key === "Escape") props.onClose();
      }}
    >
      <header className="chat-view__head">
        <Button look="quiet" autoFocus={view.kind !== "search"} onPress={props.onClose}>
          <svg className="flips" viewBox="0 0 24 24" width="20" height="20" aria-hidden="true">
            <path d="M15 5l-7 7l7 7" />
          </svg>
          {t("chat.back")}
        </Button>
        <h3>{titles[view.kind]}</h3>
      </header>
      {view.kind === "search" && <Search {...props} />}
      {view.kind === "thread" && <Thread {...props} messageId={view.messageId} />}
      {view.kind === "who" && <Who {...props} message={view.message} />}
    </section>
  );
}

/** A message and what answers it: what was stored before, and what comes while one looks. */
function Thread({ spaceId, state, timezone, actions, messageId }: ViewProps & { messageId: string }) {
  const stored = useFetched(() => threadOf(spaceId, messageId), [spaceId, messageId]);
  const end = useRef<HTMLDivElement>(null);
  const found = new Map<number, ChatMessage>((stored.data ?? []).map((message) => [message.seq, message]));
  const theirs = (message: ChatMessage) => message.id === messageId || message.reply_to === messageId;
  for (const message of [...state.aside.values(), ...state.messages].filter(theirs)) {
    const known = found.get(message.seq);
    if (!known || version(message) > version(known)) found.set(message.seq, message);
  }
  const messages = [...found.values()].sort((one, other) => one.seq - other.seq);
  const lastSeq = messages.at(-1)?.seq;
  useEffect(() => {
    void end.current?.scrollIntoView({ block: "nearest" });
  }, [lastSeq]);
  return (
    <div className="chat-view__body" tabIndex={0}>
      {messages.length === 0 && <Waiting error={stored.error} />}
      <ol className="chat__messages">
        {messages.map((message, index) => (
          <Message
            key={message.seq}
            message={message}
            before={messages[index - 1]}
            isMine={message.author.user_id === state.userId}
            schools={state.schools}
            timezone={timezone}
            actions={actions}
            isInThread
          />
        ))}
      </ol>
      <div ref={end} />
    </div>
  );
}

function Search({ spaceId, state, timezone, onJump }: ViewProps) {
  const { t, i18n } = useTranslation();
  const locale = formatLocale(i18n.language);
  const [words, setWords] = useState("");
  const [found, setFound] = useState<{ q: string; messages: readonly ChatMessage[]; next: number | null }>();
  const [error, setError] = useState<unknown>();
  const [isPending, setPending] = useState(false);

  async function look(q: string, before?: number) {
    setPending(true);
    setError(undefined);
    try {
      const page = await searchMessages(spaceId, q, before);
      const earlier = before === undefined ? [] : (found?.messages ?? []);
      setFound({ q, messages: [...earlier, ...page.messages], next: page.next });
    } catch (failure) {
      setError(failure);
    }
    setPending(false);
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    if (words.trim() !== "") void look(words.trim());
  }

  return (
    <div className="chat-view__body">
      <form className="chat-search" role="search" onSubmit={submit}>
        <input
          className="field__input chat-search__words"
          type="search"
          dir="auto"
          maxLength={200}
          autoFocus
          aria-label={t("chat.searchFor")}
          placeholder={t("chat.searchFor")}
          value={words}
          onChange={(event) => setWords(event.target.value)}
        />
        <Button type="submit" look="primary" isPending={isPending}>
          {t("chat.search")}
        </Button>
      </form>
      <div role="status">
        {error !== undefined && <Failure error={error} />}
        {found && found.messages.length === 0 && <p className="chat__empty">{t("chat.nothingFound")}</p>}
      </div>
      <ul className="chat-search__found">
        {found?.messages.map((message) => {
          const at = new Date(message.sent_at);
          return (
            <li key={message.id}>
              <Button look="quiet" className="chat-search__one" onPress={() => onJump(message)}>
                <span className="message__author">
                  <SchoolShape colour={colourOf(state.schools, message.author.school_id)} />
                  <bdi className="message__name">{message.author.name}</bdi>
                  <span className="message__time">
                    {dayAt(at, timezone, locale)}, {clockAt(at, timezone, locale)}
                  </span>
                </span>
                <span className="chat-search__text" dir="auto">
                  {message.text}
                </span>
              </Button>
            </li>
          );
        })}
      </ul>
      {found?.next != null && (
        <Button look="quiet" isPending={isPending} onPress={() => void look(found.q, found.next ?? undefined)}>
          {t("chat.older")}
        </Button>
      )}
    </div>
  );
}

function Who({ spaceId, state, message }: ViewProps & { message: ChatMessage }) {
  const { t } = useTranslation();
  const found = useFetched(() => reactorsOf(spaceId, message.id), [spaceId, message.id]);
  return (
    <div className="chat-view__body" tabIndex={0}>
      {!found.data && <Waiting error={found.error} />}
      <ul>
        {found.data?.map(({ kind, person }) => (
          <li key={`${kind} ${person.user_id}`} className="people__person">
            <ReactionDrawing kind={kind} />
            <span className="visually-hidden">{t(`chat.reaction.${kind}`)}</span>
            <Avatar person={person} colour={colourOf(state.schools, person.school_id)} size={28} />
            <bdi>{person.name}</bdi>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Waiting({ error }: { error: unknown }): ReactNode {
  return error === undefined ? <Skeleton blocks={["line", "line"]} /> : <Failure error={error} />;
}

function Failure({ error }: { error: unknown }) {
  const { t } = useTranslation();
  return <p role="alert">{wordsFor(t, "errors", error instanceof ApiFailure ? error.code : "network", "errors.general")}</p>;
}

function useFetched<T>(fetch: () => Promise<T>, when: readonly unknown[]): { data?: T; error?: unknown } {
  const [found, setFound] = useState<{ data?: T; error?: unknown }>({});
  useEffect(() => {
    let isWanted = true;
    fetch().then(
      (data) => isWanted && setFound({ data }),
      (error: unknown) => isWanted && setFound({ error }),
    );
    return () => void (isWanted = false);
  }, when);
  return found;
}
