/** What a page knows of how its room is run, and what follows from it. Pure. */
import type { Person, ServerFrameOf } from "../frames";

export type RoomFrame = ServerFrameOf<"room.state">;

export interface LessonRoom extends Omit<RoomFrame, "type" | "now"> {
  /** What to add to this device's clock to have the server's, in milliseconds. */
  readonly skewMs: number;
}

export const OPEN_ROOM: LessonRoom = {
  version: -1,
  phase: "open",
  lesson: null,
  board_locked: false,
  microphones_off: false,
  cameras_off: false,
  muted: [],
  without_camera: [],
  spotlight: null,
  hands: [],
  timer: null,
  silenced: 0,
  silenced_id: null,
  step: null,
  steps_done: [],
  plan_version: 0,
  page_id: null,
  page_turns: 0,
  call_back: null,
  skewMs: 0,
};

/** So long after its end a timer says that the time is up. */
export const TIME_UP_MS = 60_000;

/** Frames may overtake each other on the way between nodes: the newest stays. */
export function hearRoom(before: LessonRoom, frame: RoomFrame, nowMs: number): LessonRoom {
  if (frame.version < before.version) return before;
  const { type: _, now, ...said } = frame;
  return { ...said, skewMs: Date.parse(now) - nowMs };
}

/** After a break the server says again how things are, and is right also when its version is a lower one. */
export function rejoined(before: LessonRoom): LessonRoom {
  return { ...before, version: -1 };
}

/** Whose hands are up and who is here, in order. */
export function inLine(room: LessonRoom, people: ReadonlyMap<string, Person>): Person[] {
  return room.hands.flatMap((id) => people.get(id) ?? []);
}

/** A person's place in the line, from 1; 0 when their hand is not up. */
export function placeInLine(room: LessonRoom, people: ReadonlyMap<string, Person>, userId: string | undefined): number {
  return inLine(room, people).findIndex((person) => person.user_id === userId) + 1;
}

/** Whole seconds until the timer ends; 0 for a minute after that; undefined when there is nothing to show. */
export function secondsLeft(room: LessonRoom, nowMs: number): number | undefined {
  if (!room.timer) return undefined;
  const leftMs = Date.parse(room.timer.ends_at) - (nowMs + room.skewMs);
  if (leftMs <= -TIME_UP_MS) return undefined;
  return Math.max(0, Math.ceil(leftMs / 1000));
}

/** How many minutes a class is behind its plan, less than 0 when it is ahead; undefined while no step runs. */
export function minutesBehind(room: LessonRoom, nowMs: number): number | undefined {
  const { step } = room;
  if (!step?.due_at) return undefined;
  const over = Math.max(Date.parse(step.ends_at), nowMs + room.skewMs);
  return Math.round((over - Date.parse(step.due_at)) / 60_000);
}

/** Seconds as a clock shows them: 4:05, or 1:02:03. */
export function asClock(seconds: number): string {
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  const two = (number: number) => String(number).padStart(2, "0");
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** Whether a microphone was turned off between two states of the room: this person's own. */
export function wasSilenced(before: LessonRoom, after: LessonRoom, userId: string | undefined): boolean {
  if (before.version < 0 || after.silenced <= before.silenced) return false;
  return after.silenced > before.silenced + 1 || after.silenced_id === null || after.silenced_id === userId;
}
