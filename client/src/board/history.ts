/**
 * Undo and redo of one person's own work, field by field.
 *
 * Why not Y.UndoManager: with `ignoreRemoteMapChanges` it writes the old value over what another has
 * set since; without it, undoing a change that lost a race can leave the field with no value at all.
 * Here a step remembers what each field was and became, and puts back only fields that still hold what
 * the step wrote. Nothing is ever deleted.
 */

import type { Field } from "./elements";

export interface Change {
  readonly id: string;
  readonly field: Field;
  readonly before: unknown;
  readonly after: unknown;
}

/** What one gesture changed, and the moment (`History.moment`) it ended. */
interface Step {
  readonly changes: Change[];
  readonly moment: number;
}

export interface Board {
  read(id: string, field: Field): unknown;
  write(changes: readonly Change[]): void;
}

const DEPTH = 200;

export class History {
  readonly #board: Board;
  readonly #done: Step[] = [];
  readonly #undone: Step[] = [];
  readonly #touched = new Map<string, number>();
  #open: Map<string, Change> | undefined;
  #nesting = 0;
  #moment = 0;

  constructor(board: Board) {
    this.#board = board;
  }

  get canUndo(): boolean {
    return this.#done.length > 0;
  }

  get canRedo(): boolean {
    return this.#undone.length > 0;
  }

  /** Everything recorded until the matching `close` is one step. Nested pairs belong to the outer one. */
  open(): void {
    if (this.#nesting++ === 0) this.#open = new Map();
  }

  close(): void {
    if (--this.#nesting > 0) return;
    const changes = [...(this.#open?.values() ?? [])].filter((change) => !same(change.before, change.after));
    this.#open = undefined;
    if (changes.length === 0) return;
    this.#done.push({ changes, moment: ++this.#moment });
    if (this.#done.length > DEPTH) this.#done.shift();
    this.#undone.length = 0;
  }

  record(change: Change): void {
    const key = `${change.id}\n${change.field}`;
    const earlier = this.#open?.get(key);
    this.#open?.set(key, earlier ? { ...change, before: earlier.before } : change);
  }

  /** Someone else has changed this element. */
  touchedByOther(id: string): void {
    this.#touched.set(id, ++this.#moment);
  }

  /** Take back the last step that still can be; false when there is none. */
  undo(): boolean {
    return this.#move(this.#done, this.#undone);
  }

  redo(): boolean {
    return this.#move(this.#undone, this.#done);
  }

  clear(): void {
    this.#done.length = 0;
    this.#undone.length = 0;
    this.#touched.clear();
  }

  #move(from: Step[], to: Step[]): boolean {
    for (let step = from.pop(); step; step = from.pop()) {
      const { moment } = step;
      const back = step.changes
        .filter((change) => this.#mayTakeBack(change, moment))
        .map((change) => ({ ...change, before: change.after, after: change.before }));
      if (back.length === 0) continue;
      this.#board.write(back);
      to.push({ changes: back, moment: ++this.#moment });
      return true;
    }
    return false;
  }

  #mayTakeBack(change: Change, moment: number): boolean {
    if (!same(this.#board.read(change.id, change.field), change.after)) return false;
    // Taking an element away takes away what another has put into it since: then it stays.
    const removes = change.field === "gone" && change.before === true;
    return !removes || (this.#touched.get(change.id) ?? 0) <= moment;
  }
}

function same(a: unknown, b: unknown): boolean {
  if (a instanceof Uint8Array && b instanceof Uint8Array) {
    return a.length === b.length && a.every((byte, i) => byte === b[i]);
  }
  return Object.is(a, b);
}
