/**
 * What a page knows of its space, as a pure function of what happened, in whatever order it happened.
 *
 * Chat keeps one promise: messages are shown in the order of `seq`, none twice, none skipped. A message
 * that arrives ahead of its turn waits in `early`; `hasGap` tells the room to ask again when the
 * missing one does not come.
 */
import type { BoardInfo, ChatMessage, IceServer, MediaTrack, Person, SchoolInfo, ServerFrame, SpaceInfo } from "./frames";

export interface PendingMessage {
  clientId: string;
  text: string;
  /** Milliseconds since the epoch, by this device. */
  writtenAt: number;
  /** `stored` has its acknowledgement and waits for the message itself. */
  state: "waiting" | "stored" | "failed";
  seq?: number;
  failure?: string;
}

export type Line = "connecting" | "joined" | "down" | "closed";

export interface OpenBoard {
  id: string;
  canEdit: boolean;
  /** Grows when the server refused a change: the page throws its copy away and asks again. */
  generation: number;
}

export interface SpaceState {
  line: Line;
  retryAt: number;
  closedReason: string | undefined;
  userId: string | undefined;
  space: SpaceInfo | undefined;
  schools: readonly SchoolInfo[];
  boards: readonly BoardInfo[];
  grants: readonly string[];
  people: ReadonlyMap<string, Person>;
  messages: readonly ChatMessage[];
  /** Everything up to here is known; a join after a break asks for what came later. */
  seq: number;
  /** What the server had at the join: until `seq` is there, the history is on its way. */
  joinedSeq: number;
  early: ReadonlyMap<number, ChatMessage>;
  pending: readonly PendingMessage[];
  board: OpenBoard | undefined;
  tracks: readonly MediaTrack[];
  iceServers: readonly IceServer[];
  speaker: string | undefined;
  /** Who is writing a message, this person too. */
  writing: readonly string[];
}

export type SpaceEvent =
  | { type: "frame"; frame: ServerFrame }
  | { type: "line"; line: Line; retryAt?: number; reason?: string }
  | { type: "pending"; action: "written"; message: PendingMessage }
  | { type: "pending"; action: "failed"; clientId: string; failure: string }
  | { type: "pending"; action: "again" | "discarded"; clientId: string }
  | { type: "board"; action: "refused" | "read-only" };

export function initialState(pending: readonly PendingMessage[] = []): SpaceState {
  return {
    line: "connecting",
    retryAt: 0,
    closedReason: undefined,
    userId: undefined,
    space: undefined,
    schools: [],
    boards: [],
    grants: [],
    people: new Map(),
    messages: [],
    seq: 0,
    joinedSeq: 0,
    early: new Map(),
    pending,
    board: undefined,
    tracks: [],
    iceServers: [],
    speaker: undefined,
    writing: [],
  };
}

export function reduce(state: SpaceState, event: SpaceEvent): SpaceState {
  switch (event.type) {
    case "frame":
      return hear(state, event.frame);
    case "line":
      return {
        ...state,
        line: event.line,
        retryAt: event.retryAt ?? state.retryAt,
        closedReason: event.reason ?? state.closedReason,
        ...(event.line === "joined" ? {} : { tracks: [], speaker: undefined, writing: [] }),
      };
    case "pending":
      return { ...state, pending: pendingAfter(state.pending, event) };
    case "board":
      return state.board
        ? {
            ...state,
            board: {
              ...state.board,
              generation: state.board.generation + 1,
              canEdit: event.action === "read-only" ? false : state.board.canEdit,
            },
          }
        : state;
  }
}

/** True while the history that a join told of has not come. */
export function isBehind(state: SpaceState): boolean {
  return state.seq < state.joinedSeq;
}

/** True while a message is missing between those that are known. */
export function hasGap(state: SpaceState): boolean {
  return isBehind(state) || state.early.size > 0 || state.pending.some((message) => message.state === "stored");
}

function hear(state: SpaceState, frame: ServerFrame): SpaceState {
  switch (frame.type) {
    case "welcome":
      return { ...state, userId: frame.user_id };
    case "space.joined": {
      // Also when the server knows less than this page (its data were put back): what it says is true.
      const isContinued = frame.from_seq <= state.seq + 1 && frame.seq >= state.seq;
      return withArrived(
        {
          ...state,
          line: "joined",
          closedReason: undefined,
          space: frame.space,
          schools: frame.schools,
          boards: [...frame.boards].sort((a, b) => a.position - b.position),
          grants: frame.grants,
          tracks: frame.tracks,
          iceServers: frame.ice_servers,
          // What was shown stays until `chat.history` continues it, or goes: it comes as a whole.
          messages: isContinued ? state.messages : [],
          seq: isContinued ? state.seq : frame.from_seq - 1,
          joinedSeq: frame.seq,
          early: isContinued ? state.early : new Map(),
          // Acknowledged, yet unknown to the server: it is sent again, and stored once.
          pending: state.pending.map((message) =>
            message.state === "stored" && (message.seq ?? 0) > frame.seq
              ? { ...message, state: "waiting", seq: undefined }
              : message,
          ),
          writing: [],
        },
        [],
      );
    }
    case "presence.state":
      return { ...state, people: new Map(frame.people.map((person) => [person.user_id, person])) };
    case "chat.history":
      return withArrived(state, frame.messages);
    case "chat.posted": {
      const author = frame.message.author.user_id;
      const writing = state.writing.includes(author) ? state.writing.filter((id) => id !== author) : state.writing;
      return withArrived({ ...state, writing }, [frame.message]);
    }
    case "chat.writing":
      return { ...state, writing: frame.user_ids };
    case "chat.ack": {
      if (frame.seq <= state.seq) return withoutPending(state, new Set([frame.client_id]));
      const pending = state.pending.map((message) =>
        message.clientId === frame.client_id ? { ...message, state: "stored" as const, seq: frame.seq } : message,
      );
      return { ...state, pending };
    }
    case "presence.diff": {
      const people = new Map(state.people);
      for (const id of frame.left ?? []) people.delete(id);
      for (const person of frame.joined ?? []) people.set(person.user_id, person);
      // A visitor's school was not there when this page joined.
      const known = new Set(state.schools.map((school) => school.id));
      const strange = (frame.schools ?? []).filter((school) => !known.has(school.id));
      return { ...state, people, schools: strange.length > 0 ? [...state.schools, ...strange] : state.schools };
    }
    case "access.update":
      return { ...state, grants: frame.grants };
    case "board.opened":
      return {
        ...state,
        board: {
          id: frame.board_id,
          canEdit: frame.can_edit,
          generation: state.board?.id === frame.board_id ? state.board.generation : 0,
        },
      };
    case "media.tracks":
      return { ...state, tracks: frame.tracks };
    case "media.speaker":
      return { ...state, speaker: frame.user_id ?? undefined };
    default:
      return state;
  }
}

/** Take messages in, each in its turn; those that come too soon wait. */
function withArrived(state: SpaceState, arrived: readonly ChatMessage[]): SpaceState {
  const early = new Map(state.early);
  for (const message of arrived) early.set(message.seq, message);
  const messages = [...state.messages];
  const shown = new Set<string>();
  let seq = state.seq;
  for (const key of early.keys()) if (key <= seq) early.delete(key);
  for (let next = early.get(seq + 1); next; next = early.get(seq + 1)) {
    messages.push(next);
    shown.add(next.client_id);
    seq += 1;
    early.delete(seq);
  }
  // A message that is already shown may answer a pending one, too (it was posted again after a break).
  for (const message of arrived) if (message.seq <= seq) shown.add(message.client_id);
  return withoutPending({ ...state, messages, seq, early }, shown);
}

/** Drop what is shown now; what arrived ahead of its turn still shows as pending. */
function withoutPending(state: SpaceState, clientIds: ReadonlySet<string>): SpaceState {
  const early = new Map([...state.early.values()].map((message) => [message.client_id, message.seq]));
  const pending = state.pending.flatMap((message): PendingMessage[] => {
    const seq = early.get(message.clientId);
    if (seq !== undefined) return [{ ...message, state: "stored", seq }];
    if (clientIds.has(message.clientId)) return [];
    return message.state === "stored" && message.seq !== undefined && message.seq <= state.seq ? [] : [message];
  });
  return { ...state, pending };
}

function pendingAfter(
  pending: readonly PendingMessage[],
  event: Extract<SpaceEvent, { type: "pending" }>,
): readonly PendingMessage[] {
  switch (event.action) {
    case "written":
      return [...pending, event.message];
    case "failed":
      return pending.map((message) =>
        message.clientId === event.clientId ? { ...message, state: "failed", failure: event.failure } : message,
      );
    case "again":
      return pending.map((message) =>
        message.clientId === event.clientId ? { ...message, state: "waiting", failure: undefined } : message,
      );
    case "discarded":
      return pending.filter((message) => message.clientId !== event.clientId);
  }
}
