/** What the live bar and the tiles need of the media session: the seam between this folder and src/live. */
import type { MediaState, Tile } from "../../live/session";

export type MediaTile = Pick<Tile, "userId" | "stream" | "hasAudio" | "hasVideo" | "isSpeaking">;

export interface Media {
  /** Undefined until the space is joined: there is nobody to talk to yet. */
  state: MediaState | undefined;
  preview(): Promise<MediaStream | null>;
  endPreview(): void;
  setMicrophone(on: boolean): void;
  setCamera(on: boolean): void;
  watch(on: boolean): void;
}
