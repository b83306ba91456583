/** What a page knows of moderation: how the chat is read, what waits, who asks for help. Pure. */
import type { components } from "../../protocol.gen";
import type { PendingMessage } from "../state";

type Schemas = components["schemas"];
export type ChatMode = Schemas["ChatMode"];
export type HeldReason = Schemas["HeldReason"];
export type WaitingMessage = Schemas["WaitingMessage"];
export type OwnHeld = Schemas["OwnHeld"];

export interface Moderation {
  mode: ChatMode | undefined;
  /** Every message of a student waits for an adult. */
  studentsWait: boolean;
  /** The first of those that wait, for adults. */
  queue: readonly WaitingMessage[];
  count: number;
  /** Who asks for help, and since when (milliseconds since the epoch). Adults see all, others themselves. */
  help: ReadonlyMap<string, number>;
  /** The adult who said that they come to me. */
  helper: string | undefined;
}

export const NOTHING_WAITS: Moderation = {
  mode: undefined,
  studentsWait: false,
  queue: [],
  count: 0,
  help: new Map(),
  helper: undefined,
};

type ModerationFrame =
  | Schemas["ChatModeChanged"]
  | Schemas["ModerationQueue"]
  | Schemas["HelpAsked"]
  | Schemas["HelpAnswered"];

export function hearModeration(known: Moderation, frame: ModerationFrame, userId: string | undefined): Moderation {
  switch (frame.type) {
    case "chat.mode.changed":
      return { ...known, mode: frame.mode, studentsWait: frame.students_wait };
    case "moderation.queue":
      return { ...known, queue: frame.waiting, count: frame.count };
    case "help.asked":
      return {
        ...known,
        help: new Map(known.help).set(frame.user_id, Date.parse(frame.at)),
        helper: frame.user_id === userId ? undefined : known.helper,
      };
    case "help.answered": {
      const help = new Map(known.help);
      help.delete(frame.user_id);
      return { ...known, help, helper: frame.user_id === userId ? (frame.by ?? undefined) : known.helper };
    }
  }
}

/** What became of one message of mine that was held. */
export function withHeld(
  pending: readonly PendingMessage[],
  clientId: string,
  state: Schemas["HeldState"],
): readonly PendingMessage[] {
  // Approved, it arrives as a message like any other, and leaves by itself.
  const shown = state === "refused" ? "refused" : "held";
  return pending.map((message) => (message.clientId === clientId ? { ...message, state: shown } : message));
}

/** All of mine that are held, as the server tells them: on coming in, and when one was decided on. */
export function withAllHeld(
  pending: readonly PendingMessage[],
  own: readonly OwnHeld[],
  isKnown: (clientId: string) => boolean,
): readonly PendingMessage[] {
  const told = new Map(own.map((each) => [each.client_id, each]));
  const kept = pending.flatMap((message): PendingMessage[] => {
    const each = told.get(message.clientId);
    told.delete(message.clientId);
    if (each) return [{ ...message, state: each.state === "refused" ? "refused" : "held" }];
    return message.state === "held" ? [] : [message];
  });
  // Written on another device, or before a reload that lost them. A refused one was read there.
  const others = [...told.values()]
    .filter((each) => each.state === "waiting" && !isKnown(each.client_id))
    .map((each): PendingMessage => ({ clientId: each.client_id, text: each.text, writtenAt: Date.parse(each.sent_at), state: "held" }));
  return [...kept, ...others].sort((a, b) => a.writtenAt - b.writtenAt);
}

/** A message cut where something was found in it. The server counts characters as code points. */
export function marked(text: string, reasons: readonly HeldReason[]): { text: string; isMarked: boolean }[] {
  const signs = [...text];
  const isIn = (place: number) => reasons.some(({ start = 0, end = 0 }) => place >= start && place < end);
  const parts: { text: string; isMarked: boolean }[] = [];
  signs.forEach((sign, place) => {
    const last = parts.at(-1);
    if (last && last.isMarked === isIn(place)) last.text += sign;
    else parts.push({ text: sign, isMarked: isIn(place) });
  });
  return parts;
}
