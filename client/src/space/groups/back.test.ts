import { describe, expect, it } from "vitest";
import { hearRoom, OPEN_ROOM, type RoomFrame } from "../lesson/known";
import { saidAt, secondsToBack, SOON_S, type Said } from "./back";

const SERVER = Date.parse("2026-11-03T10:00:00Z");

/** A room whose people come back in a minute, as a device hears it whose clock is off. */
function heard(offMs: number) {
  const { skewMs: _, ...room } = OPEN_ROOM;
  const frame: RoomFrame = {
    ...room, type: "room.state", version: 1, now: new Date(SERVER).toISOString(),
    call_back: { ends_at: new Date(SERVER + 60_000).toISOString(), length_s: 60 },
  };
  return hearRoom(OPEN_ROOM, frame, SERVER + offMs);
}

describe("the way back", () => {
  it.each([0, -3_600_000, 86_400_000])("counts by the server's clock, on a device that is %i ms off", (offMs) => {
    const room = heard(offMs);
    const at = (ms: number) => secondsToBack(room, SERVER + offMs + ms);
    expect([at(0), at(1_000), at(59_001), at(60_000), at(90_000)]).toEqual([60, 59, 1, 0, 0]);
  });

  it("is not counted when nobody was called", () => {
    expect(secondsToBack(OPEN_ROOM, SERVER)).toBeUndefined();
  });

  it.each([
    ["from the beginning", 60, [60, SOON_S]],
    ["by who comes in the middle", 37, [37, SOON_S]],
    ["by who comes late", 6, [6]],
  ])("is said aloud once, and once more when it is soon: heard %s", (_, from, expected) => {
    let said: Said;
    const spoken: number[] = [];
    for (let left = from; left >= 0; left -= 1) {
      const now = saidAt(said, left);
      if (now !== said && now) spoken.push(now.seconds);
      said = now;
    }
    expect(spoken).toEqual(expected);
  });
});
