/** The chat of the space: what was said, what became of it, and a place to write. */
import { lazy, Suspense, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { pageWith, wordsFor } from "../i18n";
import { Button } from "../ui/button";
import { Skeleton } from "../ui/state";
import { ChatTop } from "./moderation/chat-top";
import { HeldMessage } from "./moderation/held-message";
import { Announcer } from "./announcer";
import { codeOf } from "./connection";
import { isAtThisDevice } from "./devices/known";
import type { ChatMessage } from "./frames";
import { elementOf, Message } from "./message";
import { moveBetween, tabStopOf } from "./message-keys";
import type { MessageItems } from "./message-menu";
import type { Room } from "./room";
import type { PendingMessage, SpaceState } from "./state";
import { pinnedOf } from "./story";
import { useMessageActions, type Doing } from "./use-message-actions";
import { WriteBox } from "./write-box";

const NEAR_END_PX = 80;
/** So many parts of older messages are fetched to show one of them in its place. */
const JUMP_PARTS = 25;

/** What stands in the chat's place for a while. */
export type ChatView = { kind: "search" } | { kind: "thread"; messageId: string } | { kind: "who"; message: ChatMessage };

const ChatViews = lazy(() => import("./chat-views"));
const Pinned = lazy(() => import("./chat-pins"));
const DraftTranslation = lazy(() => pageWith(["records/words"], () => import("./translation/draft-translation")));
const AskDelete = lazy(() => import("./ask-delete"));

interface ChatProps {
  room: Room;
  state: SpaceState;
  timezone: string;
  isStaff?: boolean;
  /** What is being written, kept for when this room is come back to. */
  draft: { current: string };
  /** What other parts of the space offer to do with a message: the same function each time. */
  items?: MessageItems;
}

export function Chat({ room, state, timezone, isStaff = false, draft, items }: ChatProps) {
  const { t } = useTranslation();
  const [view, setView] = useState<ChatView>();
  const [writing, setWriting] = useState<{ kind: "reply" | "edit"; message: ChatMessage }>();
  const [deleting, setDeleting] = useState<ChatMessage>();
  const [translating, setTranslating] = useState<{ text: string; put(text: string): void }>();
  const [problem, setProblem] = useState("");
  const [jumpTo, setJumpTo] = useState<string>();
  const canPost = state.grants.includes("chat:post");

  const ask = useCallback((doing: () => Promise<unknown>) => {
    setProblem("");
    doing().catch((error: unknown) => setProblem(codeOf(error)));
  }, []);
  const doing = useMemo<Doing>(
    () => ({
      reply: (message) => setWriting({ kind: "reply", message }),
      edit: (message) => setWriting({ kind: "edit", message }),
      remove: setDeleting,
      showReactors: (message) => setView({ kind: "who", message }),
      openThread: (messageId) => setView({ kind: "thread", messageId }),
      ask,
    }),
    [ask],
  );
  const actions = useMessageActions(room, state, isStaff, doing, items);
  const pinned = useMemo(() => pinnedOf({ messages: state.messages, aside: state.aside }), [state.messages, state.aside]);

  function send(text: string) {
    const { kind, message } = writing ?? {};
    setWriting(undefined);
    setProblem("");
    if (kind === "edit" && message) ask(() => room.channel.request({ type: "chat.edit", message_id: message.id, text, as_id: null }));
    else {
      draft.current = "";
      room.post(text, message?.id ?? (view?.kind === "thread" ? view.messageId : undefined));
    }
  }

  /** Show a message in its place; one that is too far back is shown with what answers it. */
  async function jump(message: ChatMessage) {
    setProblem("");
    try {
      for (let part = 0; part < JUMP_PARTS && message.seq <= room.getSnapshot().fromSeq; part += 1) {
        if (!(await room.loadOlder())) break;
      }
    } catch {
      return setProblem("network");
    }
    if (message.seq <= room.getSnapshot().fromSeq) return setView({ kind: "thread", messageId: message.reply_to ?? message.id });
    setView(undefined);
    setJumpTo(elementOf(message));
  }

  return (
    <div className="chat">
      <ChatTop room={room} state={state} />
      {pinned.length > 0 && !view && (
        <Suspense fallback={null}>
          <Pinned messages={pinned} onOpen={(message) => void jump(message)} />
        </Suspense>
      )}
      {view && (
        <Suspense fallback={<Skeleton blocks={["line", "line"]} />}>
          <ChatViews
            key={view.kind === "thread" ? view.messageId : view.kind}
            view={view}
            spaceId={state.space?.id ?? ""}
            state={state}
            timezone={timezone}
            actions={actions}
            onJump={(message) => void jump(message)}
            onClose={() => setView(undefined)}
          />
        </Suspense>
      )}
      <MessageList room={room} state={state} timezone={timezone} actions={actions} isHidden={view !== undefined} jumpTo={jumpTo} onJumped={() => setJumpTo(undefined)} onSearch={() => setView({ kind: "search" })} />
      <Announcer messages={state.messages} userId={state.userId} />
      <p className="chat__problem" role="alert">
        {problem && t("chat.notDone", { reason: wordsFor(t, "errors", problem, "errors.general") })}
      </p>
      <Writers state={state} />
      {canPost || !state.space ? (
        view?.kind !== "search" &&
        view?.kind !== "who" && (
          <WriteBox
            key={writing?.kind === "edit" ? writing.message.id : "new"}
            start={writing?.kind === "edit" ? writing.message.text : draft.current}
            about={writing}
            onDraft={(text) => {
              if (writing?.kind !== "edit") draft.current = text;
            }}
            onCancel={() => setWriting(undefined)}
            onPost={send}
            onWriting={() => room.noteWriting()}
            // At a shared device the words may be somebody else's than the one's who signed in.
            onTranslate={
              state.translates && !state.devices.mine && writing?.kind !== "edit" ? (text, put) => setTranslating({ text, put }) : undefined
            }
          />
        )
      ) : (
        <p className="chat__read-only">{t("chat.readOnly")}</p>
      )}
      {translating && (
        <Suspense fallback={null}>
          <DraftTranslation
            spaceId={state.at}
            text={translating.text}
            onClose={() => setTranslating(undefined)}
            onUse={(text) => {
              translating.put(text);
              setTranslating(undefined);
            }}
          />
        </Suspense>
      )}
      {deleting && (
        <Suspense fallback={null}>
          <AskDelete
            message={deleting}
            onClose={() => setDeleting(undefined)}
            onDelete={() => {
              setDeleting(undefined);
              ask(() => room.channel.request({ type: "chat.delete", message_id: deleting.id, as_id: null }));
            }}
          />
        </Suspense>
      )}
    </div>
  );
}

interface MessageListProps {
  room: Room;
  state: SpaceState;
  timezone: string;
  actions: ReturnType<typeof useMessageActions>;
  isHidden: boolean;
  /** The element of the message to show. */
  jumpTo: string | undefined;
  onJumped(): void;
  onSearch(): void;
}

function MessageList({ room, state, timezone, actions, isHidden, jumpTo, onJumped, onSearch }: MessageListProps) {
  const { t } = useTranslation();
  const list = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const [unseen, setUnseen] = useState(0);
  const [isFetching, setFetching] = useState(false);
  const last = state.messages.at(-1);
  const lastSeq = last?.seq ?? 0;
  const shownSeq = useRef(lastSeq);
  const height = useRef(0);
  const count = state.messages.length;
  const pendingCount = state.pending.length;
  const [byId, answers] = useMemo(() => threadsOf(state.messages), [state.messages]);
  const tabStop = tabStopOf(state.messages, actions);

  useLayoutEffect(() => {
    const box = list.current;
    const isMine = last !== undefined && isAtThisDevice(state, last.author.user_id);
    if (box && (isAtEnd.current || isMine)) box.scrollTop = box.scrollHeight;
    else setUnseen((before) => before + state.messages.filter(({ seq }) => seq > shownSeq.current).length);
    shownSeq.current = lastSeq;
    // Only a message more moves the list; a change of anything else must not.
  }, [lastSeq, pendingCount]);

  // What becomes of a message may make it taller: the end stays in view.
  useLayoutEffect(() => {
    const box = list.current;
    if (box && isAtEnd.current) box.scrollTop = box.scrollHeight;
  }, [state.messages]);

  // Older messages come in above: what is being read stays where it is.
  useLayoutEffect(() => {
    const box = list.current;
    if (box && !isAtEnd.current && height.current > 0) box.scrollTop += box.scrollHeight - height.current;
    height.current = 0;
  }, [state.fromSeq]);

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

  useEffect(() => {
    const element = jumpTo && !isHidden ? document.getElementById(jumpTo) : null;
    if (!element) return;
    isAtEnd.current = false;
    element.scrollIntoView({ block: "center" });
    element.focus({ preventScroll: true });
    onJumped();
  }, [jumpTo, isHidden, count, onJumped]);

  function showEnd() {
    const box = list.current;
    if (box) box.scrollTop = box.scrollHeight;
    setUnseen(0);
  }

  async function showOlder() {
    setFetching(true);
    isAtEnd.current = false;
    height.current = list.current?.scrollHeight ?? 0;
    await room.loadOlder().catch(() => undefined);
    setFetching(false);
  }

  return (
    <>
      <div
        className="chat__list"
        ref={list}
        tabIndex={0}
        role="region"
        aria-label={t("chat.messages")}
        hidden={isHidden}
        onKeyDownCapture={moveBetween}
        onScroll={({ currentTarget: box }) => {
          if (box.clientHeight === 0) return;
          isAtEnd.current = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_END_PX;
          if (isAtEnd.current && unseen > 0) setUnseen(0);
        }}
      >
        {!state.space && <Skeleton blocks={["line", "line", "line"]} />}
        {state.space && count > 0 && (
          <div className="chat__top">
            {state.hasOlder && (
              <Button look="quiet" isPending={isFetching} onPress={() => void showOlder()}>
                {t("chat.older")}
              </Button>
            )}
            <Button look="quiet" onPress={onSearch}>
              {t("chat.search")}
            </Button>
          </div>
        )}
        {state.space && count === 0 && pendingCount === 0 && <p className="chat__empty">{t("chat.empty")}</p>}
        <ol className="chat__messages">
          {state.messages.map((message, index) => (
            <Message
              key={message.seq}
              message={message}
              before={state.messages[index - 1]}
              answered={message.reply_to ? byId.get(message.reply_to) : undefined}
              answers={answers.get(message.id)}
              isMine={!state.devices.mine && message.author.user_id === state.userId}
              schools={state.schools}
              timezone={timezone}
              actions={actions}
              isTabStop={message.id === tabStop}
            />
          ))}
          {state.pending.map((message) => (
            <Pending key={message.clientId} message={message} room={room} isDown={state.line !== "joined"} />
          ))}
        </ol>
      </div>
      {unseen > 0 && !isHidden && (
        <Button className="chat__news" look="primary" onPress={showEnd}>
          {t("chat.new", { count: unseen })}
        </Button>
      )}
    </>
  );
}

/** The messages by id, and how many answer each. */
function threadsOf(messages: readonly ChatMessage[]): [ReadonlyMap<string, ChatMessage>, ReadonlyMap<string, number>] {
  const byId = new Map<string, ChatMessage>();
  const answers = new Map<string, number>();
  for (const message of messages) {
    byId.set(message.id, message);
    if (message.reply_to && !message.deleted) answers.set(message.reply_to, (answers.get(message.reply_to) ?? 0) + 1);
  }
  return [byId, answers];
}

/** Who else is writing. Its line is always there, so that nothing moves; a screen reader finds it, unasked. */
function Writers({ state }: { state: SpaceState }) {
  const { t } = useTranslation();
  const others = state.writing.filter((id) => !isAtThisDevice(state, id) && state.people.has(id));
  const only = others.length === 1 ? state.people.get(others[0] ?? "") : undefined;
  return (
    <p className="chat__writing">
      {only ? t("chat.writingOne", { name: only.name }) : others.length > 0 && t("chat.writing", { count: others.length })}
    </p>
  );
}

/** What I wrote and the server has not stored yet. */
function Pending({ message, room, isDown }: { message: PendingMessage; room: Room; isDown: boolean }) {
  const { t } = useTranslation();
  return (
    <li className="message" data-mine="" data-pending="">
      <p className="message__text message__words" dir="auto">
        {message.text}
      </p>
      {message.state === "held" || message.state === "refused" ? (
        <HeldMessage message={message} room={room} />
      ) : message.state === "failed" ? (
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
