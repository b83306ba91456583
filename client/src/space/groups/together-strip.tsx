/** The countdown before everyone is called back, and who speaks to all groups. */
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../ui/button";
import { asClock, type LessonRoom } from "../lesson/known";
import { useAsking } from "../lesson/use-lesson";
import { Picture } from "../live/picture";
import { saidAt, secondsToBack, type Said } from "./back";
import { hushed, stopSpeaking } from "./speak";
import type { TogetherProps } from "./together";
import "./together.css";

interface TogetherStripProps extends TogetherProps {
  /** What a screen reader says once. */
  onSay(words: string): void;
}

export default function TogetherStrip(props: TogetherStripProps) {
  const { t } = useTranslation();
  const { state } = props;
  return (
    <section className="together" aria-label={t("together.label")}>
      {state.lesson.call_back && <Back key={state.lesson.call_back.ends_at} {...props} />}
      {state.voice && <Voice key={state.voice.user_id} {...props} />}
    </section>
  );
}

function Back({ room, state, mayRun, onSay }: TogetherStripProps) {
  const { t } = useTranslation();
  const { ask, problem } = useAsking(room);
  const seconds = useSeconds(state.lesson);
  const said = useRef<Said>(undefined);
  const isDown = state.line !== "joined";
  said.current = saidAt(said.current, seconds);
  const spoken = said.current?.seconds ?? 0;
  useSaid(t("together.comesBack", { count: spoken }), onSay);
  return (
    <div className="together__line">
      <p>
        <span>{t("together.backIn")}</span>{" "}
        <strong role="timer" className="together__clock">
          {asClock(seconds)}
        </strong>
      </p>
      {mayRun && (
        <>
          <Button isDisabled={isDown} onPress={() => ask({ type: "groups.close" })}>
            {t("together.now")}
          </Button>
          <Button look="quiet" isDisabled={isDown} onPress={() => ask({ type: "groups.call_back", length_s: null })}>
            {t("together.stay")}
          </Button>
        </>
      )}
      {problem && <p role="alert">{t("together.problem")}</p>}
    </div>
  );
}

function useSeconds(lesson: LessonRoom): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 250);
    return () => clearInterval(timer);
  }, []);
  return secondsToBack(lesson, now) ?? 0;
}

function Voice({ room, state, media, onSay }: TogetherStripProps) {
  const { t } = useTranslation();
  const place = useRef<HTMLDivElement>(null);
  const [isSilenced, setSilenced] = useState(false);
  const { voice } = state;
  const isMine = voice !== undefined && voice.user_id === state.userId;
  const words = isMine ? t("together.youSpeak") : t("together.speaks", { name: voice?.name ?? "" });
  useSaid(words, onSay);

  const newest = useRef(media);
  newest.current = media;
  useEffect(() => {
    if (!isMine) return;
    return () => hushed(room, newest.current);
  }, [room, isMine]);

  // Whoever is in this room has a place among the others, and is heard there.
  const tile = media.state?.tiles.find((each) => each.userId === voice?.user_id && !state.people.has(each.userId));
  function hear() {
    setSilenced(false);
    void place.current?.querySelector("video")?.play().catch(() => setSilenced(true));
  }
  return (
    <div className="together__line" data-mine={isMine ? "" : undefined} ref={place}>
      <p className="together__voice">
        <svg className="flips" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
          <path d="M4 10v4h4l6 4V6L8 10H4ZM17.5 9a4 4 0 0 1 0 6M20 6.5a8 8 0 0 1 0 11" />
        </svg>
        <strong>{words}</strong>
      </p>
      {tile?.stream && <Picture stream={tile.stream} isHidden label={words} onSilenced={() => setSilenced(true)} />}
      {isSilenced && (
        <Button look="primary" onPress={hear}>
          {t("live.hear")}
        </Button>
      )}
      {isMine && <Button onPress={() => stopSpeaking(room, media)}>{t("together.stop")}</Button>}
    </div>
  );
}

/** Says words when they change, and takes them back with what they were about. */
function useSaid(words: string, onSay: (words: string) => void): void {
  useEffect(() => {
    onSay(words);
    return () => onSay("");
  }, [words, onSay]);
}
