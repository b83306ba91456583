/** What everyone should know of the lesson at this moment: a pause, a locked board, how much time is left. */
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { SpaceState } from "../state";
import { asClock, secondsLeft, wasSilenced, type LessonRoom } from "./known";
import "./lesson.css";

const NOTICE_MS = 10_000;

interface LessonStripProps {
  state: SpaceState;
  isStudent: boolean;
  isMicrophoneOn: boolean;
}

export function LessonStrip({ state, isStudent, isMicrophoneOn }: LessonStripProps) {
  const { t } = useTranslation();
  const { lesson } = state;
  const isSilenced = useSilenced(lesson, state.userId, isMicrophoneOn) && isStudent;
  const isInside = state.line === "joined";
  return (
    <div className="lesson-strip">
      <div role="status" className="lesson-strip__notices">
        {isInside && isStudent && lesson.phase === "held" && <p className="notice">{t("lesson.held")}</p>}
        {isInside && isStudent && lesson.phase !== "held" && lesson.board_locked && (
          <p className="notice">{t("lesson.boardLocked")}</p>
        )}
        {isInside && isSilenced && <p className="notice">{t("lesson.silenced")}</p>}
      </div>
      {lesson.step && (
        <p className="lesson-step" role="status">
          <span className="visually-hidden">{t("lesson.step")}</span> <strong dir="auto">{lesson.step.title}</strong>
        </p>
      )}
      {lesson.timer && <Countdown key={lesson.timer.ends_at} room={lesson} />}
    </div>
  );
}

function Countdown({ room }: { room: LessonRoom }) {
  const { t } = useTranslation();
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, []);
  const seconds = secondsLeft(room, now);
  if (seconds === undefined) return null;
  return (
    <p className="countdown" data-over={seconds === 0 ? "" : undefined}>
      {seconds === 0 ? (
        <span role="alert">{t("lesson.timeUp")}</span>
      ) : (
        <>
          <span>{t("lesson.timeLeft")}</span> <strong role="timer">{asClock(seconds)}</strong>
        </>
      )}
    </p>
  );
}

/** True for a while after this person's microphone was turned off for them. */
function useSilenced(room: LessonRoom, userId: string | undefined, isMicrophoneOn: boolean): boolean {
  const before = useRef(room);
  // The microphone may be off by the time the room says why.
  const wasOnAt = useRef(0);
  if (isMicrophoneOn) wasOnAt.current = Date.now();
  const [isShown, setShown] = useState(false);
  useEffect(() => {
    const happened = wasSilenced(before.current, room, userId) && Date.now() - wasOnAt.current < 3_000;
    before.current = room;
    if (!happened) return;
    setShown(true);
    const timer = setTimeout(() => setShown(false), NOTICE_MS);
    return () => clearTimeout(timer);
  }, [room, userId]);
  return isShown;
}
