import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeSocket, FakeStorage, joined, ME, message, messages, person, present, SPACE } from "./fixtures";
import { clearOutboxes, Outbox } from "./outbox";
import { Room } from "./room";

let storage: FakeStorage;
let ids = 0;

function enter(): Room {
  const room = new Room({
    spaceId: SPACE,
    userId: ME,
    connection: { url: "ws://test", openSocket: FakeSocket.open, random: () => 0 },
    outbox: new Outbox(ME, SPACE, storage),
    newId: () => `new-${(ids += 1)}`,
  });
  room.start();
  return room;
}

/** Promises of answered requests go on before the test does. */
const settle = () => vi.advanceTimersByTimeAsync(0);

async function join(change: Parameters<typeof joined>[0] = {}, ...told: ReturnType<typeof message>[]): Promise<FakeSocket> {
  const socket = FakeSocket.last;
  socket.accept();
  socket.say(joined({ ...change, ref: socket.asked("space.join").ref }));
  await settle();
  if (told.length > 0) socket.say({ type: "chat.history", after: (told[0]?.seq ?? 1) - 1, seq: told.at(-1)?.seq ?? 0, messages: told });
  await settle();
  return socket;
}

beforeEach(() => {
  vi.useFakeTimers();
  FakeSocket.opened = [];
  storage = new FakeStorage();
  ids = 0;
});
afterEach(() => vi.useRealTimers());

describe("a room", () => {
  it("asks for everything at first, and after a break only for what it missed", async () => {
    enter();
    const socket = await join({ seq: 3 }, ...messages(1, 3));
    expect(socket.asked("space.join")).toMatchObject({ space_id: SPACE, last_seq: null });
    socket.end(1006);
    await settle();
    FakeSocket.last.accept();
    expect(FakeSocket.last.asked("space.join")).toMatchObject({ last_seq: 3 });
  });

  it("sends one message at a time, in the order in which they were written", async () => {
    const room = enter();
    const socket = await join();
    room.post("one");
    room.post("two");
    expect(socket.count("chat.post")).toBe(1);
    socket.say({ type: "chat.ack", ref: socket.asked("chat.post").ref, client_id: "new-1", seq: 1 });
    socket.say({ type: "chat.posted", after: 0, message: message(1, "new-1") });
    await settle();
    expect(socket.asked("chat.post")).toMatchObject({ client_id: "new-2", text: "two" });
  });

  it("tells the others that somebody writes, seldom, and only while there are others", async () => {
    const room = enter();
    const socket = await join();
    socket.say(present(person()));
    room.noteWriting();
    expect(socket.count("chat.typing")).toBe(0);
    socket.say(present(person(), person("other")));
    for (let tenths = 0; tenths < 60; tenths += 1) {
      room.noteWriting();
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(socket.count("chat.typing")).toBe(2);
  });

  it("tells it again soon after a message, and never without a line", async () => {
    const room = enter();
    const socket = await join();
    socket.say(present(person(), person("other")));
    room.noteWriting();
    room.post("one");
    room.noteWriting();
    expect(socket.count("chat.typing")).toBe(1);
    await vi.advanceTimersByTimeAsync(1_000);
    room.noteWriting();
    expect(socket.count("chat.typing")).toBe(2);
    await vi.advanceTimersByTimeAsync(3_000);
    socket.end(1006);
    room.noteWriting();
    expect(socket.count("chat.typing")).toBe(2);
  });

  it("sends what was not acknowledged again after a break, under the same id", async () => {
    const room = enter();
    const first = await join();
    room.post("hello");
    first.end(1006);
    await settle();
    const second = await join();
    expect(second.asked("chat.post")).toMatchObject({ client_id: "new-1", text: "hello" });
  });

  it("does not send again what the join already told", async () => {
    const room = enter();
    const first = await join();
    room.post("hello");
    first.end(1006);
    await settle();
    const second = await join({ seq: 1 }, message(1, "new-1"));
    expect(second.count("chat.post")).toBe(0);
    expect(room.getSnapshot().pending).toEqual([]);
  });

  it("keeps what was written without a line over a reload, and sends it once", async () => {
    const before = enter();
    before.post("written offline");
    before.stop();
    const room = enter();
    expect(room.getSnapshot().pending).toMatchObject([{ clientId: "new-1", text: "written offline" }]);
    const socket = await join();
    socket.say({ type: "chat.ack", ref: socket.asked("chat.post").ref, client_id: "new-1", seq: 1 });
    socket.say({ type: "chat.posted", after: 0, message: message(1, "new-1") });
    await settle();
    expect(socket.count("chat.post")).toBe(1);
    expect(storage.length).toBe(0);
  });

  it("does not hand one person's unsent words to the next", () => {
    enter().post("mine");
    expect(new Outbox("someone else", SPACE, storage).load()).toEqual([]);
    clearOutboxes(storage);
    expect(new Outbox(ME, SPACE, storage).load()).toEqual([]);
  });

  it("waits when it was too fast, and says so when it may not", async () => {
    const room = enter();
    const socket = await join();
    room.post("quick");
    socket.say({ type: "error", ref: socket.asked("chat.post").ref, code: "too_fast", detail: "" });
    await vi.advanceTimersByTimeAsync(2_000);
    expect(socket.count("chat.post")).toBe(2);
    socket.say({ type: "error", ref: socket.asked("chat.post").ref, code: "not_allowed", detail: "" });
    await settle();
    expect(room.getSnapshot().pending).toMatchObject([{ state: "failed", failure: "not_allowed" }]);
  });

  it("asks again when a message is missing for too long", async () => {
    const room = enter();
    const socket = await join({ seq: 1 }, ...messages(1, 1));
    socket.say({ type: "chat.posted", after: 2, message: message(3) });
    await vi.advanceTimersByTimeAsync(3_001);
    expect(FakeSocket.last).not.toBe(socket);
    await join({ seq: 3, from_seq: 2 }, ...messages(2, 3));
    expect(FakeSocket.last.asked("space.join")).toMatchObject({ last_seq: 1 });
    expect(room.getSnapshot().messages.map(({ seq }) => seq)).toEqual([1, 2, 3]);
  });

  it("does not ask again when the missing message comes", async () => {
    enter();
    const socket = await join({ seq: 1 }, ...messages(1, 1));
    socket.say({ type: "chat.posted", after: 2, message: message(3) });
    socket.say({ type: "chat.posted", after: 1, message: message(2) });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(FakeSocket.last).toBe(socket);
  });
});

describe("a board", () => {
  it("is open between its opening and the end of the line, and is opened again after a break", async () => {
    const room = enter();
    const socket = await join();
    room.openBoard("board");
    const transport = room.boardTransport("board");
    const heard: string[] = [];
    transport.onStatus((status) => heard.push(status));
    transport.send(new Uint8Array([1]));
    expect(socket.count("binary")).toBe(0);
    socket.say({ type: "board.opened", ref: socket.asked("board.open").ref, board_id: "board", can_edit: true });
    transport.send(new Uint8Array([1]));
    expect(socket.count("binary")).toBe(1);
    socket.end(1006);
    await settle();
    const next = await join();
    next.say({ type: "board.opened", ref: next.asked("board.open").ref, board_id: "board", can_edit: true });
    expect(heard).toEqual(["open", "closed", "open"]);
  });

  it.each(["board_refused", "not_allowed"] as const)("that refused a change (%s) is opened anew under another generation", async (code) => {
    const room = enter();
    const socket = await join();
    room.openBoard("board");
    socket.say({ type: "board.opened", ref: socket.asked("board.open").ref, board_id: "board", can_edit: true });
    socket.say({ type: "error", ref: 99, code: "not_allowed", detail: "" });
    expect(socket.count("board.open")).toBe(1);
    socket.say({ type: "error", ref: null, code, detail: "" });
    expect(socket.count("board.open")).toBe(2);
    expect(room.getSnapshot().board?.generation).toBe(1);
  });
});
