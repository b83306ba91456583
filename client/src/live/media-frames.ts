/**
 * The frames of the live channel that carry media, and what this engine needs of the connection.
 * They mirror realtime/protocol.py; only what is read or written here is named.
 */

export interface MediaTrackInfo {
  id: string;
  user_id: string;
  kind: string;
  mid?: string | null;
}

export interface IceServerInfo {
  urls: string[];
  username?: string;
  credential?: string;
}

export type MediaRequest =
  | { type: "media.publish"; sdp: string }
  | { type: "media.watch"; on: boolean };

export type MediaNotice =
  | { type: "media.answer"; offer_id: number; sdp: string }
  | { type: "media.pause"; track_id: string; paused: boolean };

export interface MediaReplies {
  "media.publish": { type: "media.published"; sdp: string; tracks: MediaTrackInfo[] };
  "media.watch": { type: "ok" };
}

export interface MediaOfferFrame {
  type: "media.offer";
  offer_id: number;
  sdp: string;
  tracks: MediaTrackInfo[];
}

export interface MediaEvents {
  /** The socket (re)joined its space: what the server held for the page before is gone. */
  "space.joined": { type: "space.joined"; grants: string[]; tracks: MediaTrackInfo[]; ice_servers: IceServerInfo[] };
  /** What the person may do has changed; the server has acted on it already. */
  "access.update": { type: "access.update"; grants: string[] };
  "media.tracks": { type: "media.tracks"; tracks: MediaTrackInfo[] };
  "media.offer": MediaOfferFrame;
  "media.speaker": { type: "media.speaker"; user_id: string | null };
  error: { type: "error"; code: string; detail: string; ref?: number | null };
}

export interface Signalling {
  /** Send a frame with a `ref` of the connection's choosing. Rejects on an error or a lost socket. */
  request<T extends MediaRequest>(frame: T): Promise<MediaReplies[T["type"]]>;
  send(frame: MediaNotice): void;
  on<T extends keyof MediaEvents>(type: T, listener: (frame: MediaEvents[T]) => void): () => void;
}

/** The `code` of an error frame, however the connection wraps it in what it throws. */
export function codeOf(error: unknown): string {
  return typeof error === "object" && error !== null && "code" in error ? String(error.code) : "";
}
