/** Questions that were asked, as I may see them: counts by school, and of a quiz whether I was right. */
import { useTranslation } from "react-i18next";
import type { School } from "../../api";
import { usePerson } from "../../person";
import { Results } from "../../space/polls/results";
import { usePaged, type Paged } from "../../ui/paged";
import { Badge } from "../../ui/parts";
import { polls, type Poll } from "./calls";
import { More } from "./more";
import "../../space/polls/polls.css";

/** With a lesson, those of that lesson. */
export function usePolls(spaceId: string, lessonId?: string): Paged<Poll> {
  return usePaged<Poll>(["past-polls", spaceId, lessonId], (cursor) => polls(spaceId, cursor, lessonId));
}

export function PollList({ paged, schools, level }: { paged: Paged<Poll>; schools: readonly School[]; level: 2 | 3 }) {
  return (
    <>
      <ul className="recap-polls">
        {paged.items.map((poll) => (
          <PollResult key={poll.id} poll={poll} schools={schools} level={level} />
        ))}
      </ul>
      <More paged={paged} />
    </>
  );
}

export function PollResult({ poll, schools, level }: { poll: Poll; schools: readonly School[]; level: 2 | 3 }) {
  const { t } = useTranslation();
  const isStudent = usePerson().kind === "student";
  const Heading = level === 2 ? "h2" : "h3";
  const outcome = outcomeOf(poll);
  const mine = poll.mine && { picks: poll.mine.picks ?? [], words: poll.mine.words ?? [] };
  return (
    <li className="card recap-poll">
      <div className="recap-poll__head">
        <Heading className="recap-poll__question">
          <bdi>{poll.question}</bdi>
        </Heading>
        {poll.is_quiz && <Badge>{t("recap.quiz")}</Badge>}
        {!isStudent && poll.status !== "revealed" && <Badge>{t(`poll.status.${poll.status}`)}</Badge>}
      </div>
      {isStudent && outcome && (
        <p className="recap-poll__mine" data-right={outcome === "right" ? "" : undefined}>
          {t(`recap.${outcome}`)}
        </p>
      )}
      <Results poll={poll} state={{ schools: [...schools] }} mine={mine ?? undefined} />
    </li>
  );
}

/** Of a quiz whose answers are shown: how I did. */
export function outcomeOf(poll: Pick<Poll, "is_quiz" | "right" | "mine">): "right" | "notRight" | "noAnswer" | undefined {
  if (!poll.is_quiz || !poll.right) return undefined;
  if (!poll.mine) return "noAnswer";
  const chosen = [...(poll.mine.picks ?? [])].sort((a, b) => a - b);
  const wanted = [...poll.right].sort((a, b) => a - b);
  return chosen.join() === wanted.join() ? "right" : "notRight";
}
