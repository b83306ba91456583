import { describe, expect, it } from "vitest";
import { RequestFailed } from "../connection";
import type { RequestFrame } from "../frames";
import type { Media } from "../live/media";
import type { Room } from "../room";
import { hushed, speakToAll, stopSpeaking } from "./speak";

/** A page whose microphone is on or off, and what it asks for, in order. */
function page(options: { isOn?: boolean; opens?: boolean; refuses?: RequestFailed["code"] } = {}) {
  const did: string[] = [];
  const state = { microphone: options.isOn ? "on" : "off" };
  const media = {
    state,
    setMicrophone: (on: boolean) => {
      did.push(`microphone ${on ? "on" : "off"}`);
      if (on && options.opens === false) return Promise.resolve(false);
      state.microphone = on ? "on" : "off";
      return Promise.resolve(true);
    },
  } as unknown as Media;
  const room = {
    channel: {
      request: (frame: RequestFrame) => {
        did.push(`speak ${"on" in frame && frame.on ? "on" : "off"}`);
        return options.refuses ? Promise.reject(new RequestFailed(options.refuses)) : Promise.resolve();
      },
    },
  } as unknown as Room;
  return { room, media, did };
}

describe("speaking to all groups", () => {
  it("turns the microphone on first, and off again when it is over", async () => {
    const { room, media, did } = page();
    expect(await speakToAll(room, media)).toBeUndefined();
    stopSpeaking(room, media);
    hushed(room, media);
    expect(did).toEqual(["microphone on", "speak on", "microphone off", "speak off"]);
  });

  it("leaves a microphone on that was on before", async () => {
    const { room, media, did } = page({ isOn: true });
    await speakToAll(room, media);
    hushed(room, media);
    expect(did).toEqual(["speak on"]);
  });

  it("turns off what it turned on when the others end it: nobody goes on speaking without knowing", async () => {
    const { room, media, did } = page();
    await speakToAll(room, media);
    hushed(room, media);
    expect(did.at(-1)).toBe("microphone off");
  });

  it("asks for nothing when the microphone cannot be had", async () => {
    const { room, media, did } = page({ opens: false });
    expect(await speakToAll(room, media)).toBe("microphone");
    expect(did).toEqual(["microphone on"]);
  });

  it("says why it was refused, and is silent", async () => {
    const { room, media, did } = page({ refuses: "unavailable" });
    expect(await speakToAll(room, media)).toBe("unavailable");
    expect(did.at(-1)).toBe("microphone off");
  });
});
