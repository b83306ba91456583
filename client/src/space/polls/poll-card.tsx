/** A poll as this person sees it: to answer, to run, or to look at. */
import { useEffect, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../ui/button";
import type { PollInfo } from "../frames";
import type { Room } from "../room";
import type { SpaceState } from "../state";
import { AnswerForm } from "./answer-form";
import { DeletePoll, PollControls } from "./poll-controls";
import { Results } from "./results";
import "./polls.css";

interface PollCardProps {
  room: Room;
  state: SpaceState;
  /** What is asked now. */
  current: PollInfo | undefined;
}

export default function PollCard({ room, state, current }: PollCardProps) {
  const { t } = useTranslation();
  const id = useId();
  const runsRoom = state.grants.includes("space:moderate");
  const [isFolded, setFolded] = useState(false);
  const [chosenId, setChosenId] = useState<string | undefined>(undefined);
  const all = state.polls.polls;
  const poll = all.find((each) => each.id === chosenId) ?? current ?? all.at(-1);

  // What is asked, or shown, anew is not left folded or behind an older one.
  const news = current && `${current.id} ${current.status}`;
  useEffect(() => {
    setFolded(false);
    setChosenId(undefined);
  }, [news]);

  if (!poll) return null;
  const others = all.filter((each) => each.id !== poll.id && (runsRoom || each.status !== "closed"));
  return (
    <section className="poll" aria-labelledby={`${id}-question`} data-status={poll.status}>
      <div className="poll__head">
        <p className="poll__status">{t(`poll.status.${poll.status}`)}</p>
        <Button look="quiet" className="panel__fold" aria-expanded={!isFolded} onPress={() => setFolded(!isFolded)}>
          {t(isFolded ? "space.unfold" : "space.fold")}
          <span className="visually-hidden">{t("poll.region")}</span>
        </Button>
      </div>
      <h2 className="poll__question" id={`${id}-question`} data-folded={isFolded ? "" : undefined}>
        <bdi>{poll.question}</bdi>
      </h2>
      {!isFolded && (
        <div className="poll__body">
          {runsRoom ? (
            <>
              {poll.status !== "draft" && <Results poll={poll} state={state} />}
              {poll.status === "draft" && <Preview poll={poll} />}
            </>
          ) : (
            <AnswerForm key={poll.id} room={room} state={state} poll={poll} />
          )}
          {others.length > 0 && (
            <details className="poll__others">
              <summary>{t("poll.others", { count: others.length })}</summary>
              <ul>
                {[...others].reverse().map((each) => (
                  <li key={each.id}>
                    <Button look="quiet" className="poll__other" onPress={() => setChosenId(each.id)}>
                      <bdi>{each.question}</bdi>
                      <span className="soft">{t(`poll.status.${each.status}`)}</span>
                    </Button>
                  </li>
                ))}
              </ul>
            </details>
          )}
          {runsRoom && <DeletePoll key={poll.id} room={room} poll={poll} />}
        </div>
      )}
      {!isFolded && runsRoom && <PollControls key={poll.id} room={room} poll={poll} />}
    </section>
  );
}

/** What students will choose from. */
function Preview({ poll }: { poll: PollInfo }) {
  const { t } = useTranslation();
  if (poll.kind === "words") return <p className="soft">{t("poll.how.words")}</p>;
  if (poll.kind === "scale") return <p className="soft">{[`1: ${poll.low || "–"}`, `5: ${poll.high || "–"}`].join(" · ")}</p>;
  return (
    <ul className="poll-preview">
      {poll.options.map((option, place) => (
        <li key={place}>
          <bdi>{option}</bdi>
          {poll.right?.includes(place) && <span className="poll-right">{t("poll.right")}</span>}
        </li>
      ))}
    </ul>
  );
}
