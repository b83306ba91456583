import { describe, expect, it } from "vitest";
import { person } from "../fixtures";
import { asClock, hearRoom, inLine, OPEN_ROOM, placeInLine, rejoined, secondsLeft, wasSilenced, type RoomFrame } from "./known";

const NOW = Date.parse("2026-11-03T10:00:00Z");

function frame(change: Partial<RoomFrame> = {}): RoomFrame {
  const { skewMs: _, ...open } = OPEN_ROOM;
  return { type: "room.state", now: "2026-11-03T10:00:00Z", ...open, version: 1, ...change };
}

const hear = (change: Partial<RoomFrame>, before = OPEN_ROOM, nowMs = NOW) => hearRoom(before, frame(change), nowMs);

describe("the room", () => {
  it("keeps what is newer", () => {
    const held = hear({ version: 5, phase: "held" });
    expect(hear({ version: 4, phase: "live" }, held)).toBe(held);
    expect(hear({ version: 6, phase: "live" }, held).phase).toBe("live");
  });

  it("believes the server after a break, whatever its number", () => {
    const held = hear({ version: 5, phase: "held" });
    expect(hear({ version: 2, phase: "open" }, rejoined(held)).phase).toBe("open");
  });
});

describe("hands", () => {
  const people = new Map(["a", "b", "c"].map((id) => [id, person(id, id)]));

  it("stand in line, without those who are not here", () => {
    const room = hear({ hands: ["c", "gone", "a"] });
    expect(inLine(room, people).map((each) => each.user_id)).toEqual(["c", "a"]);
    expect(placeInLine(room, people, "a")).toBe(2);
    expect(placeInLine(room, people, "b")).toBe(0);
    expect(placeInLine(room, people, undefined)).toBe(0);
  });
});

describe("the timer", () => {
  const timer = { ends_at: "2026-11-03T10:01:00Z", length_s: 60 };

  it("counts by the server's clock, not the device's", () => {
    const late = hear({ timer }, OPEN_ROOM, NOW + 90_000); // this tablet is a minute and a half fast
    expect(secondsLeft(late, NOW + 90_000)).toBe(60);
    expect(secondsLeft(late, NOW + 120_500)).toBe(30);
  });

  it("says for a minute that the time is up", () => {
    const room = hear({ timer });
    expect(secondsLeft(room, NOW + 60_000)).toBe(0);
    expect(secondsLeft(room, NOW + 119_000)).toBe(0);
    expect(secondsLeft(room, NOW + 120_000)).toBeUndefined();
    expect(secondsLeft(hear({}), NOW)).toBeUndefined();
  });

  it("reads like a clock", () => {
    expect([0, 5, 65, 600, 3723].map(asClock)).toEqual(["0:00", "0:05", "1:05", "10:00", "1:02:03"]);
  });
});

describe("a microphone that is turned off", () => {
  const before = hear({ version: 1, silenced: 2 });

  it("is everybody's, or one's own", () => {
    expect(wasSilenced(before, hear({ version: 2, silenced: 3, silenced_id: null }), "me")).toBe(true);
    expect(wasSilenced(before, hear({ version: 2, silenced: 3, silenced_id: "me" }), "me")).toBe(true);
    expect(wasSilenced(before, hear({ version: 2, silenced: 3, silenced_id: "other" }), "me")).toBe(false);
    expect(wasSilenced(before, hear({ version: 3, silenced: 4, silenced_id: "other" }), "me")).toBe(true);
  });

  it("is no news for who comes in", () => {
    expect(wasSilenced(OPEN_ROOM, before, "me")).toBe(false);
    expect(wasSilenced(before, hear({ version: 2, silenced: 2 }), "me")).toBe(false);
  });
});
