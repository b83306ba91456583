/** Frames and a socket for the tests of this folder. */
import type { Person, ServerFrame, ServerFrameOf } from "./frames";

export const SPACE = "00000000-0000-4000-8000-00000000005e";
export const ME = "00000000-0000-4000-8000-0000000000a1";

export function person(id = ME, name = "Blue Heron"): Person {
  return { user_id: id, name, kind: "student", avatar: "blue-heron", school_id: "school", class_name: "5W" };
}

type WholeMessage = ServerFrameOf<"chat.posted">["message"];

export function message(seq: number, clientId = `client-${seq}`, author = person()): WholeMessage {
  return {
    seq,
    id: `id-${seq}`,
    client_id: clientId,
    author,
    text: `text ${seq}`,
    sent_at: "2026-01-15T10:00:00Z",
    changed_seq: 0,
    reply_to: null,
    edited_at: null,
    deleted: null,
    pinned: false,
    announced: false,
    reactions: [],
  };
}

export function messages(from: number, to: number): WholeMessage[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => message(from + index));
}

export function joined(change: Partial<ServerFrameOf<"space.joined">> = {}): ServerFrameOf<"space.joined"> {
  return {
    type: "space.joined",
    ref: 1,
    space: { id: SPACE, name: "Rivers", kind: "project", partnership_id: "p", partnership_name: "P", parent_id: null, group_no: null },
    schools: [],
    boards: [],
    notes: null,
    translates: false,
    grants: ["chat:post"],
    seq: 0,
    from_seq: 1,
    anew: false,
    tracks: [],
    ice_servers: [],
    ...change,
  };
}

export function history(from: number, to: number): ServerFrameOf<"chat.history"> {
  return { type: "chat.history", after: from - 1, seq: to, messages: messages(from, to) };
}

export function present(...people: Person[]): ServerFrameOf<"presence.state"> {
  return { type: "presence.state", people };
}

type Sent = { type: string; ref?: number } & Record<string, unknown>;

/** A socket whose other end is the test. */
export class FakeSocket extends EventTarget {
  static opened: FakeSocket[] = [];
  binaryType = "blob";
  readyState = 0;
  readonly sent: Sent[] = [];
  closedWith: number | undefined;

  constructor() {
    super();
    FakeSocket.opened.push(this);
  }

  static open = () => new FakeSocket() as unknown as WebSocket;

  static get last(): FakeSocket {
    const socket = FakeSocket.opened.at(-1);
    if (!socket) throw new Error("no socket was opened");
    return socket;
  }

  send(data: string | Uint8Array): void {
    this.sent.push(typeof data === "string" ? (JSON.parse(data) as Sent) : { type: "binary", data });
  }

  close(code = 1000): void {
    this.readyState = 3;
    this.closedWith = code;
  }

  /** The server accepts, and says welcome. */
  accept(): void {
    this.readyState = 1;
    this.dispatchEvent(new Event("open"));
    this.say({ type: "welcome", protocol: 3, connection_id: "c", user_id: ME });
  }

  say(frame: ServerFrame): void {
    this.dispatchEvent(new MessageEvent("message", { data: JSON.stringify(frame) }));
  }

  /** The server, or the line, ends it. */
  end(code = 1006, reason = ""): void {
    this.readyState = 3;
    this.dispatchEvent(Object.assign(new Event("close"), { code, reason }));
  }

  /** The last frame of a type that the client sent. */
  asked(type: string): Sent & { ref: number } {
    const frame = this.sent.filter((sent) => sent.type === type).at(-1);
    if (!frame) throw new Error(`nothing of type ${type} was sent`);
    return frame as Sent & { ref: number };
  }

  count(type: string): number {
    return this.sent.filter((sent) => sent.type === type).length;
  }
}

export class FakeStorage implements Storage {
  [name: string]: unknown;
  private readonly items = new Map<string, string>();
  get length(): number {
    return this.items.size;
  }
  key = (index: number) => [...this.items.keys()][index] ?? null;
  getItem = (key: string) => this.items.get(key) ?? null;
  setItem = (key: string, value: string) => void this.items.set(key, value);
  removeItem = (key: string) => void this.items.delete(key);
  clear = () => this.items.clear();
}
