/** The teacher's bar: the life of the lesson and what is needed all the time, in one place on every size. */
import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { DialogTrigger, Dialog } from "react-aria-components/Dialog";
import { Menu, MenuItem, MenuTrigger } from "react-aria-components/Menu";
import { Popover } from "react-aria-components/Popover";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { client, take } from "../../api";
import { wordsFor } from "../../i18n";
import { Avatar } from "../../ui/avatar";
import { Button } from "../../ui/button";
import { useNow } from "../../ui/clocks";
import { Question } from "../../ui/dialog";
import { everyone } from "../groups/going";
import { InGroup } from "../groups/moving";
import type { Room } from "../room";
import { colourOf } from "../roster";
import type { SpaceState } from "../state";
import { inLine } from "./known";
import { useAsking, type Asking } from "./use-lesson";
import "./teacher-bar.css";

const TIMERS_MIN = [1, 2, 5, 10, 15] as const;
const HOURS_EVERY_MS = 60_000;
const LOCKS = ["board", "microphones", "cameras"] as const;

interface TeacherBarProps {
  room: Room;
  state: SpaceState;
  /** More tools, after those of the lesson. */
  children?: ReactNode;
}

export function TeacherBar({ room, state, children }: TeacherBarProps) {
  const { t } = useTranslation();
  const asking = useAsking(room);
  const isDown = state.line !== "joined";
  return (
    <div className="teacher-bar" role="region" aria-label={t("running.bar")}>
      <Life asking={asking} state={state} isDown={isDown} />
      <span className="teacher-bar__tools">
        <Hands asking={asking} state={state} isDown={isDown} />
        <Button isDisabled={isDown} onPress={() => asking.ask({ type: "mute.all" })}>
          {t("running.muteAll")}
        </Button>
        <Locks asking={asking} state={state} isDown={isDown} />
        <Timer asking={asking} state={state} isDown={isDown} />
        {children}
      </span>
      {state.root && state.lesson.phase !== "open" && <ClosedToOurs spaceId={state.root.id} />}
      {asking.problem && (
        <p role="alert" className="teacher-bar__problem">
          {wordsFor(t, "running.problem", asking.problem, "running.problem.general")}
        </p>
      )}
    </div>
  );
}

interface PartProps {
  asking: Asking;
  state: SpaceState;
  isDown: boolean;
}

/** Whoever begins a lesson outside school hours is told that their own students cannot come, and where to change it. */
function ClosedToOurs({ spaceId }: { spaceId: string }) {
  const { t } = useTranslation();
  const { data } = useQuery({
    queryKey: ["space-hours", spaceId],
    queryFn: () => take(client.GET("/api/spaces/{space_id}/hours", { params: { path: { space_id: spaceId } } })),
    refetchInterval: HOURS_EVERY_MS,
    retry: false,
  });
  if (!data || data.open_now || !data.may_open) return null;
  return (
    <p role="status" className="teacher-bar__notice">
      {t("running.closed")} <Link href={`/spaces/${spaceId}/record`}>{t("running.openForOurs")}</Link>
    </p>
  );
}

/** Start, pause and end. What is likeliest next is the one primary button. */
function Life({ asking: { ask }, state, isDown }: PartProps) {
  const { t } = useTranslation();
  const [isEnding, setEnding] = useState(false);
  const { phase, lesson } = state.lesson;
  const end = () => {
    setEnding(false);
    ask({ type: "lesson.end" });
  };
  return (
    <span className="teacher-bar__life">
      <span className="teacher-bar__phase" role="status">
        <span className="teacher-bar__mark" data-phase={phase} aria-hidden="true" />
        {t(`running.phase.${phase}`)}
        {lesson && phase !== "lobby" && <Left endsAt={lesson.ends_at} skewMs={state.lesson.skewMs} />}
      </span>
      {phase === "open" && (
        <>
          <Button look="primary" isDisabled={isDown} onPress={() => ask({ type: "lesson.start", lesson_id: null })}>
            {t("running.start")}
          </Button>
          <Button isDisabled={isDown} onPress={() => ask({ type: "lesson.lobby", lesson_id: null })}>
            {t("running.lobby")}
          </Button>
        </>
      )}
      {phase === "lobby" && (
        <>
          <Button look="primary" isDisabled={isDown} onPress={() => ask({ type: "lesson.start", lesson_id: null })}>
            {t("running.start")}
          </Button>
          <Button isDisabled={isDown} onPress={end}>
            {t("running.closeLobby")}
          </Button>
        </>
      )}
      {phase === "live" && (
        <Button isDisabled={isDown} onPress={() => ask({ type: "lesson.hold" })}>
          {t("running.hold")}
        </Button>
      )}
      {phase === "held" && (
        <Button look="primary" isDisabled={isDown} onPress={() => ask({ type: "lesson.resume" })}>
          {t("running.resume")}
        </Button>
      )}
      {(phase === "live" || phase === "held") && (
        <Button isDisabled={isDown} onPress={() => setEnding(true)}>
          {t("running.end")}
        </Button>
      )}
      <Question
        isOpen={isEnding}
        title={t("running.endTitle")}
        onClose={() => setEnding(false)}
        actions={
          <>
            <Button onPress={() => setEnding(false)}>{t("app.cancel")}</Button>
            <Button look="danger" onPress={end}>
              {t("running.endNow")}
            </Button>
          </>
        }
      >
        <p>{t("running.endText")}</p>
      </Question>
    </span>
  );
}

/** How long the lesson still has, as planned. */
function Left({ endsAt, skewMs }: { endsAt: string; skewMs: number }) {
  const { t } = useTranslation();
  const now = useNow();
  const minutes = Math.ceil((Date.parse(endsAt) - now.getTime() - skewMs) / 60_000);
  return <span className="soft teacher-bar__left">{minutes > 0 ? t("running.left", { count: minutes }) : t("running.over", { count: 1 - minutes })}</span>;
}

function Locks({ asking: { ask }, state, isDown }: PartProps) {
  const { t } = useTranslation();
  const isLocked = {
    board: state.lesson.board_locked,
    microphones: state.lesson.microphones_off,
    cameras: state.lesson.cameras_off,
  };
  const locked = LOCKS.filter((lock) => isLocked[lock]);
  return (
    <MenuTrigger>
      <Button isDisabled={isDown} className={locked.length > 0 ? "teacher-bar__on" : ""}>
        {locked.length > 0 ? t("running.locked", { count: locked.length }) : t("running.lock")}
      </Button>
      <Popover className="menu">
        <Menu className="menu__items" aria-label={t("running.lock")} selectionMode="multiple" selectedKeys={locked}>
          {LOCKS.map((lock) => (
            <MenuItem
              key={lock}
              id={lock}
              className="menu__item"
              onAction={() => ask({ type: "room.lock", lock, on: !isLocked[lock] })}
            >
              <span className="teacher-bar__check" aria-hidden="true" data-on={isLocked[lock] ? "" : undefined} />
              {t(`running.locks.${lock}`)}
            </MenuItem>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}

function Hands({ asking: { ask }, state, isDown }: PartProps) {
  const { t } = useTranslation();
  // Those in groups, too: their hands are up for every adult of the space.
  const line = inLine(state.lesson, everyone(state));
  return (
    <DialogTrigger>
      <Button isDisabled={isDown} className={line.length > 0 ? "teacher-bar__on" : ""}>
        {t("running.hands", { count: line.length })}
      </Button>
      <Popover className="menu">
        <Dialog className="hands" aria-label={t("running.handsTitle")}>
          {line.length === 0 ? (
            <p className="soft">{t("running.noHands")}</p>
          ) : (
            <>
              <ol className="hands__line">
                {line.map((person, place) => (
                  <li key={person.user_id}>
                    <span className="hands__place">{place + 1}</span>
                    <Avatar person={person} colour={colourOf(state.schools, person.school_id)} size={32} />
                    <span className="hands__name">
                      <bdi>{person.name}</bdi>
                      <span className="soft">{state.schools.find((each) => each.id === person.school_id)?.short_name}</span>
                      <InGroup state={state} userId={person.user_id} />
                    </span>
                    <Button look="quiet" onPress={() => ask({ type: "hand.lower", user_id: person.user_id })}>
                      {t("running.lower")}
                      <span className="visually-hidden">{person.name}</span>
                    </Button>
                  </li>
                ))}
              </ol>
              <Button onPress={() => ask({ type: "hand.lower_all" })}>{t("running.lowerAll")}</Button>
            </>
          )}
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}

function Timer({ asking: { ask }, state, isDown }: PartProps) {
  const { t } = useTranslation();
  return (
    <MenuTrigger>
      <Button isDisabled={isDown} className={state.lesson.timer ? "teacher-bar__on" : ""}>
        {t("running.timer")}
      </Button>
      <Popover className="menu">
        <Menu className="menu__items" aria-label={t("running.timer")}>
          {TIMERS_MIN.map((minutes) => (
            <MenuItem
              key={minutes}
              id={minutes}
              className="menu__item"
              onAction={() => ask({ type: "timer.set", length_s: minutes * 60 })}
            >
              {t("running.minutes", { count: minutes })}
            </MenuItem>
          ))}
          {state.lesson.timer ? (
            <MenuItem id="stop" className="menu__item" onAction={() => ask({ type: "timer.set", length_s: null })}>
              {t("running.timerStop")}
            </MenuItem>
          ) : null}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
