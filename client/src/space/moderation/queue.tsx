/** Messages that wait for an adult, the oldest first, and how the chat of this space is read. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { wordsFor } from "../../i18n";
import { Avatar } from "../../ui/avatar";
import { Button } from "../../ui/button";
import { Question } from "../../ui/dialog";
import { SchoolShape } from "../../ui/school";
import { useRequest } from "../polls/use-request";
import type { Room } from "../room";
import { colourOf } from "../roster";
import type { SpaceState } from "../state";
import { marked, type ChatMode, type WaitingMessage } from "./known";

const MODES: readonly ChatMode[] = ["open", "filtered", "students_held", "all_held"];

export function Queue({ room, state }: { room: Room; state: SpaceState }) {
  const { t } = useTranslation();
  const { ask, isPending, failure } = useRequest(room);
  const [isOpen, setOpen] = useState(false);
  const { mode, queue, count, studentsWait } = state.moderation;
  if (!mode || state.space?.kind === "staff_room") return null;
  return (
    <section className="queue" aria-label={t("safeguarding.queue.label")}>
      <div className="queue__head">
        <select
          aria-label={t("safeguarding.mode.label")}
          className="field__input queue__mode"
          value={mode}
          disabled={isPending || state.line !== "joined"}
          onChange={(event) => void ask({ type: "chat.mode", mode: event.target.value as ChatMode })}
        >
          {MODES.map((each) => (
            <option key={each} value={each}>
              {t(`safeguarding.mode.${each}`)}
            </option>
          ))}
        </select>
        {count > 0 && (
          <Button look="primary" aria-haspopup="dialog" onPress={() => setOpen(true)}>
            {t("safeguarding.queue.waiting", { count })}
          </Button>
        )}
      </div>
      {studentsWait && mode === "filtered" && <p className="soft">{t("safeguarding.mode.alone")}</p>}
      <p role="status" className="visually-hidden">
        {count > 0 && t("safeguarding.queue.waiting", { count })}
      </p>
      {failure && (
        <p role="alert" className="queue__failure">
          {failure}
        </p>
      )}
      <Question
        isOpen={isOpen}
        title={t("safeguarding.queue.label")}
        onClose={() => setOpen(false)}
        actions={<Button onPress={() => setOpen(false)}>{t("safeguarding.report.done")}</Button>}
      >
        {queue.length === 0 && <p role="status">{t("safeguarding.queue.none")}</p>}
        <ul className="queue__list">
          {worryFirst(queue).map((message) => (
            <Waiting key={message.held_id} message={message} room={room} state={state} />
          ))}
        </ul>
      </Question>
    </section>
  );
}

/** Who may be in danger does not wait behind the others. */
function worryFirst(queue: readonly WaitingMessage[]): WaitingMessage[] {
  const rank = (message: WaitingMessage) => Number(!message.reasons.some(({ reason }) => reason === "worry"));
  return [...queue].sort((a, b) => rank(a) - rank(b));
}

function Waiting({ message, room, state }: { message: WaitingMessage; room: Room; state: SpaceState }) {
  const { t } = useTranslation();
  const { ask, isPending, failure } = useRequest(room);
  const { author, held_id } = message;
  const colour = colourOf(state.schools, author.school_id);
  const school = state.schools.find((each) => each.id === author.school_id)?.short_name;
  const reasons = [...new Set(message.reasons.map(({ reason }) => reason))];
  return (
    <li className="queue__message" data-worry={reasons.includes("worry") ? "" : undefined}>
      <p className="message__author">
        <Avatar person={author} colour={colour} size={28} />
        <SchoolShape colour={colour} />
        <bdi className="message__name">{author.name}</bdi>
        {school && <span className="soft">{school}</span>}
      </p>
      <p className="message__text" dir="auto">
        {marked(message.text, message.reasons).map((part, place) =>
          part.isMarked ? <mark key={place}>{part.text}</mark> : <span key={place}>{part.text}</span>,
        )}
      </p>
      <ul className="queue__reasons">
        {reasons.map((reason) => (
          <li key={reason}>{wordsFor(t, "safeguarding.held", reason, "safeguarding.held.mode")}</li>
        ))}
      </ul>
      <div className="queue__actions">
        <Button isPending={isPending} onPress={() => void ask({ type: "moderation.approve", held_id })}>
          {t("safeguarding.queue.approve")}
        </Button>
        <Button look="quiet" isPending={isPending} onPress={() => void ask({ type: "moderation.refuse", held_id })}>
          {t("safeguarding.queue.refuse")}
        </Button>
      </div>
      {failure && <p role="alert">{failure}</p>}
    </li>
  );
}
