/** From the room's list of tracks to one tile a person, with objects that change only when they must. */

import type { MediaTrackInfo } from "./media-frames";

export interface Tile {
  readonly userId: string;
  /** What an <audio> or <video> element plays. The same object for as long as the person is there. */
  readonly stream: MediaStream;
  /** Their microphone is on. */
  readonly hasAudio: boolean;
  /** Their picture is coming in. */
  readonly hasVideo: boolean;
  /** Their camera is on, though its picture may not have come in yet, or is paused. */
  readonly cameraOn: boolean;
  readonly isSpeaking: boolean;
  readonly audioTrackId: string | null;
  readonly videoTrackId: string | null;
  /** The picture is paused by this page. */
  readonly isPaused: boolean;
}

export interface TileSources {
  tracks: readonly MediaTrackInfo[];
  ownUserId: string;
  speaker: string | null;
  paused: ReadonlySet<string>;
  receiver(trackId: string): MediaStreamTrack | null;
}

function same(a: Tile, b: Tile): boolean {
  return (Object.keys(a) as (keyof Tile)[]).every((key) => a[key] === b[key]);
}

/** Tiles for everyone but oneself, in the order in which they first appear in `tracks`. */
export function arrange(before: readonly Tile[], sources: TileSources): readonly Tile[] {
  const byUser = new Map<string, MediaTrackInfo[]>();
  for (const track of sources.tracks) {
    if (track.user_id === sources.ownUserId) continue;
    const theirs = byUser.get(track.user_id);
    if (theirs === undefined) byUser.set(track.user_id, [track]);
    else theirs.push(track);
  }
  const tiles: Tile[] = [];
  for (const [userId, tracks] of byUser) {
    const old = before.find((tile) => tile.userId === userId);
    const stream = old?.stream ?? new MediaStream();
    const received = tracks.flatMap((track) => sources.receiver(track.id) ?? []);
    for (const track of stream.getTracks()) if (!received.includes(track)) stream.removeTrack(track);
    for (const track of received) stream.addTrack(track);
    const audio = tracks.find((track) => track.kind === "audio");
    const video = tracks.find((track) => track.kind === "video");
    const picture = video === undefined ? null : sources.receiver(video.id);
    const isPaused = video !== undefined && sources.paused.has(video.id);
    const tile: Tile = {
      userId,
      stream,
      hasAudio: audio !== undefined,
      hasVideo: picture !== null && !picture.muted && !isPaused,
      cameraOn: video !== undefined,
      isSpeaking: sources.speaker === userId,
      audioTrackId: audio?.id ?? null,
      videoTrackId: video?.id ?? null,
      isPaused,
    };
    tiles.push(old !== undefined && same(old, tile) ? old : tile);
  }
  const unchanged = tiles.length === before.length && tiles.every((tile, i) => tile === before[i]);
  return unchanged ? before : tiles;
}
