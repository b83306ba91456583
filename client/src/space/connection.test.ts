import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { delayBefore, isFinal } from "./backoff";
import { Connection, RequestFailed, type ConnectionStatus } from "./connection";
import { FakeSocket } from "./fixtures";
import { PROTOCOL_VERSION } from "./frames";

function start(whyRefused?: () => Promise<string | undefined>) {
  const connection = new Connection({ url: "ws://test", openSocket: FakeSocket.open, random: () => 0.5, whyRefused });
  const phases: ConnectionStatus[] = [];
  connection.onStatus((status) => phases.push(status));
  connection.start();
  return { connection, phases };
}

beforeEach(() => {
  vi.useFakeTimers();
  FakeSocket.opened = [];
});
afterEach(() => vi.useRealTimers());

describe("waiting before another try", () => {
  it("grows up to a limit, and is spread over the whole of it", () => {
    expect(delayBefore(1006, 0, 1)).toBe(600);
    expect(delayBefore(1006, 3, 1)).toBe(4_800);
    expect(delayBefore(1006, 50, 1)).toBe(20_000);
    expect(delayBefore(1006, 50, 0)).toBe(0);
  });

  it("is spread from the first when a server restarts, so that a room does not come back at once", () => {
    expect(delayBefore(4000, 0, 1)).toBe(1_000);
    expect(delayBefore(4000, 1, 1)).toBe(2_000);
    expect(delayBefore(4000, 9, 1)).toBe(15_000);
    expect(delayBefore(4002, 0, 1)).toBe(200);
  });

  it("is for codes that say come back", () => {
    expect([1006, 1012, 4000, 4001, 4499].some(isFinal)).toBe(false);
    expect([4500, 4503, 4999].every(isFinal)).toBe(true);
  });
});

describe("a connection", () => {
  it("says nothing more on a socket that is closing", async () => {
    const { connection } = start();
    FakeSocket.last.accept();
    FakeSocket.last.readyState = 2;
    const before = FakeSocket.last.sent.length;
    connection.sendBinary(new Uint8Array([1]));
    await expect(connection.request({ type: "media.watch", on: true })).rejects.toMatchObject({ code: "disconnected" });
    expect(FakeSocket.last.sent).toHaveLength(before);
  });

  it("says hello first and is open at welcome", () => {
    const { connection } = start();
    expect(connection.isOpen).toBe(false);
    FakeSocket.last.accept();
    expect(FakeSocket.last.sent[0]).toEqual({ type: "hello", protocol: PROTOCOL_VERSION });
    expect(connection.isOpen).toBe(true);
  });

  it("gives each request its own reply", async () => {
    const { connection } = start();
    const socket = FakeSocket.last;
    socket.accept();
    const first = connection.request({ type: "board.open", board_id: "a" });
    const second = connection.request({ type: "board.open", board_id: "b" });
    const [a, b] = socket.sent.filter((frame) => frame.type === "board.open");
    socket.say({ type: "board.opened", ref: b?.ref ?? 0, board_id: "b", can_edit: true });
    socket.say({ type: "error", ref: a?.ref ?? 0, code: "not_found", detail: "" });
    await expect(second).resolves.toMatchObject({ board_id: "b" });
    await expect(first).rejects.toMatchObject({ code: "not_found" });
  });

  it("fails a request that is not answered, and those that a lost line leaves behind", async () => {
    const { connection } = start();
    FakeSocket.last.accept();
    const slow = connection.request({ type: "board.open", board_id: "a" });
    const late = expect(slow).rejects.toEqual(new RequestFailed("timeout"));
    await vi.advanceTimersByTimeAsync(10_000);
    await late;
    const cut = expect(connection.request({ type: "board.open", board_id: "a" })).rejects.toMatchObject({ code: "disconnected" });
    FakeSocket.last.end(1006);
    await cut;
    await expect(connection.request({ type: "board.open", board_id: "a" })).rejects.toMatchObject({ code: "disconnected" });
  });

  it("comes back by itself, later each time", async () => {
    const { phases } = start();
    FakeSocket.last.accept();
    FakeSocket.last.end(1006);
    await vi.advanceTimersByTimeAsync(300);
    expect(FakeSocket.opened).toHaveLength(2);
    FakeSocket.last.end(1006);
    await vi.advanceTimersByTimeAsync(599);
    expect(FakeSocket.opened).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(1);
    expect(FakeSocket.opened).toHaveLength(3);
    FakeSocket.last.accept();
    expect(phases.at(-1)).toEqual({ phase: "open" });
  });

  it("starts small again after it has held", async () => {
    start();
    for (let tries = 0; tries < 6; tries += 1) {
      FakeSocket.last.end(1006);
      await vi.advanceTimersByTimeAsync(20_000);
    }
    FakeSocket.last.accept();
    await vi.advanceTimersByTimeAsync(10_000);
    const count = FakeSocket.opened.length;
    FakeSocket.last.end(1006);
    await vi.advanceTimersByTimeAsync(300);
    expect(FakeSocket.opened).toHaveLength(count + 1);
  });

  it("stays away when the server says so, and keeps the reason", async () => {
    const { phases } = start();
    FakeSocket.last.accept();
    FakeSocket.last.end(4503, "partnership_suspended");
    await vi.advanceTimersByTimeAsync(120_000);
    expect(FakeSocket.opened).toHaveLength(1);
    expect(phases.at(-1)).toEqual({ phase: "closed", reason: "partnership_suspended" });
  });

  it("asks why when it was never welcome", async () => {
    const { phases } = start(async () => "not_enrolled");
    FakeSocket.last.end(1006);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(phases.at(-1)).toEqual({ phase: "closed", reason: "not_enrolled" });
    expect(FakeSocket.opened.length).toBeLessThanOrEqual(2);
  });

  it("goes on trying when only the line is down", async () => {
    const { phases } = start(async () => undefined);
    FakeSocket.last.end(1006);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(phases.at(-1)?.phase).toBe("connecting");
  });

  it("gives up a socket that opens and then says nothing", async () => {
    start();
    await vi.advanceTimersByTimeAsync(12_000);
    expect(FakeSocket.opened[0]?.closedWith).toBe(1000);
    await vi.advanceTimersByTimeAsync(300);
    expect(FakeSocket.opened).toHaveLength(2);
  });

  it("tries at once when the person asks", () => {
    const { connection } = start();
    FakeSocket.last.end(4000);
    connection.retryNow();
    expect(FakeSocket.opened).toHaveLength(2);
  });

  it("hears nothing of a socket that it has left", () => {
    const { connection, phases } = start();
    const old = FakeSocket.last;
    old.accept();
    connection.restart();
    connection.retryNow();
    FakeSocket.last.accept();
    const count = phases.length;
    old.end(4503, "access_lost");
    expect(phases).toHaveLength(count);
    connection.stop();
    expect(FakeSocket.last.closedWith).toBe(1000);
  });
});
