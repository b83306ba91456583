import type { Room } from "../room";
import type { SpaceState } from "../state";
import type { Media } from "./media";

const NOTHING: Media = {
  isReady: false,
  microphone: false,
  camera: false,
  isWatching: false,
  problem: undefined,
  own: undefined,
  tiles: [],
  preview: async () => undefined,
  endPreview: () => undefined,
  setMicrophone: async () => undefined,
  setCamera: async () => undefined,
  watch: async () => undefined,
};

export function useMedia(_room: Room, _state: SpaceState): Media {
  return NOTHING;
}
