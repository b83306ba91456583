/** How a student answers: one tap where there is one answer, and what becomes of it. */
import { useId, useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../ui/button";
import type { PollInfo } from "../frames";
import { usePerson } from "../../person";
import type { Room } from "../room";
import type { SpaceState } from "../state";
import { SCALE } from "./counts";
import { keyOf } from "./known";
import { Results } from "./results";
import { useRequest } from "./use-request";

const WORDS = 3;
const WORD_LIMIT = 30;

interface AnswerFormProps {
  room: Room;
  state: SpaceState;
  poll: PollInfo;
}

export function AnswerForm({ room, state, poll }: AnswerFormProps) {
  const { t } = useTranslation();
  const person = usePerson();
  const mine = state.polls.mine.get(keyOf(poll.id, state.devices.acting));
  const { ask, isPending, failure } = useRequest(room);
  const isStudent = person.kind === "student";
  const mayAnswer = isStudent && poll.status === "open" && state.line === "joined" && state.grants.includes("chat:post");

  if (poll.status === "revealed") {
    return <Results poll={poll} state={state} mine={mine} />;
  }
  if (poll.status !== "open") {
    return (
      <>
        {mine && <MyAnswer poll={poll} picks={mine.picks} words={mine.words} />}
        <p role="status">{t(!isStudent ? "poll.wait" : mine ? "poll.sentWait" : "poll.closedWait")}</p>
      </>
    );
  }
  // Not disabled meanwhile: what is disabled loses the focus.
  const send = (answer: { picks?: number[]; words?: string[] }) =>
    !isPending && ask({ type: "poll.vote", poll_id: poll.id, picks: answer.picks ?? [], words: answer.words ?? [], as_id: null });
  const fields = { poll, isDisabled: !mayAnswer };
  return (
    <>
      <p className="soft">{t(`poll.how.${poll.kind}`)}</p>
      {(poll.kind === "single" || poll.kind === "scale") && (
        <OneTap key={state.devices.acting} {...fields} picked={mine?.picks[0]} onPick={(pick) => void send({ picks: [pick] })} />
      )}
      {poll.kind === "multiple" && <Several key={state.devices.acting} {...fields} sent={mine?.picks ?? []} onSend={(picks) => void send({ picks })} />}
      {poll.kind === "words" && <Words key={state.devices.acting} {...fields} sent={mine?.words ?? []} onSend={(words) => void send({ words })} />}
      <p className="poll__sent" role="status">
        {!isStudent
          ? t("poll.onlyStudents")
          : isPending
            ? t("poll.sending")
            : mine
              ? t("poll.sent")
              : mayAnswer || state.line !== "joined"
                ? ""
                : t("poll.held")}
      </p>
      <p className="field__error" role="alert">
        {failure}
      </p>
    </>
  );
}

interface FieldsProps {
  poll: PollInfo;
  isDisabled: boolean;
}

function OneTap({ poll, isDisabled, picked, onPick }: FieldsProps & { picked: number | undefined; onPick(pick: number): void }) {
  const { t } = useTranslation();
  const isScale = poll.kind === "scale";
  const choices = isScale ? SCALE.map((number) => [number, String(number)] as const) : poll.options.map((option, place) => [place, option] as const);
  const list = (
    <ul className={isScale ? "poll-scale" : "poll-choices"}>
      {choices.map(([pick, label]) => (
        <li key={pick}>
          <Button className="poll-choice" aria-pressed={pick === picked} isDisabled={isDisabled} onPress={() => onPick(pick)}>
            <Mark isOn={pick === picked} />
            <bdi>{label}</bdi>
            {isScale && pick === 1 && poll.low && <span className="visually-hidden">{poll.low}</span>}
            {isScale && pick === 5 && poll.high && <span className="visually-hidden">{poll.high}</span>}
            {pick === picked && <span className="visually-hidden">{t("poll.mine")}</span>}
          </Button>
        </li>
      ))}
    </ul>
  );
  return isScale ? (
    <div>
      {list}
      <p className="poll-scale__ends" aria-hidden="true">
        <bdi>{poll.low}</bdi>
        <bdi>{poll.high}</bdi>
      </p>
    </div>
  ) : (
    list
  );
}

function Several({ poll, isDisabled, sent, onSend }: FieldsProps & { sent: readonly number[]; onSend(picks: number[]): void }) {
  const { t } = useTranslation();
  const [picks, setPicks] = useState<readonly number[]>(sent);
  const toggle = (pick: number) => setPicks(picks.includes(pick) ? picks.filter((each) => each !== pick) : [...picks, pick]);
  return (
    <>
      <ul className="poll-choices">
        {poll.options.map((option, place) => (
          <li key={place}>
            <Button className="poll-choice" aria-pressed={picks.includes(place)} isDisabled={isDisabled} onPress={() => toggle(place)}>
              <Mark isOn={picks.includes(place)} isSquare />
              <bdi>{option}</bdi>
            </Button>
          </li>
        ))}
      </ul>
      <Button look="primary" isDisabled={isDisabled || picks.length === 0} onPress={() => onSend([...picks])}>
        {t(sent.length > 0 ? "poll.change" : "poll.send")}
      </Button>
    </>
  );
}

function Words({ poll, isDisabled, sent, onSend }: FieldsProps & { sent: readonly string[]; onSend(words: string[]): void }) {
  const { t } = useTranslation();
  const id = useId();
  const [words, setWords] = useState<readonly string[]>(Array.from({ length: WORDS }, (_, at) => sent[at] ?? ""));
  const written = words.map((word) => word.trim()).filter((word) => word !== "");

  function submit(event: FormEvent) {
    event.preventDefault();
    if (written.length > 0 && !isDisabled) onSend(written);
  }

  return (
    <form className="poll-words" onSubmit={submit} aria-label={poll.question}>
      {words.map((word, at) => (
        <div key={at}>
          <label className="visually-hidden" htmlFor={`${id}-${at}`}>
            {t("poll.word", { number: at + 1 })}
          </label>
          <input
            id={`${id}-${at}`}
            className="field__input"
            dir="auto"
            autoComplete="off"
            placeholder={t("poll.word", { number: at + 1 })}
            maxLength={WORD_LIMIT}
            value={word}
            onChange={(event) => setWords(words.map((each, place) => (place === at ? event.target.value : each)))}
          />
        </div>
      ))}
      <Button type="submit" look="primary" isDisabled={isDisabled || written.length === 0}>
        {t(sent.length > 0 ? "poll.change" : "poll.send")}
      </Button>
    </form>
  );
}

/** A dot or a tick: what is chosen is not told by colour alone. */
function Mark({ isOn, isSquare = false }: { isOn: boolean; isSquare?: boolean }) {
  return (
    <svg className="poll-mark" viewBox="0 0 24 24" aria-hidden="true">
      {isSquare ? <rect x="3" y="3" width="18" height="18" rx="3" /> : <circle cx="12" cy="12" r="9" />}
      {isOn && <path d="M7 12.5l3.5 3.5l6.5-8" />}
    </svg>
  );
}

function MyAnswer({ poll, picks, words }: { poll: PollInfo; picks: readonly number[]; words: readonly string[] }) {
  const { t } = useTranslation();
  const said = poll.kind === "words" ? words : picks.map((pick) => (poll.kind === "scale" ? String(pick) : (poll.options[pick] ?? "")));
  return (
    <p>
      <span className="soft">{t("poll.mine")}: </span>
      <bdi>{said.join(", ")}</bdi>
    </p>
  );
}
