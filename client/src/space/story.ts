/**
 * The messages of a space as this page knows them: pure, and by the same rules as realtime/client/model.py.
 *
 * Messages and changes of messages take the numbers of the space one after the other. Every frame tells a part
 * of that story: who knows everything up to `after` then knows everything up to `seq`. A part that comes ahead
 * of its turn waits in `early`.
 */
import type { ChatMessage } from "./frames";

export interface Part {
  after: number;
  seq: number;
  messages: readonly ChatMessage[];
}

export interface Story {
  /** In the order of `seq`, each as it is now. */
  messages: readonly ChatMessage[];
  /** Messages with a number up to this one are not shown (yet). */
  fromSeq: number;
  /** Everything up to here is known; a join after a break asks for what came later. */
  seq: number;
  /** Where it began anew: what was told as the beginning goes up to here. */
  begunTo: number;
  early: readonly Part[];
  /** Older messages that are pinned, or have changed since this page came: as they are now, by `seq`. */
  aside: ReadonlyMap<number, ChatMessage>;
  /** Whether there may be older messages than those shown. */
  hasOlder: boolean;
}

/** So many older messages that changed are remembered; what is pinned always is. */
const ASIDE_LIMIT = 500;

export const NO_STORY: Story = { messages: [], fromSeq: 0, seq: 0, begunTo: 0, early: [], aside: new Map(), hasOlder: false };

/** Of the same message, the higher one is the newer. */
export function version(message: ChatMessage): number {
  return message.changed_seq || message.seq;
}

/** What a join leaves of what was known: all of it, or nothing. */
export function joinedStory(story: Story, frame: { from_seq: number; seq: number; anew: boolean }): Story {
  const start = frame.from_seq - 1;
  return frame.anew ? { ...NO_STORY, fromSeq: start, seq: start, begunTo: frame.seq, hasOlder: start > 0 } : settled(story);
}

/** What to name at the next join. Null, where the line broke before the beginning came: nobody would tell what is pinned before it. */
export function goesOnFrom(story: Pick<Story, "seq" | "begunTo">): number | null {
  return story.seq < story.begunTo ? null : story.seq;
}

/** Take a part in, in its turn. */
export function arrived(story: Story, part: Part): Story {
  return settled({ ...story, early: [...story.early, part] });
}

/** Older messages were fetched: all between `fromSeq` and the first that was shown when they were asked for. */
export function withOlder(story: Story, before: number, fetched: readonly ChatMessage[], more: boolean): Story {
  if (before !== story.fromSeq + 1) return story; // the page has begun anew since
  const aside = new Map(story.aside);
  const older = fetched.map((message) => {
    // It may have changed while they were on their way.
    const known = aside.get(message.seq);
    aside.delete(message.seq);
    return known && version(known) > version(message) ? known : message;
  });
  const fromSeq = more && older[0] ? older[0].seq - 1 : 0;
  return { ...story, messages: [...older, ...story.messages], fromSeq, aside, hasOlder: more };
}

/** The messages that are pinned, in order. */
export function pinnedOf(story: Pick<Story, "messages" | "aside">): ChatMessage[] {
  return [...story.aside.values(), ...story.messages].filter((message) => message.pinned);
}

function settled(story: Story): Story {
  let now = story;
  for (;;) {
    const part = now.early.find((each) => each.after <= now.seq);
    if (!part) return now;
    now = told({ ...now, early: now.early.filter((each) => each !== part) }, part);
  }
}

function told(story: Story, part: Part): Story {
  const messages = [...story.messages];
  let aside: Map<number, ChatMessage> | undefined;
  for (const message of part.messages) {
    if (message.seq > story.seq) messages.push(message);
    else if (message.seq > story.fromSeq) {
      const place = placeOf(messages, message.seq);
      const known = messages[place];
      if (known && version(message) > version(known)) messages[place] = message;
    } else {
      aside ??= new Map(story.aside);
      const known = aside.get(message.seq);
      if (!known || version(message) > version(known)) aside.set(message.seq, message);
    }
  }
  return {
    ...story,
    messages,
    seq: Math.max(story.seq, part.seq),
    aside: aside ? bounded(aside) : story.aside,
  };
}

/** Where the message with this number is, or -1. */
function placeOf(messages: readonly ChatMessage[], seq: number): number {
  let low = 0;
  let high = messages.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = messages[middle]?.seq ?? 0;
    if (found === seq) return middle;
    if (found < seq) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

function bounded(aside: Map<number, ChatMessage>): Map<number, ChatMessage> {
  for (const [seq, message] of aside) {
    if (aside.size <= ASIDE_LIMIT) break;
    if (!message.pinned) aside.delete(seq);
  }
  return new Map([...aside].sort(([one], [other]) => one - other));
}
