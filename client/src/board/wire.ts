/**
 * The binary frames of an open board: y-protocols' sync and awareness, live strokes (type 64), and any of
 * these in the name of somebody who shares this device (type 65). A frame from the server may hold several
 * messages one after the other.
 */

import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";

/**
 * The way to the server, as the shell provides it.
 *
 * "open" is said each time the board has been opened on the server, after a reconnect too. "refused"
 * (the server did not take an update) makes the board forget its document; open the board again after it.
 */
export interface BoardTransport {
  send(data: Uint8Array): void;
  onMessage(listener: (data: Uint8Array) => void): () => void;
  onStatus(listener: (status: TransportStatus) => void): () => void;
  /** Told just before the page goes into another room: what waits to be sent goes now, or not at all. */
  onLeave?(listener: () => void): () => void;
}

export type TransportStatus = "open" | "closed" | "refused";

const SYNC = 0;
const AWARENESS = 1;
const LIVE = 64;
const ACTING = 65;
const STEP_1 = 0;
const STEP_2 = 1;
const UPDATE = 2;

/** What a document with nothing new in it encodes to. */
export const EMPTY_UPDATE = Uint8Array.of(0, 0);

export type Received =
  | { type: "step1"; stateVector: Uint8Array }
  | { type: "update"; update: Uint8Array; answer: boolean }
  | { type: "awareness"; update: Uint8Array }
  | { type: "live"; userId: string; payload: Uint8Array };

function frame(...parts: (number | Uint8Array)[]): Uint8Array {
  const encoder = encoding.createEncoder();
  for (const part of parts) {
    if (typeof part === "number") encoding.writeVarUint(encoder, part);
    else encoding.writeVarUint8Array(encoder, part);
  }
  return encoding.toUint8Array(encoder);
}

/** A message in the name of somebody who shares this device; undefined: of the one who signed in first. */
export function inNameOf(userId: string | undefined, message: Uint8Array): Uint8Array {
  if (userId === undefined) return message;
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, ACTING);
  encoding.writeVarString(encoder, userId);
  encoding.writeUint8Array(encoder, message);
  return encoding.toUint8Array(encoder);
}

export const step1Frame = (stateVector: Uint8Array): Uint8Array => frame(SYNC, STEP_1, stateVector);
export const step2Frame = (update: Uint8Array): Uint8Array => frame(SYNC, STEP_2, update);
export const updateFrame = (update: Uint8Array): Uint8Array => frame(SYNC, UPDATE, update);
export const awarenessFrame = (update: Uint8Array): Uint8Array => frame(AWARENESS, update);
export const liveFrame = (payload: Uint8Array): Uint8Array => frame(LIVE, payload);

/** The messages of a frame, up to the first that cannot be read. */
export function readFrame(data: Uint8Array): Received[] {
  const received: Received[] = [];
  const decoder = decoding.createDecoder(data);
  try {
    while (decoding.hasContent(decoder)) {
      const next = readMessage(decoder);
      if (!next) break;
      received.push(next);
    }
  } catch {
    // Cut short: what came before it is whole.
  }
  return received;
}

function readMessage(decoder: decoding.Decoder): Received | undefined {
  switch (decoding.readVarUint(decoder)) {
    case SYNC: {
      const step = decoding.readVarUint(decoder);
      const body = decoding.readVarUint8Array(decoder);
      if (step === STEP_1) return { type: "step1", stateVector: body };
      if (step !== STEP_2 && step !== UPDATE) return undefined;
      return { type: "update", update: body, answer: step === STEP_2 };
    }
    case AWARENESS:
      return { type: "awareness", update: decoding.readVarUint8Array(decoder) };
    case LIVE: {
      const userId = decoding.readVarString(decoder);
      return { type: "live", userId, payload: decoding.readVarUint8Array(decoder) };
    }
    default:
      return undefined;
  }
}
