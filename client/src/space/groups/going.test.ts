import { describe, expect, it } from "vitest";
import { person } from "../fixtures";
import {
  companions, delayBeforeMove, everyone, groupWith, hearGroups, movedOn, nextStep, NO_GROUPS, NOTICE_MS, refusedBy, TRIES,
  type GroupsFrame, type Known,
} from "./going";

const ROOT = "root";
const ONE = "one";
const TWO = "two";
const ROOMS = [ROOT, ONE, TWO];

function told(change: Partial<GroupsFrame> = {}): GroupsFrame {
  return { type: "groups.state", root_id: ROOT, open: true, own_id: null, groups: [], people: [], main: [], ...change };
}
const known = (change: Partial<GroupsFrame> = {}, at = ROOT) => hearGroups(NO_GROUPS, told(change), at);
const go = (to: string) => ({ kind: "go", to });

describe("a student's page", () => {
  it.each([
    // open, own group, where the page is, what it does
    [false, null, ROOT, { kind: "stay" }],
    [false, ONE, ROOT, { kind: "stay" }],
    [false, ONE, ONE, go(ROOT)],
    [false, null, ONE, go(ROOT)],
    [true, ONE, ROOT, go(ONE)],
    [true, ONE, ONE, { kind: "stay" }],
    [true, TWO, ONE, go(TWO)],
    [true, null, ROOT, { kind: "wait" }],
    [true, null, ONE, go(ROOT)],
  ])("open %s, own group %s, in %s: %o", (open, own_id, at, step) => {
    expect(nextStep(known({ open, own_id }, at), at, true)).toEqual(step);
  });

  it("stays where it is until it is told of groups", () => {
    expect(nextStep(NO_GROUPS, ROOT, true)).toEqual({ kind: "stay" });
  });

  it("asks a group that refuses it twice, then stays in the space and says so", () => {
    let now = known({ own_id: ONE });
    for (let tries = 0; tries < TRIES; tries += 1) {
      expect(nextStep(now, ROOT, true)).toEqual(go(ONE));
      now = hearGroups(movedOn(refusedBy(movedOn(now), ONE)), told({ own_id: ONE }), ROOT);
    }
    expect(nextStep(now, ROOT, true)).toEqual({ kind: "refused" });
    expect(nextStep(now, TWO, true)).toEqual(go(ROOT));
  });

  it.each([
    ["another group", { own_id: TWO }],
    ["the groups being closed", { open: false, own_id: ONE }],
  ])("tries again after %s", (_, change) => {
    const refused = refusedBy(refusedBy(known({ own_id: ONE }), ONE), ONE);
    const after = hearGroups(hearGroups(refused, told(change), ROOT), told({ own_id: ONE }), ROOT);
    expect(nextStep(after, ROOT, true)).toEqual(go(ONE));
  });

  it("comes to rest after two moves, whatever it is told, if rooms let it in or refuse it", () => {
    for (const open of [true, false])
      for (const own of [null, ONE, TWO])
        for (const start of ROOMS)
          for (const refusing of [[], [ONE], [ONE, TWO]] as string[][]) {
            let at = start;
            let now: Known = known({ open, own_id: own }, at);
            let moves = 0;
            for (;;) {
              const step = nextStep(now, at, true);
              if (step.kind !== "go") break;
              moves += 1;
              expect(moves).toBeLessThanOrEqual(1 + TRIES * 2);
              at = step.to;
              now = movedOn(now);
              if (refusing.includes(at)) {
                now = movedOn(refusedBy(now, at));
                at = ROOT;
              }
              now = hearGroups(now, told({ open, own_id: own }), at);
            }
            const belongs = open && own !== null && !(refusing.includes(own) && start !== own) ? own : ROOT;
            expect([open, own, start, refusing, at]).toEqual([open, own, start, refusing, belongs]);
          }
  });
});

describe("a page of staff", () => {
  it("is not moved by the groups being opened", () => {
    expect(nextStep(known(), ROOT, false)).toEqual({ kind: "stay" });
  });

  it("comes back from a group when everyone is called back", () => {
    const inside = known({}, ONE);
    expect(nextStep(inside, ONE, false)).toEqual({ kind: "stay" });
    expect(nextStep(hearGroups(inside, told({ open: false }), ONE), ONE, false)).toEqual(go(ROOT));
  });

  it("may look at a group that is closed already", () => {
    const before = movedOn(hearGroups(known({}, ONE), told({ open: false }), ONE));
    expect(nextStep(hearGroups(before, told({ open: false }), ONE), ONE, false)).toEqual({ kind: "stay" });
  });
});

describe("whoever is sent to and fro", () => {
  it("is moved soon at first, and then more slowly", () => {
    expect(delayBeforeMove([], 0)).toBe(NOTICE_MS);
    expect(delayBeforeMove([1, 2, 3], 10)).toBe(NOTICE_MS);
    expect(delayBeforeMove([1, 2, 3, 4], 10)).toBeGreaterThan(4_000);
    expect(delayBeforeMove([1, 2, 3, 4], 60_000)).toBe(NOTICE_MS);
  });
});

describe("people of groups", () => {
  const [heron, owl, zebra] = ["heron", "owl", "zebra"].map((id) => person(id, id)) as [ReturnType<typeof person>, ReturnType<typeof person>, ReturnType<typeof person>];
  const groups = [{ id: ONE, no: 1, board_id: null, students: ["heron", "zebra", "stranger"], here: ["zebra"] }];
  const state = { people: new Map([["owl", owl]]), groups: known({ groups, people: [heron, zebra, { ...owl, name: "old name" }] }) };

  it("are known beside those of the room, who are known better", () => {
    expect([...everyone(state).values()].map((each) => each.name).sort()).toEqual(["heron", "owl", "zebra"]);
    expect(everyone({ ...state, groups: NO_GROUPS })).toBe(state.people);
  });

  it("are found in their group, and a student's companions without the student", () => {
    expect(groupWith(state.groups, "zebra")?.no).toBe(1);
    expect(groupWith(state.groups, "heron")).toBeUndefined();
    expect(companions(state.groups, ONE, "heron")).toEqual([zebra]);
  });
});
