/** One's own voice to all groups at once: begun and ended. docs/groups.md says it in words. */
import { RequestFailed } from "../connection";
import type { Media } from "../live/media";
import type { Room } from "../room";

type Line = Pick<Room, "channel">;
type Microphone = Pick<Media, "state" | "setMicrophone">;

/** Where the microphone was turned on for this alone: it goes off again with it. */
const turnedOn = new WeakSet<Line>();

/** Returns why it was refused, as a stable code; undefined: everyone hears it. */
export async function speakToAll(room: Line, media: Microphone): Promise<string | undefined> {
  if (media.state?.microphone !== "on") {
    if (!(await media.setMicrophone(true))) return "microphone";
    turnedOn.add(room);
  }
  try {
    await room.channel.request({ type: "groups.speak", on: true });
    return undefined;
  } catch (error) {
    hushed(room, media);
    return error instanceof RequestFailed ? error.code : "general";
  }
}

/** Asks for the end of it. The microphone goes off when it has ended (`hushed`), at the latest. */
export function stopSpeaking(room: Line, media: Microphone): void {
  hushed(room, media);
  room.channel.request({ type: "groups.speak", on: false }).catch(() => undefined);
}

/** It has ended, whoever ended it. */
export function hushed(room: Line, media: Microphone): void {
  if (turnedOn.delete(room)) void media.setMicrophone(false);
}
