/** For those who run lessons: making groups, opening them, and all of them at one look. */
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { formatLocale, wordsFor } from "../../i18n";
import { Button } from "../../ui/button";
import type { Media } from "../live/media";
import { newId } from "../room";
import type { Room } from "../room";
import type { SpaceState } from "../state";
import { useAsking, type Asking } from "../lesson/use-lesson";
import { arrangementOf, groupsFor, GROUPS_MAX, type Arrangement } from "./arrangement";
import { BACK_IN_S } from "./back";
import { GroupCard } from "./group-card";
import { SeatRow } from "./seat-row";
import { speakToAll, stopSpeaking } from "./speak";
import "./groups.css";

interface GroupsPanelProps {
  room: Room;
  state: SpaceState;
  media: Media;
  /** The page goes into a group, or back into the space. */
  onGoIn(): void;
}

export default function GroupsPanel({ room, state, media, onGoIn }: GroupsPanelProps) {
  const { t, i18n } = useTranslation();
  const asking = useAsking(room);
  const { problem } = asking;
  const [isMoving, setMoving] = useState(false);
  const all = arrangementOf(state, formatLocale(i18n.language));
  const { isOpen, tables, waiting } = all;
  const isDown = state.line !== "joined";
  const canMove = !isOpen || isMoving;
  const root = state.groups.told?.root_id;
  const goIn = (spaceId: string) => {
    room.moveTo(spaceId);
    onGoIn();
  };

  return (
    <div className="groups">
      {tables.length > 0 && (
        <div className="groups__bar">
          <p className="groups__state" role="status">
            {t(isOpen ? "overview.isOpen" : "overview.isClosed", { count: tables.length })}
          </p>
          {isOpen ? (
            <>
              <CallBack asking={asking} isDown={isDown} />
              <Button isDisabled={isDown} aria-pressed={isMoving} onPress={() => setMoving(!isMoving)}>
                {t(isMoving ? "overview.movingDone" : "overview.moving")}
              </Button>
            </>
          ) : (
            <Button look="primary" isDisabled={isDown} onPress={() => asking.ask({ type: "groups.open" })}>
              {t("overview.open")}
            </Button>
          )}
        </div>
      )}
      {problem && (
        <p role="alert" className="groups__problem">
          {wordsFor(t, "overview.problem", problem, "overview.problem.general")}
        </p>
      )}
      {tables.length === 0 && <Make asking={asking} all={all} isDown={isDown} isFirst />}
      {isOpen && <Announce room={room} isDown={isDown} />}
      {isOpen && <SpeakToAll room={room} state={state} media={media} isDown={isDown} />}
      {tables.length > 0 && waiting.length > 0 && (
        <section className="groups__waiting" aria-labelledby="groups-waiting">
          <h3 id="groups-waiting">{t("overview.waiting", { count: waiting.length })}</h3>
          <ul>
            {waiting.map((seat) => (
              <SeatRow key={seat.person.user_id} seat={seat} groupId={null} tables={tables} state={state} canMove asking={asking} isDown={isDown} />
            ))}
          </ul>
        </section>
      )}
      {tables.length > 0 && (
        <ul className="groups__cards" aria-label={t("overview.all")}>
          {tables.map((table) => (
            <li key={table.group.id}>
              <GroupCard
                table={table} tables={tables} state={state} isOpen={isOpen} canMove={canMove} asking={asking} isDown={isDown}
                isThere={state.at === table.group.id} onGoIn={() => goIn(table.group.id)}
              />
            </li>
          ))}
        </ul>
      )}
      {root !== undefined && state.at !== root && (
        <p>
          <Button onPress={() => room.moveTo(root)}>{t("groups.toEveryone")}</Button>
        </p>
      )}
      {tables.length > 0 && (isOpen ? <p className="soft">{t("overview.closeFirst")}</p> : <Make asking={asking} all={all} isDown={isDown} />)}
    </div>
  );
}

interface MakeProps {
  asking: Asking;
  all: Arrangement;
  isDown: boolean;
  /** There are no groups yet. */
  isFirst?: boolean;
}

/** How many, and how: mixed by the server, or empty, to be filled by hand. */
function Make({ asking: { ask }, all, isDown, isFirst = false }: MakeProps) {
  const { t } = useTranslation();
  const [chosen, setCount] = useState<number>();
  const count = chosen ?? (all.tables.length || groupsFor(all.students));
  const hasNobody = all.students === 0;
  const empty = () => ask({ type: "groups.arrange", groups: Array.from({ length: count }, () => []) });
  return (
    <section className="groups__make" aria-label={t(isFirst ? "overview.make" : "overview.makeNew")}>
      <h3>{t(isFirst ? "overview.make" : "overview.makeNew")}</h3>
      {isFirst && <p className="soft">{t("overview.intro")}</p>}
      <div className="groups__how">
        <label className="groups__count">
          <span>{t("overview.howMany")}</span>
          <select className="field__input" value={count} onChange={(event) => setCount(Number(event.target.value))}>
            {Array.from({ length: GROUPS_MAX }, (_, place) => (
              <option key={place} value={place + 1}>
                {place + 1}
              </option>
            ))}
          </select>
        </label>
        <Button look={isFirst ? "primary" : "secondary"} isDisabled={isDown || hasNobody} onPress={() => ask({ type: "groups.mix", count })}>
          {t("overview.mix")}
        </Button>
        <Button look="quiet" isDisabled={isDown} onPress={empty}>
          {t("overview.byHand")}
        </Button>
      </div>
      <p className="soft" role="status">
        {hasNobody ? t("overview.nobody") : t("overview.students", { count: all.students })}
      </p>
    </section>
  );
}

/** Everyone comes back: now, or in a while, which all see. */
function CallBack({ asking: { ask }, isDown }: Pick<MakeProps, "asking" | "isDown">) {
  const { t } = useTranslation();
  const [seconds, setSeconds] = useState(0);
  return (
    <>
      <label className="groups__count">
        <span className="visually-hidden">{t("overview.when.label")}</span>
        <select className="field__input" value={seconds} onChange={(event) => setSeconds(Number(event.target.value))}>
          {BACK_IN_S.map((each) => (
            <option key={each} value={each}>
              {t(`overview.when.${each}`)}
            </option>
          ))}
        </select>
      </label>
      <Button
        look="primary" isDisabled={isDown}
        onPress={() => ask(seconds === 0 ? { type: "groups.close" } : { type: "groups.call_back", length_s: seconds })}
      >
        {t("overview.callBack")}
      </Button>
    </>
  );
}

/** One's own voice in every group. That it is on, and the way to end it, stands above everything (`TogetherStrip`). */
function SpeakToAll({ room, state, media, isDown }: Pick<GroupsPanelProps, "room" | "state" | "media"> & { isDown: boolean }) {
  const { t } = useTranslation();
  const [isAsking, setAsking] = useState(false);
  const [problem, setProblem] = useState<string>();
  const { voice } = state;
  const isMine = voice !== undefined && voice.user_id === state.userId;
  const isPaused = state.lesson.phase === "held" || state.lesson.phase === "lobby";
  async function speak() {
    setAsking(true);
    setProblem(await speakToAll(room, media));
    setAsking(false);
  }
  return (
    <div className="groups__voice">
      <Button
        aria-pressed={isMine} isDisabled={isDown || isAsking || (isPaused && !isMine)}
        onPress={() => (isMine ? stopSpeaking(room, media) : void speak())}
      >
        {t("overview.speak")}
      </Button>
      {voice && !isMine && <p className="soft">{t("overview.takeOver", { name: voice.name })}</p>}
      {problem && <p role="alert">{wordsFor(t, "overview.voiceProblem", problem, "overview.voiceProblem.general")}</p>}
    </div>
  );
}

/** Words for the chat of the space and of every group. */
function Announce({ room, isDown }: { room: Room; isDown: boolean }) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  // The same words that were not answered are the same announcement when they are sent again.
  const [id, setId] = useState(newId);
  const [state, setState] = useState<"" | "sending" | "said" | "failed">("");
  async function say(event: FormEvent) {
    event.preventDefault();
    if (text.trim() === "" || state === "sending") return;
    setState("sending");
    try {
      await room.channel.request({ type: "groups.announce", client_id: id, text: text.trim() });
      setText("");
      setId(newId());
      setState("said");
    } catch {
      setState("failed");
    }
  }
  return (
    <form className="groups__announce" onSubmit={(event) => void say(event)}>
      <label>
        <span>{t("overview.announce")}</span>
        <input
          className="field__input" maxLength={500} dir="auto" value={text}
          onChange={(event) => {
            setText(event.target.value);
            setState("");
          }}
        />
      </label>
      <Button type="submit" isDisabled={isDown || state === "sending"}>
        {t("overview.say")}
      </Button>
      <p role="status">{state === "said" && t("overview.said")}</p>
      {state === "failed" && <p role="alert">{t("overview.problem.general")}</p>}
    </form>
  );
}
