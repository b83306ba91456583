/** Who is at one device, and in whose name this page acts, as a pure function of what it was told. */
import type { RequestFrame, SentFrame, ServerFrameOf } from "../frames";

type Told = ServerFrameOf<"device.state">;
export type Device = Told["device"];

export interface Devices {
  /** This very device, when somebody has joined the first one here. */
  readonly mine: Pick<Told, "device" | "missing"> | undefined;
  /** Those in the room that several are at. */
  readonly all: readonly Device[];
  /** Who writes, raises a hand and answers here now; undefined: the one who signed in first. */
  readonly acting: string | undefined;
  /** Who was tapped last: after a break they act again, if they are still here. */
  readonly chosen: string | undefined;
}

export const NO_DEVICES: Devices = { mine: undefined, all: [], acting: undefined, chosen: undefined };

export function hearDevices(known: Devices, frame: Told | ServerFrameOf<"people.devices">): Devices {
  if (frame.type === "people.devices") return { ...known, all: frame.devices };
  const { device, missing } = frame;
  const isShared = device.user_ids.length > 1 || (device.left_out ?? []).length > 0;
  const acting = known.chosen !== undefined && device.user_ids.includes(known.chosen) ? known.chosen : undefined;
  return { ...known, mine: isShared ? { device, missing } : undefined, acting, chosen: acting };
}

/** The page has come in (again): who else is here is told after this, if anybody is. */
export function devicesAnew(known: Devices): Devices {
  return { ...NO_DEVICES, chosen: known.chosen };
}

/** Another one of those at this device writes from now on. */
export function actingAs(known: Devices, userId: string): Devices {
  const people = known.mine?.device.user_ids ?? [];
  const acting = people.indexOf(userId) > 0 ? userId : undefined;
  return { ...known, acting, chosen: acting };
}

/** In whose name this page acts. */
export function actorOf(state: { userId: string | undefined; devices: Devices }): string | undefined {
  return state.devices.acting ?? state.userId;
}

/** Whether this is somebody who is at this device. */
export function isAtThisDevice(state: { userId: string | undefined; devices: Devices }, userId: string): boolean {
  return userId === state.userId || (state.devices.mine?.device.user_ids.includes(userId) ?? false);
}

/** Who else is at the device of this person. */
export function besides(devices: Devices, userId: string): readonly string[] {
  return devices.all.find((device) => device.user_ids.includes(userId))?.user_ids.filter((id) => id !== userId) ?? [];
}

/** Whose device it is that this person has joined; undefined: nobody's, or it is their own. */
export function hostOf(devices: Devices, userId: string): string | undefined {
  return devices.all.find((device) => device.user_ids.indexOf(userId) > 0)?.user_ids[0];
}

/** A frame in the name of who is chosen, where it can be in somebody's name. */
export function inNameOf<T extends RequestFrame | SentFrame>(frame: T, acting: string | undefined): T {
  if (acting === undefined) return frame;
  switch (frame.type) {
    case "chat.typing":
    case "chat.edit":
    case "chat.delete":
    case "chat.react":
    case "poll.vote":
    case "hand.raise":
    case "help.ask":
      return { ...frame, as_id: acting };
    case "hand.lower":
      return frame.user_id ? frame : { ...frame, user_id: acting };
    default:
      return frame;
  }
}
