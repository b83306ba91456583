import { describe, expect, it } from "vitest";
import { history, joined, ME, message, person, present } from "./fixtures";
import type { ServerFrame } from "./frames";
import { hasGap, initialState, reduce, type PendingMessage, type SpaceEvent, type SpaceState } from "./state";

const pendingOne: PendingMessage = { clientId: "mine", text: "hello", writtenAt: 1, state: "waiting" };

function after(...events: (SpaceEvent | ServerFrame)[]): SpaceState {
  return follow(initialState(), ...events);
}

function follow(state: SpaceState, ...events: (SpaceEvent | ServerFrame)[]): SpaceState {
  return events.reduce((now, event) => reduce(now, isEvent(event) ? event : { type: "frame", frame: event }), state);
}

function isEvent(event: SpaceEvent | ServerFrame): event is SpaceEvent {
  return ["frame", "line", "pending", "board"].includes(event.type);
}

const seqs = (state: SpaceState) => state.messages.map(({ seq }) => seq);
const posted = (seq: number, clientId?: string): ServerFrame => ({ type: "chat.posted", after: seq - 1, message: message(seq, clientId) });
const ack = (seq: number, clientId = "mine"): ServerFrame => ({ type: "chat.ack", ref: 1, client_id: clientId, seq });
const mine: ServerFrame = { type: "chat.history", after: 1, seq: 2, messages: [message(2, "mine")] };
const written: SpaceEvent = { type: "pending", action: "written", message: pendingOne };

describe("messages", () => {
  it("are shown in order, none twice", () => {
    const state = after(joined({ seq: 2 }), history(1, 2), posted(3), posted(3), posted(2), posted(4));
    expect(seqs(state)).toEqual([1, 2, 3, 4]);
    expect(hasGap(state)).toBe(false);
  });

  it("that come too soon wait for their turn", () => {
    const early = after(joined({ seq: 1 }), history(1, 1), posted(4), posted(3));
    expect(seqs(early)).toEqual([1]);
    expect(hasGap(early)).toBe(true);
    const whole = follow(early, posted(2));
    expect(seqs(whole)).toEqual([1, 2, 3, 4]);
    expect(hasGap(whole)).toBe(false);
  });

  it("missed in a break are added, without a gap or a repetition", () => {
    const before = after(joined({ seq: 3 }), history(1, 3), posted(4), { type: "line", line: "down" });
    const state = follow(before, joined({ seq: 6, from_seq: 5 }), history(5, 6), posted(6), posted(7));
    expect(seqs(state)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  it("are replaced when the answer starts after what is known", () => {
    const before = after(joined({ seq: 3 }), history(1, 3));
    const state = follow(before, joined({ seq: 300, from_seq: 201, anew: true }), history(201, 300));
    expect(seqs(state)[0]).toBe(201);
    expect(seqs(state)).toHaveLength(100);
    expect(state.seq).toBe(300);
  });

  it("are replaced when the server knows less than this page", () => {
    const before = after(joined({ seq: 9 }), history(1, 9));
    const state = follow(before, joined({ seq: 2, from_seq: 1, anew: true }), history(1, 2));
    expect(seqs(state)).toEqual([1, 2]);
    expect(seqs(follow(state, posted(3)))).toEqual([1, 2, 3]);
  });

  it("that waited before a break find their place after it", () => {
    const before = after(joined({ seq: 1 }), history(1, 1), posted(3), posted(5));
    const state = follow(before, joined({ seq: 3, from_seq: 2 }), history(2, 3), posted(4));
    expect(seqs(state)).toEqual([1, 2, 3, 4, 5]);
  });

  it("end alike in whatever order they arrive", () => {
    for (const order of permutations([2, 3, 4, 5])) {
      const state = after(joined({ seq: 1 }), history(1, 1), ...order.map((seq) => posted(seq)));
      expect(seqs(state)).toEqual([1, 2, 3, 4, 5]);
      expect(hasGap(state)).toBe(false);
    }
  });
});

describe("a message of mine", () => {
  const start = follow(initialState(), joined({ seq: 1 }), history(1, 1), written);

  it.each([
    ["acknowledged, then posted", [ack(2), posted(2, "mine")]],
    ["posted, then acknowledged", [posted(2, "mine"), ack(2)]],
    ["posted twice", [posted(2, "mine"), posted(2, "mine"), ack(2)]],
    ["acknowledged twice", [ack(2), ack(2), posted(2, "mine"), ack(2)]],
    ["acknowledged, then told by the join", [ack(2), joined({ seq: 2, from_seq: 2 }), mine]],
    ["told by the join only", [joined({ seq: 2, from_seq: 2 }), mine]],
    ["told by the join, then acknowledged", [joined({ seq: 2, from_seq: 2 }), mine, ack(2)]],
  ])("that is %s is there once and not pending", (_, events) => {
    const state = follow(start, ...events);
    expect(state.messages.map((each) => each.client_id)).toEqual(["client-1", "mine"]);
    expect(state.pending).toEqual([]);
    expect(hasGap(state)).toBe(false);
  });

  it("stays visible while it is stored but not yet in its turn", () => {
    const state = follow(start, posted(3, "mine"), ack(3));
    expect(seqs(state)).toEqual([1]);
    expect(state.pending).toMatchObject([{ clientId: "mine", state: "stored" }]);
    expect(hasGap(state)).toBe(true);
    const whole = follow(state, posted(2));
    expect(seqs(whole)).toEqual([1, 2, 3]);
    expect(whole.pending).toEqual([]);
  });

  it("that was acknowledged is gone from the pending when the answer leaves it out", () => {
    const state = follow(start, ack(2), joined({ seq: 400, from_seq: 301, anew: true }), history(301, 400));
    expect(state.pending).toEqual([]);
  });

  it("that waited for its turn is gone from the pending when the answer leaves it out", () => {
    const state = follow(start, posted(3, "mine"), joined({ seq: 400, from_seq: 301, anew: true }), history(301, 400));
    expect(state.pending).toEqual([]);
    expect(hasGap(state)).toBe(false);
  });

  it("that was acknowledged is sent again when the server no longer knows it", () => {
    const state = follow(start, ack(9), joined({ seq: 1, from_seq: 2 }));
    expect(state.pending).toEqual([pendingOne]);
    expect(hasGap(state)).toBe(false);
  });

  it("that was not stored stays pending over a break", () => {
    const state = follow(start, { type: "line", line: "down" }, joined({ seq: 1, from_seq: 2 }));
    expect(state.pending).toEqual([pendingOne]);
  });

  it("that failed can be sent again or thrown away", () => {
    const failed = follow(start, { type: "pending", action: "failed", clientId: "mine", failure: "too_large" });
    expect(failed.pending).toMatchObject([{ state: "failed", failure: "too_large" }]);
    expect(follow(failed, { type: "pending", action: "again", clientId: "mine" }).pending).toMatchObject([{ state: "waiting" }]);
    expect(follow(failed, { type: "pending", action: "discarded", clientId: "mine" }).pending).toEqual([]);
  });
});

describe("who is writing", () => {
  const writing = (...ids: string[]): ServerFrame => ({ type: "chat.writing", user_ids: ids });
  const two = after(joined(), present(person(ME), person("a"), person("b")), writing("a", "b"));

  it("is told whole, and whose message comes has finished", () => {
    expect(two.writing).toEqual(["a", "b"]);
    const said = follow(two, { type: "chat.posted", after: 0, message: message(1, "theirs", person("a")) });
    expect(said.writing).toEqual(["b"]);
    expect(follow(said, writing("b", "a"), writing()).writing).toEqual([]);
  });

  it("is nobody once the line is lost, and when the page is back", () => {
    expect(follow(two, { type: "line", line: "down" }).writing).toEqual([]);
    expect(follow(two, joined()).writing).toEqual([]);
  });
});

describe("people", () => {
  it("come and go by diffs, and one who left and came back is here", () => {
    const fox = person("fox", "Red Fox");
    const state = after(joined(), present(person()), { type: "presence.diff", joined: [fox], left: [ME], schools: [] });
    expect([...state.people.keys()]).toEqual(["fox"]);
    const back = follow(state, { type: "presence.diff", joined: [fox], left: ["fox"], schools: [] });
    expect([...back.people.keys()]).toEqual(["fox"]);
  });

  it("bring the school of a visitor with them, once", () => {
    const office = { id: "office", name: "Harbour Office", short_name: "Harbour", country: "GB", timezone: "Europe/London", colour: 2 };
    const diff = { type: "presence.diff" as const, joined: [person("devi", "Ms Devi")], left: [], schools: [office] };
    const state = after(joined(), diff, diff);
    expect(state.schools.map((school) => school.id)).toEqual(["office"]);
  });

  it("are who the join says after a break", () => {
    const state = after(joined(), present(person(), person("fox")), joined(), present(person()));
    expect([...state.people.keys()]).toEqual([ME]);
  });
});

it("a refused board is opened anew, and a read-only one can not be drawn on", () => {
  const opened = after(joined(), { type: "board.opened", ref: 2, board_id: "b", can_edit: true });
  expect(opened.board).toEqual({ id: "b", canEdit: true, generation: 0 });
  const refused = follow(opened, { type: "board", action: "refused" });
  expect(refused.board).toEqual({ id: "b", canEdit: true, generation: 1 });
  const reopened = follow(refused, { type: "board.opened", ref: 3, board_id: "b", can_edit: false });
  expect(reopened.board).toEqual({ id: "b", canEdit: false, generation: 1 });
});

it("the balance of the lesson is what was told last", () => {
  const share = { value: 1, percent: 100 };
  const school = { school_id: "w", name: "Willow", short_name: "W", colour: 0, talk: share, messages: share, marks: share, hosted: share };
  const state = after(joined(), { type: "balance.state", lesson_id: "l", schools: [] }, { type: "balance.state", lesson_id: "l", schools: [school] });
  expect(state.balance).toEqual({ lessonId: "l", schools: [school] });
  expect(after(joined()).balance).toBeUndefined();
});

function permutations<T>(items: T[]): T[][] {
  if (items.length <= 1) return [items];
  return items.flatMap((item, index) =>
    permutations([...items.slice(0, index), ...items.slice(index + 1)]).map((rest) => [item, ...rest]),
  );
}
