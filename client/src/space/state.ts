/**
 * What a page knows of its space, as a pure function of what happened, in whatever order it happened.
 *
 * Chat keeps one promise: messages are shown in the order of `seq`, none twice, none skipped, and each as it is
 * now (`story.ts`). What arrives ahead of its turn waits in `early`; `hasGap` tells the room to ask again when
 * what is missing does not come.
 */
import type { BoardInfo, ChatMessage, IceServer, MediaTrack, Person, SchoolBalance, SchoolInfo, SchoolWatch, ServerFrame, SpaceInfo } from "./frames";
import { hearGroups, movedOn, NO_GROUPS, refusedBy, type Known as KnownGroups } from "./groups/going";
import { actingAs, actorOf, devicesAnew, hearDevices, isAtThisDevice, NO_DEVICES, type Devices } from "./devices/known";
import { hearRoom, OPEN_ROOM, rejoined, type LessonRoom } from "./lesson/known";

import { hearModeration, NOTHING_WAITS, withAllHeld, withHeld, type Moderation } from "./moderation/known";
import { hearPolls, NO_POLLS, type Polls } from "./polls/known";
import { arrived, joinedStory, NO_STORY, withOlder, type Part, type Story } from "./story";

export interface PendingMessage {
  clientId: string;
  text: string;
  /** Milliseconds since the epoch, by this device. */
  writtenAt: number;
  /** `stored` has its acknowledgement and waits for the message itself. */
  /** `held` waits for an adult; one has not let a `refused` one through. */
  state: "waiting" | "stored" | "failed" | "held" | "refused";
  /** The message that it answers. */
  replyTo?: string;
  seq?: number;
  failure?: string;
  /** In whose name, where it is not the one who signed in first at this device. */
  asId?: string;
}

export type Line = "connecting" | "joined" | "down" | "closed";

export interface OpenBoard {
  id: string;
  canEdit: boolean;
  /** Grows when the server refused a change: the page throws its copy away and asks again. */
  generation: number;
}

export interface SpaceState extends Story {
  line: Line;
  retryAt: number;
  closedReason: string | undefined;
  userId: string | undefined;
  /** The space that the page was opened for, or the group of it that the page is in, or goes to. */
  at: string;
  /** Of `at`, once the page is in. */
  space: SpaceInfo | undefined;
  /** The space that the groups are of, since the page was in it. */
  root: SpaceInfo | undefined;
  schools: readonly SchoolInfo[];
  boards: readonly BoardInfo[];
  notes: BoardInfo | undefined;
  /** A machine translates messages for those who ask. */
  translates: boolean;
  grants: readonly string[];
  people: ReadonlyMap<string, Person>;
  /** What the server had at the join: until `seq` is there, the history is on its way. */
  joinedSeq: number;
  pending: readonly PendingMessage[];
  board: OpenBoard | undefined;
  tracks: readonly MediaTrack[];
  iceServers: readonly IceServer[];
  speaker: string | undefined;
  /** Who is writing a message, this person too. */
  writing: readonly string[];
  /** Whether each school's students have an adult of their own here. */
  supervision: { schools: readonly SchoolWatch[]; alone: boolean };
  polls: Polls;
  moderation: Moderation;
  /** How the room is run: the lesson's phase, hands, locks, spotlight, timer. */
  lesson: LessonRoom;
  groups: KnownGroups;
  /** Who speaks to all groups at this moment, in whatever room. */
  voice: Person | undefined;
  devices: Devices;
  /** How the schools share the lesson that runs; told to adults who run the space. */
  balance: { lessonId: string; schools: readonly SchoolBalance[] } | undefined;
}

export type SpaceEvent =
  | { type: "frame"; frame: ServerFrame }
  | { type: "line"; line: Line; retryAt?: number; reason?: string }
  | { type: "pending"; action: "written"; message: PendingMessage }
  | { type: "pending"; action: "failed"; clientId: string; failure: string }
  | { type: "pending"; action: "again" | "discarded"; clientId: string }
  | { type: "older"; before: number; messages: readonly ChatMessage[]; more: boolean }
  | { type: "board"; action: "refused" | "read-only" }
  /** The page goes into another room: what it knew of the one before stays there. */
  | { type: "moved"; to: string; pending: readonly PendingMessage[] }
  | { type: "turned-away"; from: string }
  | { type: "acting"; as: string };

export function initialState(pending: readonly PendingMessage[] = [], at = ""): SpaceState {
  return {
    line: "connecting",
    retryAt: 0,
    closedReason: undefined,
    userId: undefined,
    at,
    space: undefined,
    root: undefined,
    schools: [],
    boards: [],
    notes: undefined,
    translates: false,
    grants: [],
    people: new Map(),
    ...NO_STORY,
    joinedSeq: 0,
    pending,
    board: undefined,
    tracks: [],
    iceServers: [],
    speaker: undefined,
    writing: [],
    supervision: { schools: [], alone: false },
    polls: NO_POLLS,
    moderation: NOTHING_WAITS,
    lesson: OPEN_ROOM,
    groups: NO_GROUPS,
    voice: undefined,
    devices: NO_DEVICES,
    balance: undefined,
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
    case "older":
      return { ...state, ...withOlder(state, event.before, event.messages, event.more) };
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
    case "moved":
      return {
        ...initialState(event.pending, event.to),
        userId: state.userId,
        root: state.root,
        schools: state.schools,
        // Of the space as a whole: it is told again at the join.
        lesson: rejoined(state.lesson),
        groups: movedOn(state.groups),
        devices: { ...state.devices, all: [] },
      };
    case "acting":
      return { ...state, devices: actingAs(state.devices, event.as) };
    case "turned-away":
      return { ...state, groups: refusedBy(state.groups, event.from) };
  }
}

/** True while the history that a join told of has not come. */
export function isBehind(state: SpaceState): boolean {
  return state.seq < state.joinedSeq;
}

/** True while a message is missing between those that are known. */
export function hasGap(state: SpaceState): boolean {
  return isBehind(state) || state.early.length > 0 || state.pending.some((message) => message.state === "stored");
}

function hear(state: SpaceState, frame: ServerFrame): SpaceState {
  switch (frame.type) {
    case "welcome":
      return { ...state, userId: frame.user_id };
    case "space.joined": {
      const story = joinedStory(state, frame);
      return withoutPending(
        {
          ...state,
          // What was shown stays until `chat.history` continues it, or goes: it comes as a whole.
          ...story,
          line: "joined",
          closedReason: undefined,
          space: frame.space,
          root: frame.space.parent_id === null ? frame.space : state.root,
          schools: frame.schools,
          boards: [...frame.boards].sort((a, b) => a.position - b.position),
          notes: frame.notes ?? undefined,
          translates: frame.translates,
          grants: frame.grants,
          tracks: frame.tracks,
          iceServers: frame.ice_servers,
          joinedSeq: frame.seq,
          // Acknowledged, yet unknown to the server: it is sent again, and stored once.
          pending: state.pending.map((message) =>
            message.state === "stored" && (message.seq ?? 0) > frame.seq
              ? { ...message, state: "waiting", seq: undefined }
              : message,
          ),
          writing: [],
          lesson: rejoined(state.lesson),
          devices: devicesAnew(state.devices),
        },
        new Set(),
      );
    }
    case "presence.state":
      return { ...state, people: new Map(frame.people.map((person) => [person.user_id, person])) };
    case "chat.history":
    case "chat.changed":
      return withArrived(state, frame);
    case "chat.posted": {
      const author = frame.message.author.user_id;
      const writing = state.writing.includes(author) ? state.writing.filter((id) => id !== author) : state.writing;
      return withArrived({ ...state, writing }, { after: frame.after, seq: frame.message.seq, messages: [frame.message] });
    }
    case "chat.held":
      return { ...state, pending: withHeld(state.pending, frame.client_id, frame.state ?? "waiting") };
    case "chat.refused":
      return { ...state, pending: withHeld(state.pending, frame.client_id, "refused") };
    case "chat.waiting": {
      const isKnown = (clientId: string) => state.messages.some((message) => message.client_id === clientId);
      return { ...state, pending: withAllHeld(state.pending, frame.messages, isKnown) };
    }
    case "chat.mode.changed":
    case "moderation.queue":
    case "help.asked":
    case "help.answered":
      return { ...state, moderation: hearModeration(state.moderation, frame, actorOf(state)) };
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
      return {
        ...state,
        grants: frame.grants,
        board: state.board && { ...state.board, canEdit: frame.grants.includes("board:edit") },
      };
    case "poll.list":
    case "poll.state":
    case "poll.mine":
    case "poll.gone":
      return { ...state, polls: hearPolls(state.polls, frame) };
    case "room.state":
      return { ...state, lesson: hearRoom(state.lesson, frame, Date.now()) };
    case "pages.changed": {
      const isStill = frame.boards.some((board) => board.id === state.board?.id) || state.board?.id === state.notes?.id;
      return { ...state, boards: frame.boards, board: isStill ? state.board : undefined };
    }
    case "balance.state":
      return { ...state, balance: { lessonId: frame.lesson_id, schools: frame.schools } };
    case "groups.state":
      return { ...state, groups: hearGroups(state.groups, frame, state.at) };
    case "groups.voice":
      return { ...state, voice: frame.person ?? undefined };
    case "device.state":
    case "people.devices":
      return { ...state, devices: hearDevices(state.devices, frame) };
    case "supervision.state":
      return { ...state, supervision: { schools: frame.schools, alone: frame.alone ?? false } };
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

/** Take a part of the story in, and drop what it shows from what is pending. */
function withArrived(state: SpaceState, part: Part): SpaceState {
  const now = { ...state, ...arrived(state, part) };
  // A message that was shown before may answer a pending one, too (it was posted again after a break).
  return withoutPending(now, new Set(part.messages.filter(isMine(now)).map((message) => message.client_id)));
}

function isMine(state: SpaceState): (message: ChatMessage) => boolean {
  return (message) => !state.userId || isAtThisDevice(state, message.author.user_id);
}

/** Drop what is shown now; what arrived ahead of its turn still shows as pending. */
function withoutPending(state: SpaceState, clientIds: ReadonlySet<string>): SpaceState {
  if (state.pending.length === 0) return state;
  const early = new Map(
    state.early.flatMap((part) => part.messages.filter(isMine(state)).map((message) => [message.client_id, message.seq])),
  );
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
