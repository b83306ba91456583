import i18next from "i18next";
import { renderToStaticMarkup } from "react-dom/server";
import { I18nextProvider } from "react-i18next";
import { beforeAll, describe, expect, it } from "vitest";
import { Router } from "wouter";
import * as Y from "yjs";
import { ApiFailure, type Me, type School } from "../../api";
import core from "../../i18n/en.json";
import words from "../../i18n/records/recap/en.json";
import room from "../../i18n/room/en.json";
import { PersonContext } from "../../person";
import { sizeFor } from "./board-picture";
import { closedSpace, type Poll, type RecapCard, type RecapMessage } from "./calls";
import { documentOf, elementsOf, partsOf, wordsOn } from "./content";
import { LookBack } from "./look-back";
import { outcomeOf, PollResult } from "./polls";
import { Message } from "./said";

const school = (id: string, name: string, timezone: string, colour: number): School => ({
  id, name: `${name} School`, short_name: name, country: "GB", timezone, colour,
});
const WILLOW = school("w", "Willow", "Europe/London", 0);
const NAKURU = school("n", "Nakuru", "Africa/Nairobi", 1);
const ME = { id: "me", name: "Blue Heron", kind: "student", avatar: "heron", school: WILLOW, roles: [] } as unknown as Me;

beforeAll(() => i18next.init({ lng: "en", resources: { en: { translation: { ...core, ...room, ...words } } } }));

const rendered = (what: React.ReactNode, me: Me = ME) =>
  renderToStaticMarkup(
    <I18nextProvider i18n={i18next}>
      <Router ssrPath="/">
        <PersonContext value={me}>{what}</PersonContext>
      </Router>
    </I18nextProvider>,
  );

/** As the server frames updates. */
function framed(updates: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(
    updates.flatMap((update) => {
      const length: number[] = [];
      let left = update.length;
      for (; left > 127; left >>= 7) length.push((left & 127) | 128);
      return [...length, left, ...update];
    }),
  );
}

function drawn(...elements: Record<string, unknown>[]): Uint8Array[] {
  const doc = new Y.Doc();
  const updates: Uint8Array[] = [];
  doc.on("update", (update: Uint8Array) => updates.push(update));
  elements.forEach((fields, place) => {
    doc.transact(() => {
      const entry = new Y.Map<unknown>(Object.entries({ kind: "text", z: place, ...fields }));
      doc.getMap("elements").set(`e${place}`, entry);
    });
  });
  return updates;
}

describe("a stored page", () => {
  it.each([[[]], [[0]], [[1, 127]], [[128, 129, 0]], [[70_000, 3]]])("of updates as long as %j is read as it was written", (lengths) => {
    const updates = lengths.map((length) => new Uint8Array(length).fill(7));
    expect(partsOf(framed(updates))?.map((part) => part.length)).toEqual(lengths);
  });

  it("that was cut, or has no end of a length, is told apart from an empty one", () => {
    const whole = framed([new Uint8Array(300)]);
    expect(partsOf(whole.subarray(0, 200))).toBeUndefined();
    expect(partsOf(Uint8Array.from([255, 255, 255, 255, 255, 255, 255]))).toBeUndefined();
    expect(() => documentOf(whole.subarray(0, 200))).toThrow();
    expect(partsOf(new Uint8Array())).toEqual([]);
  });

  it("shows what is not gone, lowest first, whatever order its updates came in", () => {
    const updates = drawn({ text: "below" }, { text: "gone", gone: true }, { kind: "nonsense" }, { text: " above " });
    const elements = elementsOf(documentOf(framed([...updates].reverse())));
    expect(wordsOn(elements)).toEqual(["below", "above"]);
  });
});

describe("a picture of a page", () => {
  const box = (right: number, bottom: number) => ({ left: 0, top: 0, right, bottom });

  it("is as wide as its place, and wider where words would become too small to read", () => {
    expect(sizeFor(box(400, 300), 800).width).toBe(800);
    expect(sizeFor(box(1000, 300), 350).width).toBe(664);
  });

  it("has bounds, however far apart things were drawn", () => {
    const { width, height } = sizeFor(box(1e6, 1e6), 350);
    expect(width).toBe(2000);
    expect(height).toBeLessThanOrEqual(620);
    expect(sizeFor(box(10, 1), 350).height).toBe(160);
  });
});

describe("a quiz", () => {
  const quiz = (picks: number[] | null, right: number[] | null = [0, 2]) => ({
    is_quiz: true, right, mine: picks && { picks },
  });

  it("tells me how I did once its answers are shown, and not before", () => {
    expect(outcomeOf(quiz([2, 0]))).toBe("right");
    expect(outcomeOf(quiz([0]))).toBe("notRight");
    expect(outcomeOf(quiz(null))).toBe("noAnswer");
    expect(outcomeOf(quiz([0, 2], null))).toBeUndefined();
    expect(outcomeOf({ ...quiz([0]), is_quiz: false })).toBeUndefined();
  });

  const poll: Poll = {
    id: "p", lesson_id: null, kind: "single", status: "revealed", question: "Which river?", options: ["Nile", "Tana"],
    low: "", high: "", is_quiz: true, right: [1], mine: { picks: [1] }, created_at: "2026-01-15T10:00:00Z",
    opened_at: null, closed_at: null,
    results: {
      schools: ["w"], voters: [2],
      counts: [{ counts: [0], word: "", held: false }, { counts: [2], word: "", held: false }],
    },
  };

  it("says it to a student in words; staff, who do not answer, are not told they did not", () => {
    const show = (me: Me) => rendered(<PollResult poll={poll} schools={[WILLOW]} level={2} />, me);
    expect(show(ME)).toContain("You were right.");
    expect(show(ME)).toContain("Your answer");
    expect(show({ ...ME, kind: "staff" })).not.toContain("You were right.");
  });
});

describe("a message", () => {
  const message: RecapMessage = {
    id: "m", seq: 1, room_id: "r", text: "The <b>Tana</b>!", sent_at: "2026-01-15T07:01:00Z", edited_at: null, pinned: false,
    is_reply: true, quote: { name: "Ms Wanjiru", text: "Which river?" },
    author: { user_id: "u", name: "Zebra", kind: "student", avatar: "zebra", school_id: "n", class_name: "5 East" },
  };

  it("says who, from where, when on both clocks, and what it answers", () => {
    const page = rendered(<Message message={message} school={NAKURU} />);
    for (const part of ["Zebra", "5 East", "Nakuru", "07:01 here, 10:01 there", "To Ms Wanjiru:", "Which river?", "The &lt;b&gt;Tana"]) {
      expect(page).toContain(part);
    }
  });

  it("whose question is gone says so, and not what it was", () => {
    expect(rendered(<Message message={{ ...message, quote: null }} school={undefined} />)).toContain("To a message that is gone");
  });
});

describe("a lesson on a list", () => {
  const card: RecapCard = {
    lesson_id: "l", space_id: "s", space_name: "Rivers", title: "Measuring", started_at: "2026-01-15T23:30:00Z",
    ended_at: "2026-01-16T00:15:00Z",
    schools: [
      { school: WILLOW, students: 0, staff: 0, came_at: null, left_at: null },
      { school: NAKURU, students: 9, staff: 1, came_at: null, left_at: null },
    ],
  };
  const plain = (page: string) => page.replace(/[\u2066\u2069]/g, "");

  it("tells the class that slept, and has both clocks with the day there where it is another", () => {
    const page = plain(rendered(<LookBack lesson={card} level={2} />));
    expect(page).toContain("Your school was not there.");
    expect(page).toContain("15 January 2026");
    expect(page).toContain("23:30–00:15 here");
    expect(page).toContain("16 January 2026, 02:30–03:15 at Nakuru");
    expect(page).toContain('href="/lessons/l/recap"');
  });

  it("says nothing of sleep to those who were there", () => {
    const page = rendered(<LookBack lesson={card} level={2} />, { ...ME, school: NAKURU });
    expect(page).not.toContain("Your school was not there.");
  });
});

it("a closed door is known by its space, where the answer names it", () => {
  expect(closedSpace(new ApiFailure("outside_hours", 403, { space_id: "s" }))).toEqual({ spaceId: "s", reason: "outside_hours" });
  expect(closedSpace(new ApiFailure("not_a_member", 403))).toBeUndefined();
  expect(closedSpace(new ApiFailure("not_found", 404, { space_id: "s" }))).toBeUndefined();
});
