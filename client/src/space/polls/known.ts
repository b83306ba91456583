/** What a page knows of the polls in its room, as a pure function of what it was told. */
import type { PollAnswer, PollInfo, ServerFrameOf } from "../frames";

export interface Polls {
  /** The newest last. */
  polls: readonly PollInfo[];
  /** By `keyOf`: of several at one device, each answers. */
  mine: ReadonlyMap<string, PollAnswer>;
  /** Polls that were here when this page came in, and nobody answers now: they are no news. */
  old: ReadonlySet<string>;
  /** What was asked, closed or revealed last while this page was here. */
  latest: string | undefined;
}

export type PollFrame = ServerFrameOf<"poll.list"> | ServerFrameOf<"poll.state"> | ServerFrameOf<"poll.mine"> | ServerFrameOf<"poll.gone">;

export const NO_POLLS: Polls = { polls: [], mine: new Map(), old: new Set(), latest: undefined };

export function hearPolls(known: Polls, frame: PollFrame): Polls {
  switch (frame.type) {
    case "poll.list": {
      // After a break, what this page had seen open is still of now, though it was closed meanwhile.
      const seen = new Set(known.polls.filter((poll) => !known.old.has(poll.id)).map((poll) => poll.id));
      return {
        ...known,
        polls: frame.polls,
        mine: new Map(frame.mine.map((answer) => [keyOf(answer.poll_id, answer.as_id), answer])),
        old: new Set(frame.polls.filter((poll) => poll.status !== "open" && !seen.has(poll.id)).map((poll) => poll.id)),
      };
    }
    case "poll.state": {
      const { poll } = frame;
      const before = known.polls.find((each) => each.id === poll.id);
      const polls = before ? known.polls.map((each) => (each.id === poll.id ? poll : each)) : [...known.polls, poll];
      if (before?.status === poll.status) return { ...known, polls };
      return { ...known, polls: inOrder(polls), old: without(known.old, poll.id), latest: poll.id };
    }
    case "poll.mine":
      return { ...known, mine: new Map(known.mine).set(keyOf(frame.answer.poll_id, frame.answer.as_id), frame.answer) };
    case "poll.gone": {
      const mine = new Map([...known.mine].filter(([, answer]) => answer.poll_id !== frame.poll_id));
      return { ...known, polls: known.polls.filter((poll) => poll.id !== frame.poll_id), mine, old: without(known.old, frame.poll_id) };
    }
  }
}

/** @param asId who, where it is not the one who signed in first at this device. */
export function keyOf(pollId: string, asId: string | null | undefined): string {
  return asId ? `${pollId} ${asId}` : pollId;
}

/** The poll to show first: what was asked or revealed last, else the newest that is open, else the newest of now. */
export function currentOf(known: Polls): PollInfo | undefined {
  const now = known.polls.filter((poll) => !known.old.has(poll.id) && poll.status !== "draft");
  const latest = now.find((poll) => poll.id === known.latest);
  if (latest && latest.status !== "closed") return latest;
  return now.filter((poll) => poll.status === "open").at(-1) ?? now.at(-1);
}

function inOrder(polls: readonly PollInfo[]): readonly PollInfo[] {
  return [...polls].sort((a, b) => (a.created_at < b.created_at ? -1 : a.created_at > b.created_at ? 1 : 0));
}

function without(ids: ReadonlySet<string>, id: string): ReadonlySet<string> {
  if (!ids.has(id)) return ids;
  const rest = new Set(ids);
  rest.delete(id);
  return rest;
}
