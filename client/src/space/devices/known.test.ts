import { describe, expect, it } from "vitest";
import type { ServerFrameOf } from "../frames";
import { initialState, reduce, type SpaceState } from "../state";
import { actingAs, actorOf, besides, devicesAnew, hearDevices, hostOf, inNameOf, isAtThisDevice, NO_DEVICES } from "./known";

const told = (user_ids: string[], left_out: ServerFrameOf<"device.state">["device"]["left_out"] = []): ServerFrameOf<"device.state"> => ({
  type: "device.state",
  device: { user_ids, left_out },
  missing: [],
});

function after(...ids: string[][]): SpaceState {
  return ids.reduce<SpaceState>((state, each) => reduce(state, { type: "frame", frame: told(each) }), { ...initialState(), userId: "a" });
}

describe("several at one device", () => {
  it("the first writes until another one is chosen, who must be there", () => {
    const state = after(["a", "b"]);
    expect(actorOf(state)).toBe("a");
    const chosen = reduce(state, { type: "acting", as: "b" });
    expect(actorOf(chosen)).toBe("b");
    expect(actorOf(reduce(chosen, { type: "acting", as: "a" }))).toBe("a");
    expect(actorOf(reduce(state, { type: "acting", as: "stranger" }))).toBe("a");
  });

  it("who goes from the device writes no more there", () => {
    const state = reduce(after(["a", "b"]), { type: "acting", as: "b" });
    const gone = reduce(state, { type: "frame", frame: told(["a"]) });
    expect(gone.devices).toEqual(NO_DEVICES);
    expect(actorOf(gone)).toBe("a");
    expect(isAtThisDevice(gone, "b")).toBe(false);
  });

  it("after a break the one who was chosen goes on, if they are still there", () => {
    const chosen = reduce(after(["a", "b"]), { type: "acting", as: "b" });
    const back = { ...chosen, devices: devicesAnew(chosen.devices) };
    expect(actorOf(back)).toBe("a");
    expect(actorOf(reduce(back, { type: "frame", frame: told(["a", "b", "c"]) }))).toBe("b");
    const gone = reduce(back, { type: "frame", frame: told(["a", "c"]) });
    expect(actorOf(gone)).toBe("a");
    expect(actorOf(reduce(gone, { type: "frame", frame: told(["a", "b", "c"]) }))).toBe("a");
  });

  it("one who may not be in the room is told of, and writes nothing", () => {
    const known = hearDevices(NO_DEVICES, told(["a"], [{ user_id: "b", name: "Fox", reason: "removed" }]));
    expect(known.mine?.device.left_out).toHaveLength(1);
    expect(actingAs(known, "b").acting).toBeUndefined();
  });

  it("frames go in the name of who is chosen, and others as they are", () => {
    expect(inNameOf({ type: "hand.raise", as_id: null }, "b")).toEqual({ type: "hand.raise", as_id: "b" });
    expect(inNameOf({ type: "hand.lower", user_id: null }, "b")).toEqual({ type: "hand.lower", user_id: "b" });
    expect(inNameOf({ type: "hand.lower", user_id: "c" }, "b")).toEqual({ type: "hand.lower", user_id: "c" });
    expect(inNameOf({ type: "hand.raise", as_id: null }, undefined)).toEqual({ type: "hand.raise", as_id: null });
    const open = { type: "board.open", board_id: "1" } as const;
    expect(inNameOf(open, "b")).toBe(open);
  });

  it("a message of anybody here answers what waits to be sent", () => {
    const author = { user_id: "b", name: "Fox", kind: "student", avatar: "", school_id: "s", class_name: "" };
    const message = { seq: 1, id: "m", client_id: "c", author, text: "hi", sent_at: "2026-01-01T00:00:00Z" };
    const waiting = { clientId: "c", text: "hi", writtenAt: 0, state: "waiting", asId: "b" } as const;
    const state = { ...after(["a", "b"]), pending: [waiting] };
    const shown = reduce(state, { type: "frame", frame: { type: "chat.posted", after: 0, message } as never });
    expect(shown.pending).toEqual([]);
  });

  it("everyone is told who sits together", () => {
    const known = hearDevices(NO_DEVICES, { type: "people.devices", devices: [{ user_ids: ["a", "b", "c"], left_out: [] }] });
    expect(besides(known, "b")).toEqual(["a", "c"]);
    expect(besides(known, "z")).toEqual([]);
    expect([hostOf(known, "a"), hostOf(known, "c"), hostOf(known, "z")]).toEqual([undefined, "a", undefined]);
  });
});
