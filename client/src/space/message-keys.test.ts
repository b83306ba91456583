import type { KeyboardEvent } from "react";
import { describe, expect, it, vi } from "vitest";
import { messages } from "./fixtures";
import { moveBetween, tabStopOf } from "./message-keys";

const nothing = { canPost: false, itemsFor: () => [] };

describe("where Tab stops among the messages", () => {
  it("is the newest with which something can be done, and no other", () => {
    const all = messages(1, 4);
    const gone = all.map((message) => (message.seq === 4 ? { ...message, deleted: "author" as const } : message));
    expect(tabStopOf(all, { ...nothing, canPost: true })).toBe("id-4");
    expect(tabStopOf(gone, { ...nothing, canPost: true })).toBe("id-3");
    const report = { id: "report", label: "Report", onAction: () => undefined };
    expect(tabStopOf(all, { canPost: false, itemsFor: ({ seq }) => (seq === 2 ? [report] : []) })).toBe("id-2");
  });

  it("is nowhere where nothing can be done", () => {
    expect(tabStopOf(messages(1, 3), nothing)).toBeUndefined();
    expect(tabStopOf([], { ...nothing, canPost: true })).toBeUndefined();
  });
});

describe("the arrow keys", () => {
  const menus = [0, 1, 2].map(() => ({ focus: vi.fn() }));
  const press = (key: string, target: unknown) => {
    menus.forEach(({ focus }) => focus.mockClear());
    const event = { key, target, currentTarget: { querySelectorAll: () => menus }, preventDefault: vi.fn(), stopPropagation: vi.fn() };
    moveBetween(event as unknown as KeyboardEvent<HTMLElement>);
    return { to: menus.findIndex(({ focus }) => focus.mock.calls.length > 0), taken: event.stopPropagation.mock.calls.length > 0 };
  };

  it.each([
    ["ArrowUp", 2, 1],
    ["ArrowDown", 0, 1],
    ["ArrowUp", 0, -1],
    ["ArrowDown", 2, -1],
  ])("%s from menu %i leads to menu %i", (key, from, to) => {
    expect(press(key, menus[from])).toEqual({ to, taken: true });
  });

  it("scroll the list, and do all else that they do, everywhere but on such a menu", () => {
    expect(press("ArrowUp", {})).toEqual({ to: -1, taken: false });
    expect(press("Enter", menus[1])).toEqual({ to: -1, taken: false });
  });
});
