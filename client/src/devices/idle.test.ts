import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { TELL_EVERY_MS, watchIdle } from "./idle";

const IDLE_MS = 20 * 60_000;
const listeners = new Map<string, () => void>();
const touchIt = () => listeners.get("pointerdown")?.();

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("addEventListener", (type: string, listener: () => void) => listeners.set(type, listener));
  vi.stubGlobal("removeEventListener", (type: string) => listeners.delete(type));
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  listeners.clear();
});

describe("a device of a class-room", () => {
  it("ends when nobody touches it", () => {
    const [onTouch, onEnd] = [vi.fn(), vi.fn()];
    watchIdle({ idleMs: IDLE_MS, onTouch, onEnd });
    vi.advanceTimersByTime(IDLE_MS - 10_000);
    expect(onEnd).not.toHaveBeenCalled();
    vi.advanceTimersByTime(20_000);
    expect(onEnd).toHaveBeenCalledOnce();
    expect(listeners.size).toBe(0);
    expect(onTouch).not.toHaveBeenCalled();
  });

  it("goes on while it is touched, and tells of it once a minute at most", () => {
    const [onTouch, onEnd] = [vi.fn(), vi.fn()];
    watchIdle({ idleMs: IDLE_MS, onTouch, onEnd });
    for (let second = 0; second < 3600; second += 10) {
      vi.advanceTimersByTime(10_000);
      touchIt();
    }
    expect(onEnd).not.toHaveBeenCalled();
    expect(onTouch.mock.calls.length).toBeLessThanOrEqual(3_600_000 / TELL_EVERY_MS);
    expect(onTouch.mock.calls.length).toBeGreaterThan(50);
  });

  it("a tablet that slept is not woken up for the child before", () => {
    const [onTouch, onEnd] = [vi.fn(), vi.fn()];
    watchIdle({ idleMs: IDLE_MS, onTouch, onEnd });
    vi.setSystemTime(Date.now() + IDLE_MS + 1); // no timer ran meanwhile
    touchIt();
    expect(onEnd).toHaveBeenCalledOnce();
    expect(onTouch).not.toHaveBeenCalled();
  });

  it("says nothing once it is ended from outside", () => {
    const onEnd = vi.fn();
    watchIdle({ idleMs: IDLE_MS, onTouch: vi.fn(), onEnd })();
    vi.advanceTimersByTime(2 * IDLE_MS);
    expect(onEnd).not.toHaveBeenCalled();
    expect(listeners.size).toBe(0);
  });
});
