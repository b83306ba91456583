import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ChatMessage } from "./frames";

/** New messages are gathered this long, so that a lively room is not read out word by word. */
const GATHER_MS = 2_500;

/** Tells a screen reader of new messages: one is read, several are counted. My own are not news. */
export function Announcer({ messages, userId }: { messages: readonly ChatMessage[]; userId: string | undefined }) {
  const { t } = useTranslation();
  const toldSeq = useRef<number | undefined>(undefined);
  const [words, setWords] = useState("");
  const lastSeq = messages.at(-1)?.seq ?? 0;

  useEffect(() => {
    // What was there when the page opened is not new.
    if (toldSeq.current === undefined) {
      if (userId) toldSeq.current = lastSeq;
      return;
    }
    const timer = setTimeout(() => {
      const news = messages.filter(
        (message) => message.seq > (toldSeq.current ?? 0) && message.author.user_id !== userId && !message.deleted &&
          // Told at once, by the announcement itself.
          !message.announced,
      );
      toldSeq.current = lastSeq;
      const only = news[0];
      if (!only) return;
      setWords(
        news.length === 1
          ? t("chat.newOne", { name: only.author.name, text: only.text })
          : t("chat.new", { count: news.length }),
      );
    }, GATHER_MS);
    return () => clearTimeout(timer);
  }, [lastSeq, messages, t, userId]);

  return (
    <div className="visually-hidden" aria-live="polite">
      {words}
    </div>
  );
}
