/** What a page shows of a room's live sound and picture: one immutable snapshot. */
import type { DeviceKind, DeviceProblem } from "./devices";
import type { Tile } from "./tiles";

/** Stable codes; the interface has the words. */
export type MediaProblem =
  | DeviceProblem
  /** The server did not take the camera or microphone: the person may not use it here now. */
  | `${DeviceKind}_refused`;

export interface MediaState {
  readonly microphone: "off" | "starting" | "on";
  readonly camera: "off" | "starting" | "on";
  readonly watching: boolean;
  /** Everyone else with a camera or microphone on. */
  readonly tiles: readonly Tile[];
  /** Who speaks now, oneself included. */
  readonly speaker: string | null;
  /** Own camera and microphone as they are, for the preview and the own tile; never sent by itself. */
  readonly own: MediaStream | null;
  readonly problem: MediaProblem | null;
  /** Sound and picture do not get through just now; it is tried again by itself. */
  readonly interrupted: boolean;
}

export const ALL_OFF: MediaState = {
  microphone: "off", camera: "off", watching: false, interrupted: false,
  tiles: [], speaker: null, own: null, problem: null,
};
