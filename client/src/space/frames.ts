/** Short names for the frames of the live channel (`realtime/protocol.py`, by way of protocol.gen.ts). */
import type { components } from "../protocol.gen";

type Schemas = components["schemas"];

export type ClientFrame = Schemas["ClientFrame"];
export type ServerFrame = Schemas["ServerFrame"];
export type ServerFrameType = ServerFrame["type"];
type ServerFrames = { [F in ServerFrame as F["type"]]: F };
export type ServerFrameOf<T extends ServerFrameType> = ServerFrames[T];

/** A frame that is answered: the connection gives it its `ref`. */
export type RequestFrame = WithoutRef<Extract<ClientFrame, { ref: number }>>;
export type SentFrame = Exclude<ClientFrame, { ref: number } | { type: "hello" }>;
type WithoutRef<T> = T extends unknown ? Omit<T, "ref"> : never;

interface NamedReplies {
  "space.join": ServerFrameOf<"space.joined">;
  "chat.post": ServerFrameOf<"chat.ack">;
  "chat.edit": ServerFrameOf<"ok">;
  "chat.delete": ServerFrameOf<"ok">;
  "chat.react": ServerFrameOf<"ok">;
  "chat.pin": ServerFrameOf<"ok">;
  "board.open": ServerFrameOf<"board.opened">;
  "media.publish": ServerFrameOf<"media.published">;
  "media.watch": ServerFrameOf<"ok">;
}

/** What is not named is answered by `ok` alone. */
type Replies = NamedReplies & { [T in Exclude<RequestFrame["type"], keyof NamedReplies>]: ServerFrameOf<"ok"> };

export type ReplyTo<T extends RequestFrame> = Replies[T["type"]];

export type ErrorCode = Schemas["ErrorCode"];
export type CloseCode = Schemas["CloseCode"];
export type Person = Schemas["Person"];
export type SchoolInfo = Schemas["SchoolInfo"];
export type SpaceInfo = Schemas["SpaceInfo"];
export type BoardInfo = Schemas["BoardInfo"];
type Always = "seq" | "id" | "client_id" | "author" | "text" | "sent_at";
/** What a message has not is left out on the wire: an absent field stands for none. */
export type ChatMessage = Pick<Schemas["ChatMessage"], Always> & Partial<Omit<Schemas["ChatMessage"], Always>>;
export type Reaction = Schemas["Reaction"];
export type ReactionKind = Schemas["ReactionKind"];
export type MediaTrack = Schemas["MediaTrack"];
export type IceServer = Schemas["IceServer"];
/** Whose it is matters only where several are at one device. */
export type PollAnswer = Omit<Schemas["PollAnswer"], "as_id"> & { as_id?: string | null };
export type PollInfo = Schemas["PollInfo"];
export type PollKind = Schemas["PollKind"];
export type PollMove = Schemas["PollMove"];
export type SchoolWatch = Schemas["SchoolWatch"];
export type SchoolBalance = Schemas["SchoolBalance"];

/** Does not compile when the server speaks another version than this client was written for. */
export const PROTOCOL_VERSION: Schemas["ProtocolVersion"] = 3;

export const CLOSE = {
  restarting: 4000,
  slowReader: 4001,
  resync: 4002,
  badFrame: 4500,
  signedOut: 4501,
  wrongVersion: 4502,
  accessLost: 4503,
  forbiddenOrigin: 4504,
  tooMany: 4505,
} as const satisfies Record<string, CloseCode>;
