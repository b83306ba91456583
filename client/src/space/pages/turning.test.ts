import { describe, expect, it } from "vitest";
import { OPEN_ROOM, type LessonRoom } from "../lesson/known";
import { initialState, reduce, type SpaceState } from "../state";
import { turnTo } from "./turning";

const LESSON = { id: "l", title: "Rivers", starts_at: "", ends_at: "" };
const room = (change: Partial<LessonRoom>): LessonRoom => ({ ...OPEN_ROOM, version: 1, ...change });
const page = (id: string, position: number) => ({ id, title: id, position, is_prepared: false });

describe("turning pages", () => {
  it("follows each time everyone is brought to a page, to the same page too", () => {
    expect(turnTo(room({ page_id: "b", page_turns: 3 }), 2)).toBe("b");
    expect(turnTo(room({ page_id: "b", page_turns: 4 }), 3)).toBe("b");
    expect(turnTo(room({ page_id: "b", page_turns: 4 }), 4)).toBeUndefined();
    expect(turnTo(room({ page_id: null, page_turns: 5 }), 4)).toBeUndefined();
  });

  it("brings who comes into a lesson to where the others are, and nobody into an old lesson's page", () => {
    expect(turnTo(room({ page_id: "b", page_turns: 3, lesson: LESSON }), undefined)).toBe("b");
    expect(turnTo(room({ page_id: "b", page_turns: 3 }), undefined)).toBeUndefined();
  });
});

describe("the pages of the board", () => {
  const open = (id: string): SpaceState => ({
    ...initialState(), boards: [page("a", 1), page("b", 2)], notes: page("n", 0), board: { id, canEdit: true, generation: 2 },
  });

  it("are as the server says, and an open one that is gone is open no more", () => {
    const heard = reduce(open("b"), { type: "frame", frame: { type: "pages.changed", boards: [page("c", 1), page("a", 2)] } });
    expect(heard.boards.map((board) => board.id)).toEqual(["c", "a"]);
    expect(heard.board).toBeUndefined();
  });

  it("leave what is open alone while it is there, and the notes always", () => {
    for (const id of ["a", "n"]) {
      const before = open(id);
      const heard = reduce(before, { type: "frame", frame: { type: "pages.changed", boards: [page("a", 1)] } });
      expect(heard.board).toBe(before.board);
    }
  });
});
