import { describe, expect, it } from "vitest";
import { message } from "./fixtures";
import type { ChatMessage } from "./frames";
import { arrived, goesOnFrom, joinedStory, NO_STORY, pinnedOf, version, withOlder, type Story } from "./story";

const RETAINED = 5;
const otherwise = (of: ChatMessage, seq: number, change: Partial<ChatMessage> = {}): ChatMessage => ({
  ...of,
  changed_seq: seq,
  text: `text at ${seq}`,
  ...change,
});
const said = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => message(from + index));
const seqs = (story: Story) => story.messages.map(({ seq }) => seq);
const start = arrived(joinedStory(NO_STORY, { from_seq: 1, seq: 3, anew: true }), { after: 0, seq: 3, messages: said(1, 3) });

describe("a change", () => {
  it("finds its message, which stays in its place; the others are the same objects", () => {
    const now = arrived(start, { after: 3, seq: 4, messages: [otherwise(message(2), 4)] });
    expect(now.messages.map(({ text }) => text)).toEqual(["text 1", "text at 4", "text 3"]);
    expect(now.messages[0]).toBe(start.messages[0]);
    expect(now.seq).toBe(4);
  });

  it("that is older than what is known changes nothing", () => {
    const newer = arrived(start, { after: 3, seq: 9, messages: [otherwise(message(2), 9)] });
    const now = arrived(newer, { after: 3, seq: 5, messages: [otherwise(message(2), 5)] });
    expect(now.messages[1]?.text).toBe("text at 9");
    expect(now.seq).toBe(9);
  });

  it("that comes ahead of its turn waits", () => {
    const early = arrived(start, { after: 4, seq: 5, messages: [otherwise(message(1), 5)] });
    expect(early.early).toHaveLength(1);
    expect(early.messages[0]?.text).toBe("text 1");
    const whole = arrived(early, { after: 3, seq: 4, messages: [message(4)] });
    expect([whole.early.length, whole.seq, whole.messages[0]?.text]).toEqual([0, 5, "text at 5"]);
  });

  it("of an older message is remembered for when that is fetched, and pinned it is shown at once", () => {
    const late = joinedStory(NO_STORY, { from_seq: 301, seq: 400, anew: true });
    const whole = arrived(late, { after: 300, seq: 310, messages: [otherwise(message(7), 90, { pinned: true }), ...said(301, 310)] });
    expect(pinnedOf(whole).map(({ seq }) => seq)).toEqual([7]);
    expect(seqs(whole)).toEqual(said(301, 310).map(({ seq }) => seq));
    // It changed while the older messages were on their way.
    const changed = arrived(whole, { after: 310, seq: 311, messages: [otherwise(message(250), 311, { deleted: "author" })] });
    const older = withOlder(changed, 301, said(101, 300), true);
    expect(older.messages.find(({ seq }) => seq === 250)?.deleted).toBe("author");
    expect([older.fromSeq, older.hasOlder, older.messages.length]).toEqual([100, true, 210]);
    expect(pinnedOf(older).map(({ seq }) => seq)).toEqual([7]);
    const oldest = withOlder(older, 101, said(1, 100), false);
    expect([oldest.fromSeq, oldest.hasOlder, oldest.messages[6]?.pinned]).toEqual([0, false, true]);
  });
});

it("a line that breaks before the beginning was told begins again", () => {
  let late = joinedStory(NO_STORY, { from_seq: 301, seq: 400, anew: true });
  expect(goesOnFrom(late)).toBeNull();
  late = arrived(late, { after: 300, seq: 350, messages: [] });
  expect(goesOnFrom(late)).toBeNull();
  late = arrived(late, { after: 350, seq: 400, messages: [] });
  expect(goesOnFrom(late)).toBe(400);
  expect(goesOnFrom(joinedStory(late, { from_seq: 401, seq: 420, anew: false }))).toBe(400);
});

it("older messages for a page that has begun anew are passed over", () => {
  const late = joinedStory(NO_STORY, { from_seq: 301, seq: 400, anew: true });
  expect(withOlder(late, 201, said(1, 200), false)).toBe(late);
});

/** Any order of saying, changing, hearing, losing and coming back: what is shown is what is stored. */
describe("over breaks", () => {
  it.each(Array.from({ length: 200 }, (_, seed) => seed))("seed %i", (seed) => {
    const random = randomOf(seed);
    const pick = (count: number) => Math.floor(random() * count);
    const log = new Map<number, ChatMessage>();
    const versions = new Map<number, ChatMessage[]>();
    const note = (now: ChatMessage) => {
      log.set(now.seq, now);
      versions.set(now.seq, [...(versions.get(now.seq) ?? []), now]);
    };
    let top = 0;
    let story = NO_STORY;
    let wire: { after: number; seq: number; messages: ChatMessage[] }[] = [];
    let isJoined = false;

    function comeBack() {
      const all = [...log.values()].sort((one, other) => one.seq - other.seq);
      const last = isJoined ? goesOnFrom(story) : null;
      const isContinued = last !== null && top - last <= RETAINED;
      const from = isContinued ? story.seq : all.length >= RETAINED ? (all.at(-RETAINED)?.seq ?? 1) - 1 : 0;
      const first = all.filter((each) => each.seq <= from && (isContinued ? version(each) > from : each.pinned));
      const told = all.filter((each) => each.seq > from);
      story = joinedStory(story, { from_seq: from + 1, seq: top, anew: !isContinued });
      // What was known comes with the first of them, which always tells of more.
      const cut = told[pick(told.length + 1)]?.seq ?? top;
      wire = from < top ? [
        { after: from, seq: cut, messages: [...first, ...told.filter(({ seq }) => seq <= cut)] },
        { after: cut, seq: top, messages: told.filter(({ seq }) => seq > cut) },
      ] : [];
      isJoined = true;
    }

    function check() {
      const shown = story.messages;
      expect(shown.map(({ seq }) => seq)).toEqual([...log.keys()].filter((seq) => seq > story.fromSeq && seq <= story.seq));
      for (const each of shown) {
        const missed = versions.get(each.seq)?.filter((other) => version(other) > version(each) && version(other) <= story.seq);
        expect(missed).toEqual([]);
      }
    }

    comeBack();
    for (let step = 0; step < 60; step += 1) {
      const what = pick(6);
      if (what === 0) {
        top += 1;
        note(message(top));
        wire.push({ after: top - 1, seq: top, messages: [message(top)] });
      } else if (what === 1 && log.size > 0) {
        const of = [...log.values()][pick(log.size)] as ChatMessage;
        top += 1;
        note(otherwise(of, top, { pinned: random() < 0.5 }));
        wire.push({ after: top - 1, seq: top, messages: [log.get(of.seq) as ChatMessage] });
      } else if (what === 2 && random() < 0.3) {
        wire = [];
        comeBack();
      } else if (wire.length > 0) {
        const at = random() < 0.7 ? 0 : pick(wire.length);
        const part = random() < 0.2 ? wire[at] : wire.splice(at, 1)[0];
        if (part) story = arrived(story, part);
      }
      check();
    }
    comeBack();
    for (const part of wire) story = arrived(story, part);
    check();
    expect(story.seq).toBe(top);
    expect(story.messages).toEqual(story.messages.map(({ seq }) => log.get(seq)));
    const pinned = [...log.values()].filter((each) => each.pinned).map(({ seq }) => seq);
    expect(pinnedOf(story).map(({ seq }) => seq)).toEqual(pinned);
  });
});

/** Mulberry32. */
function randomOf(seed: number): () => number {
  let state = seed + 1;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
