import i18next from "i18next";
import { renderToStaticMarkup } from "react-dom/server";
import { I18nextProvider } from "react-i18next";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import core from "../../i18n/en.json";
import words from "../../i18n/room/en.json";
import { FakeSocket, FakeStorage, history, joined, ME, message, person, present, SPACE } from "../fixtures";
import type { ServerFrame } from "../frames";
import { Message } from "../message";
import { Outbox } from "../outbox";
import { Room } from "../room";
import { GroupStrip, Where } from "./moving";

const GROUP = "00000000-0000-4000-8000-000000000002";
let storage: FakeStorage;

const groups = (change: Partial<Extract<ServerFrame, { type: "groups.state" }>> = {}): ServerFrame => ({
  type: "groups.state", root_id: SPACE, open: true, own_id: GROUP, people: [], main: [],
  groups: [{ id: GROUP, no: 2, board_id: null, students: [ME], here: [] }],
  ...change,
});
const ofGroup = (change: Parameters<typeof joined>[0] = {}) =>
  joined({
    space: { id: GROUP, name: "Rivers · 2", kind: "project", partnership_id: "p", partnership_name: "P", parent_id: SPACE, group_no: 2 },
    ...change,
  });
const settle = () => vi.advanceTimersByTimeAsync(0);

async function inTheSpace(): Promise<{ room: Room; socket: FakeSocket }> {
  const room = new Room({
    spaceId: SPACE,
    userId: ME,
    connection: { url: "ws://test", openSocket: FakeSocket.open, random: () => 0 },
    outbox: new Outbox(ME, SPACE, storage),
  });
  room.start();
  const socket = FakeSocket.last;
  socket.accept();
  socket.say(joined({ ref: socket.asked("space.join").ref, seq: 1 }));
  socket.say(history(1, 1));
  socket.say(present(person(), person("other", "Zebra")));
  socket.say(groups());
  await settle();
  return { room, socket };
}

async function inTheGroup() {
  const { room, socket } = await inTheSpace();
  room.moveTo(GROUP);
  socket.say(ofGroup({ ref: socket.asked("space.join").ref }));
  socket.say(groups());
  await settle();
  return { room, socket };
}

beforeEach(() => {
  vi.useFakeTimers();
  FakeSocket.opened = [];
  storage = new FakeStorage();
});
afterEach(() => vi.useRealTimers());

describe("going into a group", () => {
  it("goes over the same socket, and leaves what was known in the space", async () => {
    const { room, socket } = await inTheSpace();
    room.moveTo(GROUP);
    expect(socket.asked("space.join")).toMatchObject({ space_id: GROUP, last_seq: null });
    expect(FakeSocket.opened).toHaveLength(1);
    expect(room.getSnapshot()).toMatchObject({ at: GROUP, space: undefined, messages: [], grants: [], line: "connecting" });
    expect(room.getSnapshot().root?.id).toBe(SPACE);
    expect(room.getSnapshot().people.size).toBe(0);
    socket.say(ofGroup({ ref: socket.asked("space.join").ref }));
    await settle();
    expect(room.getSnapshot()).toMatchObject({ at: GROUP, line: "joined", root: { id: SPACE } });
  });

  it("hears nothing of the space on the way", async () => {
    const { room, socket } = await inTheSpace();
    room.moveTo(GROUP);
    const late = joined({ ref: 77 });
    for (const frame of [{ type: "chat.posted", after: 1, message: message(2) } as ServerFrame, present(person("x")), late]) socket.say(frame);
    expect(room.getSnapshot()).toMatchObject({ at: GROUP, space: undefined, messages: [] });
    expect(room.getSnapshot().people.size).toBe(0);
  });

  it("keeps what was not sent with the room that it was written for", async () => {
    const { room, socket } = await inTheSpace();
    room.post("for all");
    room.moveTo(GROUP);
    expect(room.getSnapshot().pending).toEqual([]);
    socket.say(ofGroup({ ref: socket.asked("space.join").ref }));
    await settle();
    expect(socket.count("chat.post")).toBe(1);
    room.moveTo(SPACE);
    socket.say(joined({ ref: socket.asked("space.join").ref }));
    await settle();
    expect(room.getSnapshot().pending).toMatchObject([{ text: "for all" }]);
  });

  it("sends what was drawn before it goes", async () => {
    const { room, socket } = await inTheSpace();
    room.openBoard("page");
    socket.say({ type: "board.opened", ref: socket.asked("board.open").ref, board_id: "page", can_edit: true });
    const transport = room.boardTransport("page");
    transport.onLeave(() => transport.send(Uint8Array.of(1)));
    room.moveTo(GROUP);
    const order = socket.sent.map((frame) => frame.type).slice(-2);
    expect(order).toEqual(["binary", "space.join"]);
    transport.send(Uint8Array.of(2));
    expect(socket.sent.at(-1)?.type).toBe("space.join");
  });

  it("comes back into the group after a break", async () => {
    const { socket } = await inTheGroup();
    socket.end(1006);
    await settle();
    FakeSocket.last.accept();
    expect(FakeSocket.last.asked("space.join")).toMatchObject({ space_id: GROUP, last_seq: 0 });
  });

  it("is in the space again when the group is not theirs any more, and knows that it was refused", async () => {
    const { room, socket } = await inTheGroup();
    socket.end(4503, "other_group");
    expect(room.getSnapshot()).toMatchObject({ at: SPACE, groups: { refused: { id: GROUP, times: 1 } } });
    await vi.advanceTimersByTimeAsync(1_000);
    FakeSocket.last.accept();
    expect(FakeSocket.last.asked("space.join")).toMatchObject({ space_id: SPACE });
  });

  it("does not wait longer and longer when the teacher moves it often", async () => {
    const room = new Room({
      spaceId: SPACE, userId: ME, outbox: new Outbox(ME, SPACE, storage),
      connection: { url: "ws://test", openSocket: FakeSocket.open, random: () => 1 },
    });
    room.start();
    for (let round = 1; round <= 8; round += 1) {
      expect(FakeSocket.opened).toHaveLength(round);
      const socket = FakeSocket.last;
      socket.accept();
      socket.say(joined({ ref: socket.asked("space.join").ref }));
      await settle();
      room.moveTo(GROUP);
      socket.end(4503, "other_group");
      await vi.advanceTimersByTimeAsync(2_000);
    }
  });

  it("is shut out when the space itself is closed to them", async () => {
    const { room, socket } = await inTheGroup();
    socket.end(4503, "access_lost");
    expect(room.getSnapshot()).toMatchObject({ line: "closed", closedReason: "access_lost" });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(FakeSocket.opened).toHaveLength(1);
  });

  it("does not go round in circles: in the space the same reason is the end", async () => {
    const { room, socket } = await inTheSpace();
    socket.end(4503, "other_group");
    expect(room.getSnapshot().line).toBe("closed");
  });
});

describe("what everyone sees", () => {
  beforeAll(async () => {
    await i18next.init({ lng: "en", resources: { en: { translation: { ...core, ...words } } } });
  });
  const html = (element: React.ReactElement) => renderToStaticMarkup(<I18nextProvider i18n={i18next}>{element}</I18nextProvider>);

  it("says which group it is, and gives staff the way back", async () => {
    const { room } = await inTheGroup();
    const shown = (isStaff: boolean) => html(<Where room={room} state={room.getSnapshot()} isStaff={isStaff} onBack={() => undefined} />);
    expect(shown(false)).toContain("Group 2");
    expect(shown(false)).not.toContain("Back to everyone");
    expect(shown(true)).toContain("Back to everyone");
  });

  it("says nothing of a group in the space itself", async () => {
    const { room } = await inTheSpace();
    expect(html(<Where room={room} state={room.getSnapshot()} isStaff onBack={() => undefined} />)).toBe("");
  });

  it("tells a student who is in no group that the teacher will see to it", async () => {
    const { room, socket } = await inTheSpace();
    socket.say(groups({ own_id: null, groups: [] }));
    expect(html(<GroupStrip state={room.getSnapshot()} isStudent />)).toContain("Your teacher puts you in a group");
    expect(html(<GroupStrip state={room.getSnapshot()} isStudent={false} />)).not.toContain("teacher");
  });

  it("marks what was said to everyone in the chat", () => {
    const actions = { userId: ME, canPost: true, itemsFor: () => [], react: () => undefined, openThread: () => undefined };
    const shown = (announced: boolean) =>
      html(<Message message={{ ...message(1), announced }} before={undefined} isMine={false} schools={[]} timezone="Europe/London" actions={actions} />);
    expect(shown(true)).toContain("To everyone");
    expect(shown(false)).not.toContain("To everyone");
  });
});
