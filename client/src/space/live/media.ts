/** What the live bar and the tiles need of the media session: the seam between this folder and src/live. */

export interface MediaTile {
  userId: string;
  stream: MediaStream;
  hasAudio: boolean;
  hasVideo: boolean;
  isSpeaking: boolean;
}

export interface Media {
  /** False until the space is joined: there is nobody to talk to yet. */
  isReady: boolean;
  microphone: boolean;
  camera: boolean;
  isWatching: boolean;
  /** A stable code of what went wrong with a device, worded as `device.<code>`. */
  problem: string | undefined;
  /** My own picture while the camera is on. */
  own: MediaStream | undefined;
  tiles: readonly MediaTile[];
  /** Open the camera for me alone; it is shown to others only by `setCamera(true)`. */
  preview(): Promise<MediaStream | undefined>;
  endPreview(): void;
  setMicrophone(on: boolean): Promise<void>;
  setCamera(on: boolean): Promise<void>;
  watch(on: boolean): Promise<void>;
}
