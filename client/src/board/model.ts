/**
 * The board's document: one Y.Map "elements", an entry per element, a field per property.
 *
 * The rules it keeps (docs/protocol.md): an entry is made once and never replaced or deleted; removing
 * sets the field `gone`; a new element is stored whole and `gone`, then shown, so that undo only ever
 * toggles a field; `by` is the user id of who works here. The server refuses updates that break them.
 */

import * as Y from "yjs";
import {
  type BoardElement, DEFAULTS, type ElementFields, type Field, TEXT_LIMIT, inOrder, newElementId, readElement,
} from "./elements";
import { type Change, History } from "./history";
import { PAPER_LIMIT, clamp } from "./geometry";
import { Store } from "./store";

/** A change made here by the person who works at this screen now. Every other origin is somebody else's. */
export const OWN = Symbol("own work");

/** One transaction makes one update, and an update may not pass 64 KiB. */
const ELEMENTS_A_TRANSACTION = 200;

export type NewElement = Partial<Omit<ElementFields, "by" | "gone" | "z">> & { kind: ElementFields["kind"]; id?: string };

export interface HistoryState {
  readonly canUndo: boolean;
  readonly canRedo: boolean;
}

type Listener = (ids: ReadonlySet<string>) => void;

export class BoardModel {
  readonly history = new Store<HistoryState>({ canUndo: false, canRedo: false });
  #doc: Y.Doc;
  #elements: Y.Map<unknown>;
  #userId: string;
  /** Each of those who share this device takes back their own work, and nobody else's. */
  readonly #histories = new Map<string, History>();
  readonly #read = new Map<string, BoardElement>();
  readonly #listeners = new Set<Listener>();
  #order: BoardElement[] | undefined;
  #topZ = 0;

  constructor(doc: Y.Doc, userId: string) {
    this.#userId = userId;
    this.#doc = doc;
    this.#elements = doc.getMap("elements");
    this.#watch();
  }

  /** Who works here now. */
  get userId(): string {
    return this.#userId;
  }

  /** Another of those who share this device works here from now on. Not while a step is open. */
  writeAs(userId: string): void {
    this.#userId = userId;
    this.#publishHistory();
  }

  /** Show another document instead; what was undoable belonged to the old one. */
  attach(doc: Y.Doc): void {
    const before = new Set(this.#read.keys());
    this.#elements.unobserveDeep(this.#observe);
    this.#read.clear();
    this.#order = undefined;
    this.#topZ = 0;
    this.#doc = doc;
    this.#elements = doc.getMap("elements");
    this.#histories.clear();
    this.#watch();
    this.#publishHistory();
    for (const id of this.#read.keys()) before.add(id);
    this.#tell(before);
  }

  destroy(): void {
    this.#elements.unobserveDeep(this.#observe);
    this.#listeners.clear();
  }

  /** Called with the ids of elements that came, changed or went. */
  onChange(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The element, also while it is `gone`. */
  get(id: string): BoardElement | undefined {
    return this.#read.get(id);
  }

  /** The element if it is to be seen. */
  shown(id: string): BoardElement | undefined {
    const element = this.#read.get(id);
    return element?.gone ? undefined : element;
  }

  /** What is to be seen, lowest first. */
  ordered(): readonly BoardElement[] {
    this.#order ??= [...this.#read.values()].filter((element) => !element.gone).sort(inOrder);
    return this.#order;
  }

  /** All changes made in `gesture` are undone together. */
  step<T>(gesture: () => T): T {
    this.#history.open();
    try {
      return gesture();
    } finally {
      this.#history.close();
      this.#publishHistory();
    }
  }

  add(element: NewElement): string {
    const id = element.id ?? newElementId();
    if (this.#elements.has(id)) return id;
    const fields: ElementFields = {
      ...DEFAULTS,
      ...element,
      text: (element.text ?? "").slice(0, TEXT_LIMIT),
      by: this.userId,
      z: ++this.#topZ,
      gone: true,
    };
    this.step(() => {
      // Two transactions, and only the second can be undone: the entry itself is never taken back.
      this.#doc.transact(() => {
        const entry = new Y.Map<unknown>();
        for (const field of Object.keys(DEFAULTS) as Field[]) {
          if (fields[field] !== null) entry.set(field, fields[field]);
        }
        this.#elements.set(id, entry);
      }, OWN);
      this.#change([{ id, field: "gone", before: true, after: false }]);
    });
    return id;
  }

  set(id: string, fields: Partial<Omit<ElementFields, "by" | "kind">>): void {
    this.#setAll([[id, fields]]);
  }

  move(ids: Iterable<string>, dx: number, dy: number): void {
    const on = (value: number): number => clamp(Math.round(value * 4) / 4, -PAPER_LIMIT, PAPER_LIMIT);
    this.#setAll(this.#shownOf(ids).map(({ id, ...old }) => [id, { dx: on(old.dx + dx), dy: on(old.dy + dy) }]));
  }

  remove(ids: Iterable<string>): void {
    this.#setAll(this.#shownOf(ids).map(({ id }) => [id, { gone: true }]));
  }

  undo(): boolean {
    const done = this.#history.undo();
    this.#publishHistory();
    return done;
  }

  redo(): boolean {
    const done = this.#history.redo();
    this.#publishHistory();
    return done;
  }

  #shownOf(ids: Iterable<string>): BoardElement[] {
    return [...ids].flatMap((id) => this.shown(id) ?? []);
  }

  #setAll(wanted: [string, Partial<ElementFields>][]): void {
    const changes: Change[] = [];
    for (const [id, fields] of wanted) {
      for (const [field, after] of Object.entries(fields) as [Field, unknown][]) {
        changes.push({ id, field, before: this.#valueOf(id, field), after });
      }
    }
    this.step(() => this.#change(changes));
  }

  #change(changes: readonly Change[]): void {
    for (const change of changes) this.#history.record(change);
    this.#write(changes);
  }

  #write(changes: readonly Change[]): void {
    for (let from = 0; from < changes.length; from += ELEMENTS_A_TRANSACTION) {
      this.#doc.transact(() => {
        for (const { id, field, after } of changes.slice(from, from + ELEMENTS_A_TRANSACTION)) {
          const entry = this.#elements.get(id);
          if (entry instanceof Y.Map) entry.set(field, after);
        }
      }, OWN);
    }
  }

  /** The stored value; a field that was never set counts as its default, so that undo can set it. */
  #valueOf(id: string, field: Field): unknown {
    const entry = this.#elements.get(id);
    const value: unknown = entry instanceof Y.Map ? entry.get(field) : undefined;
    return value === undefined ? DEFAULTS[field] : value;
  }

  get #history(): History {
    let history = this.#histories.get(this.#userId);
    if (!history) {
      history = new History({
        read: (id, field) => this.#valueOf(id, field),
        write: (changes) => this.#write(changes),
      });
      this.#histories.set(this.#userId, history);
    }
    return history;
  }

  #publishHistory(): void {
    this.history.patch({ canUndo: this.#history.canUndo, canRedo: this.#history.canRedo });
  }

  #watch(): void {
    for (const id of this.#elements.keys()) this.#refresh(id);
    this.#elements.observeDeep(this.#observe);
  }

  #observe = (events: Y.YEvent<Y.AbstractType<unknown>>[], transaction: Y.Transaction): void => {
    const ids = new Set<string>();
    for (const event of events) {
      if (event.target === (this.#elements as Y.AbstractType<unknown>)) {
        for (const id of event.changes.keys.keys()) ids.add(id);
      } else {
        // However deep a hostile document nests, the first step of the path is the element.
        const id = event.path[0];
        if (typeof id === "string") ids.add(id);
      }
    }
    for (const id of ids) {
      this.#refresh(id);
      for (const [userId, history] of this.#histories) {
        if (transaction.origin !== OWN || userId !== this.#userId) history.touchedByOther(id);
      }
    }
    this.#tell(ids);
  };

  #refresh(id: string): void {
    const old = this.#read.get(id);
    const now = readElement(id, this.#elements.get(id));
    if (now) {
      this.#read.set(id, now);
      this.#topZ = Math.max(this.#topZ, now.z);
    } else {
      this.#read.delete(id);
    }
    this.#reorder(old?.gone ? undefined : old, now?.gone ? undefined : now);
  }

  /** Most changes put one new element on top or keep its place; only the others cost a sort. */
  #reorder(old: BoardElement | undefined, now: BoardElement | undefined): void {
    const order = this.#order;
    if (!order || (!old && !now)) return;
    const last = order.at(-1);
    if (!old && now && (!last || inOrder(last, now) < 0)) {
      order.push(now);
      return;
    }
    this.#order = undefined;
  }

  #tell(ids: ReadonlySet<string>): void {
    if (ids.size > 0) for (const listener of [...this.#listeners]) listener(ids);
  }
}
