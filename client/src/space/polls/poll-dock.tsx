/**
 * Where polls stand in a space: beside the chat, or as a sheet over what is at hand on a narrow page.
 *
 * Only this is there from the beginning; the card comes with the first poll.
 */
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { PollInfo } from "../frames";
import type { Room } from "../room";
import type { SpaceState } from "../state";
import { currentOf, type Polls } from "./known";

const PollCard = lazy(() => import("./poll-card"));

export function PollDock({ room, state }: { room: Room; state: SpaceState }) {
  const current = currentOf(state.polls);
  const runsRoom = state.grants.includes("space:moderate");
  const isShown = current !== undefined || (runsRoom && state.polls.polls.some((poll) => poll.status === "draft"));
  return (
    <>
      <PollNews polls={state.polls} />
      {isShown && (
        <Suspense fallback={null}>
          <PollCard room={room} state={state} current={current} />
        </Suspense>
      )}
    </>
  );
}

/** Tells a screen reader that something is asked, closed or shown. */
function PollNews({ polls }: { polls: Polls }) {
  const { t } = useTranslation();
  const [words, setWords] = useState("");
  const told = useRef<ReadonlyMap<string, string>>(new Map());

  useEffect(() => {
    const before = told.current;
    told.current = new Map(polls.polls.map((poll) => [poll.id, poll.status]));
    const isNews = (poll: PollInfo) =>
      poll.status !== "draft" && !polls.old.has(poll.id) && before.get(poll.id) !== poll.status;
    const news = polls.polls.filter(isNews).at(-1);
    if (news) setWords(t(`poll.news.${news.status}`, { question: news.question }));
  }, [polls, t]);

  return (
    <div className="visually-hidden" aria-live="polite">
      {words}
    </div>
  );
}
