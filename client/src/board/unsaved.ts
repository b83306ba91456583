/**
 * What was done here and has not come back from the server as stored.
 *
 * The server sends every stored update to all, its author included: own clocks seen in an update, or in
 * the server's state vector, are stored. What is left is sent again after a break, each piece in the name of
 * whose work it is: several may share a device.
 */

import * as Y from "yjs";

/** Well under the server's 64 KiB for one update. */
const MERGED_BYTES = 48 * 1024;

/** Somebody's work; undefined: that of the one who signed in first. */
export interface Work {
  readonly by: string | undefined;
  readonly update: Uint8Array;
}

interface Kept extends Work {
  /** For each of our client ids, the clock after this update. */
  readonly clocks: Map<number, number>;
  sent: boolean;
}

export class UnsavedUpdates {
  #kept: Kept[] = [];
  readonly #stored = new Map<number, number>();

  get isEmpty(): boolean {
    return this.#kept.length === 0;
  }

  get hasUnsent(): boolean {
    return this.#kept.some((kept) => !kept.sent);
  }

  add(update: Uint8Array, by?: string): void {
    this.#kept.push({ by, update, clocks: Y.parseUpdateMeta(update).to, sent: false });
  }

  /** Everything not sent yet, in order, merged into updates the server will take; counts as sent from now on. */
  takeUnsent(): Work[] {
    const batches: { by: string | undefined; updates: Uint8Array[] }[] = [];
    let size = Infinity;
    for (const kept of this.#kept) {
      if (kept.sent) continue;
      kept.sent = true;
      size += kept.update.length;
      if (size > MERGED_BYTES || batches.at(-1)?.by !== kept.by) {
        batches.push({ by: kept.by, updates: [] });
        size = kept.update.length;
      }
      batches.at(-1)?.updates.push(kept.update);
    }
    return batches.map(({ by, updates }) => {
      const [only] = updates;
      return { by, update: updates.length === 1 && only ? only : Y.mergeUpdates(updates) };
    });
  }

  /** The connection broke or an update was lost: all that is not stored has to be sent again. */
  sendAgain(): void {
    for (const kept of this.#kept) kept.sent = false;
  }

  storedUpdate(update: Uint8Array): void {
    if (this.isEmpty) return;
    const { from, to } = Y.parseUpdateMeta(update);
    for (const [client, clock] of to) {
      // A later update that arrived alone says nothing about an earlier one that was lost.
      const first = this.#kept.find((kept) => kept.clocks.has(client));
      if (!first) continue;
      const known = this.#stored.get(client) ?? 0;
      if ((from.get(client) ?? 0) <= known) this.#stored.set(client, Math.max(known, clock));
    }
    this.#drop();
  }

  storedClocks(stateVector: Uint8Array): void {
    for (const [client, clock] of Y.decodeStateVector(stateVector)) {
      this.#stored.set(client, Math.max(this.#stored.get(client) ?? 0, clock));
    }
    this.#drop();
  }

  clear(): void {
    this.#kept = [];
    this.#stored.clear();
  }

  #drop(): void {
    this.#kept = this.#kept.filter(({ clocks }) =>
      [...clocks].some(([client, clock]) => clock > (this.#stored.get(client) ?? 0)),
    );
  }
}
