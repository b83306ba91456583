/**
 * Messages that were written but not yet stored, kept over a reload of the page.
 *
 * In sessionStorage, for this person and this space only: the next student on a shared tablet must not
 * send the words of the one before.
 */
import type { PendingMessage } from "./state";

const PREFIX = "commonroom.outbox.";

export class Outbox {
  private readonly key: string;

  constructor(
    private readonly userId: string,
    spaceId: string,
    private readonly storage: Storage | undefined = sessionStorageIfAllowed(),
  ) {
    this.key = `${PREFIX}${userId}.${spaceId}`;
  }

  /** The same person's, of another space. */
  of(spaceId: string): Outbox {
    return new Outbox(this.userId, spaceId, this.storage);
  }

  load(): PendingMessage[] {
    try {
      const kept: unknown = JSON.parse(this.storage?.getItem(this.key) ?? "[]");
      // What was acknowledged is sent again, too: the same client id is stored once, and the answer tells.
      return Array.isArray(kept)
        ? kept.filter(isPending).map((message) => (message.state === "stored" ? { ...message, state: "waiting" } : message))
        : [];
    } catch {
      return [];
    }
  }

  save(pending: readonly PendingMessage[]): void {
    try {
      if (pending.length > 0) this.storage?.setItem(this.key, JSON.stringify(pending));
      else this.storage?.removeItem(this.key);
    } catch {
      // A full or forbidden store: the message is still in memory, only a reload would lose it.
    }
  }
}

/** At sign-out: nothing that was written stays behind on the device. */
export function clearOutboxes(storage: Storage | undefined = sessionStorageIfAllowed()): void {
  if (!storage) return;
  const keys = Array.from({ length: storage.length }, (_, index) => storage.key(index));
  for (const key of keys) if (key?.startsWith(PREFIX)) storage.removeItem(key);
}

function isPending(value: unknown): value is PendingMessage {
  if (typeof value !== "object" || value === null) return false;
  const message = value as Partial<PendingMessage>;
  return (
    typeof message.clientId === "string" &&
    typeof message.text === "string" &&
    typeof message.writtenAt === "number" &&
    ["string", "undefined"].includes(typeof message.replyTo) &&
    (message.state === "waiting" || message.state === "stored" || message.state === "failed" || message.state === "held" || message.state === "refused")
  );
}

function sessionStorageIfAllowed(): Storage | undefined {
  try {
    return globalThis.sessionStorage;
  } catch {
    return undefined;
  }
}
