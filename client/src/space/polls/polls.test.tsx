import i18next from "i18next";
import { renderToStaticMarkup } from "react-dom/server";
import { I18nextProvider } from "react-i18next";
import { beforeAll, describe, expect, it } from "vitest";
import core from "../../i18n/en.json";
import room from "../../i18n/room/en.json";
import type { PollInfo, SchoolInfo } from "../frames";
import { initialState, reduce } from "../state";
import { asFrame, EMPTY, problemOf, quick } from "./asking";
import { rowsOf, sizeOf, votersOf } from "./counts";
import { currentOf, hearPolls, NO_POLLS, type PollFrame } from "./known";
import { Results } from "./results";

function poll(id: string, change: Partial<PollInfo> = {}): PollInfo {
  return {
    id,
    kind: "single",
    status: "open",
    question: `Question ${id}?`,
    options: ["Nile", "Tana"],
    low: "",
    high: "",
    is_quiz: false,
    created_at: `2026-01-15T10:0${id}:00Z`,
    right: null,
    results: null,
    ...change,
  };
}

const list = (polls: PollInfo[], mine: [string, number][] = []): PollFrame => ({
  type: "poll.list",
  polls,
  mine: mine.map(([poll_id, pick]) => ({ poll_id, picks: [pick], words: [], as_id: null })),
});
const state = (now: PollInfo): PollFrame => ({ type: "poll.state", poll: now });
const all = (...frames: PollFrame[]) => frames.reduce(hearPolls, NO_POLLS);

describe("what a page knows of polls", () => {
  it("what is open is shown before what is not, the newest first", () => {
    const known = all(list([poll("1"), poll("2")]), state(poll("3", { status: "closed" })));
    expect(currentOf(known)?.id).toBe("2");
  });

  it("what is revealed is shown, though an older question is still open", () => {
    const known = all(list([poll("1"), poll("2")]), state(poll("2", { status: "revealed" })));
    expect(currentOf(known)?.id).toBe("2");
    expect(currentOf(hearPolls(known, state(poll("2", { status: "closed" }))))?.id).toBe("1");
  });

  it("more answers to one poll do not push another out of the way", () => {
    const known = all(list([poll("1"), poll("2")]), state(poll("2", { question: "Again?" })), state(poll("1", { status: "revealed" })));
    expect(currentOf(hearPolls(known, state(poll("2"))))?.id).toBe("1");
  });

  it("what was over before this page came in is no news, until something becomes of it", () => {
    const closed = poll("1", { status: "closed" });
    const known = all(list([closed]));
    expect(currentOf(known)).toBeUndefined();
    expect(currentOf(hearPolls(known, state({ ...closed, status: "revealed" })))?.id).toBe("1");
  });

  it("after a break, what was closed meanwhile is still of now, and what was deleted is gone", () => {
    const known = all(list([poll("1"), poll("2")]), list([poll("1", { status: "closed" })]));
    expect(known.polls.map((each) => each.id)).toEqual(["1"]);
    expect(currentOf(known)?.status).toBe("closed");
  });

  it("a draft is not what is asked now", () => {
    expect(currentOf(all(list([]), state(poll("1", { status: "draft" }))))).toBeUndefined();
  });

  it("my answer is what the server says, and goes with its poll", () => {
    const known = all(list([poll("1")], [["1", 0]]), {
      type: "poll.mine",
      answer: { poll_id: "1", picks: [1], words: [], as_id: null },
    });
    expect(known.mine.get("1")?.picks).toEqual([1]);
    expect(hearPolls(known, { type: "poll.gone", poll_id: "1" }).mine.size).toBe(0);
  });

  it("polls stand in the order in which they were made, however they came", () => {
    const known = all(list([]), state(poll("2")), state(poll("1")), state(poll("2", { status: "closed" })));
    expect(known.polls.map((each) => each.id)).toEqual(["1", "2"]);
  });

  it("the page takes the frames in", () => {
    const after = reduce(initialState(), { type: "frame", frame: list([poll("1")]) });
    expect(after.polls.polls).toHaveLength(1);
  });
});

describe("the numbers", () => {
  const results = { schools: ["w", "n"], voters: [3, 4], counts: [{ counts: [1, 2], word: "", held: false }, { counts: [2, 2], word: "", held: false }] };

  it("a row has a share for each school, and all together", () => {
    const rows = rowsOf(poll("1", { results, right: [1] }));
    expect(rows.map((row) => [row.label, row.total, row.isRight])).toEqual([["Nile", 3, false], ["Tana", 4, true]]);
    expect(rows[0]?.shares).toEqual([{ schoolId: "w", count: 1 }, { schoolId: "n", count: 2 }]);
    expect(votersOf(poll("1", { results }))).toBe(7);
  });

  it("a scale is read from 1", () => {
    const counts = [1, 2, 3, 4, 5].map((count) => ({ counts: [count], word: "", held: false }));
    const rows = rowsOf(poll("1", { kind: "scale", options: [], results: { schools: [], voters: [15], counts } }));
    expect(rows.map((row) => [row.place, row.label, row.total])).toEqual([1, 2, 3, 4, 5].map((n) => [n, String(n), n]));
    expect(rows[0]?.shares[0]?.schoolId).toBeUndefined();
  });

  it.each([
    [1, 1, 1],
    [1, 9, 1],
    [9, 9, 2],
    [5, 9, 1.5],
    [20, 9, 2],
  ])("a word that %i of at most %i wrote is %f times as large", (total, most, size) => {
    expect(sizeOf(total, most)).toBe(size);
  });
});

describe("asking", () => {
  beforeAll(async () => {
    await i18next.init({ lng: "en", resources: { en: { translation: { ...core, ...room } } } });
  });

  it.each(["yesNo", "scale", "letters"] as const)("the quick question %s has all it needs", (which) => {
    const draft = quick(which, i18next.t);
    expect(problemOf(draft)).toBeUndefined();
    expect(asFrame(draft, "id", true)).toMatchObject({ poll_id: "id", is_open: true, right: null });
  });

  it("empty answers are left out, and what is right keeps its words", () => {
    const draft = { ...EMPTY, kind: "multiple" as const, question: " Which? ", options: ["", " Nile", "  ", "Tana"], right: [3] };
    expect(asFrame(draft, "id", false)).toMatchObject({ question: "Which?", options: ["Nile", "Tana"], right: [1] });
  });

  it("answers that were written before another kind was chosen are not sent", () => {
    const draft = { ...EMPTY, kind: "words" as const, question: "What?", options: ["a", "b"], low: "c", right: [0] };
    expect(asFrame(draft, "id", true)).toMatchObject({ options: [], low: "", right: null });
  });

  it.each([
    [{ question: " " }, "question"],
    [{ options: ["Nile", " "] }, "options"],
    [{ options: ["Nile", "nile "] }, "twice"],
    [{ options: ["Nile", "Tana"] }, undefined],
    [{ kind: "scale" as const }, undefined],
  ])("what is missing in %j is said", (change, problem) => {
    expect(problemOf({ ...EMPTY, question: "Which?", ...change })).toBe(problem);
  });
});

describe("results on the page", () => {
  const schools: SchoolInfo[] = ["Willow", "Nakuru"].map((name, colour) => ({
    id: name, name, short_name: name, country: "GB", timezone: "Europe/London", colour,
  }));
  const show = (now: PollInfo) =>
    renderToStaticMarkup(
      <I18nextProvider i18n={i18next}>
        <Results poll={now} state={{ ...initialState(), schools }} mine={{ picks: [1], words: [] }} />
      </I18nextProvider>,
    );

  it("say in words what the bars and colours say", () => {
    const counts = [{ counts: [3, 0], word: "", held: false }, { counts: [1, 4], word: "", held: false }];
    const page = show(poll("1", { status: "revealed", right: [1], results: { schools: ["Willow", "Nakuru"], voters: [4, 4], counts } }));
    expect(page).toContain("8 answers");
    expect(page).toContain("Right");
    expect(page).toContain("Your answer");
    expect(page.match(/aria-hidden="true"[^>]*class="poll-bar"|class="poll-bar" aria-hidden="true"/g)).toHaveLength(2);
    expect(page.replace(/<[^>]+>/g, " ")).toMatch(/Nile\s+3\s+Willow\s+3[\s\S]*Tana\s+Right\s+Your answer\s+5\s+Willow\s+1\s+Nakuru\s+4/);
  });

  it("short answers have a column as wide as the longest of them", () => {
    const now = poll("1", {
      status: "revealed", options: ["Yes", "No"],
      results: { schools: ["Willow"], voters: [3], counts: [{ counts: [2], word: "", held: false }, { counts: [1], word: "", held: false }] },
    });
    const page = renderToStaticMarkup(
      <I18nextProvider i18n={i18next}>
        <Results poll={now} state={{ ...initialState(), schools }} />
      </I18nextProvider>,
    );
    expect(page).toContain("data-short");
    expect(page).toContain("--poll-letters:3");
  });

  it("words stand in their order as a list, and those held back apart", () => {
    const counts = [{ counts: [5], word: "rain", held: false }, { counts: [2], word: "oops", held: true }, { counts: [1], word: "sun", held: false }];
    const page = show(poll("1", { kind: "words", options: [], status: "open", results: { schools: [], voters: [6], counts } }));
    const words = [...page.matchAll(/<li[^>]*><bdi>(\w+)<\/bdi>/g)].map(([, word]) => word);
    expect(words).toEqual(["rain", "sun", "oops"]);
    expect(page.indexOf("Held back")).toBeLessThan(page.indexOf("oops"));
    expect(page.indexOf("Held back")).toBeGreaterThan(page.indexOf("sun"));
  });
});
