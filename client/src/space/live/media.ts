/** What the live bar and the tiles need of the media session: the seam between this folder and src/live. */
import type { MediaState } from "../../live/media-state";
import type { Tile } from "../../live/tiles";

export type MediaTile = Pick<Tile, "userId" | "stream" | "hasAudio" | "hasVideo" | "isSpeaking">;

export interface Media {
  /** Undefined until the space is joined: there is nobody to talk to yet. */
  state: MediaState | undefined;
  preview(): Promise<MediaStream | null>;
  endPreview(): void;
  /** Resolves to whether it is so now; what went wrong stands in `state.problem`. */
  setMicrophone(on: boolean): Promise<boolean>;
  setCamera(on: boolean): void;
  watch(on: boolean): void;
}
