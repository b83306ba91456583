import { describe, expect, it } from "vitest";
import type { PartnershipDetail, Rule } from "./calls";
import { nextMoves, nextStep } from "./next-step";

const MINE = "willow";
const school = (id: string) => ({ id, name: id, short_name: id, country: "GB", timezone: "Europe/London", colour: 0 });
const member = (id: string, status: string) => ({
  school: school(id),
  role: "partner",
  status,
  invited_at: "2026-01-01T00:00:00Z",
  accepted_at: null,
  left_at: null,
  mentor_id: null,
});
const rule = (code: string, met: boolean): Rule => ({ code, met, detail: code, mend: "coordinator" });

function record(given: Partial<PartnershipDetail>): PartnershipDetail {
  return {
    id: "one",
    name: "One",
    kind: "one_to_one",
    status: "active",
    programme_id: "programme",
    programme_name: "Programme",
    status_reason: "",
    status_changed_at: "2026-01-01T00:00:00Z",
    schools: [],
    memberships: [member(MINE, "accepted"), member("abroad", "accepted")],
    coordinators: [],
    rules: [],
    spaces: [{ id: "space", name: "Space", kind: "project", archived_at: null, mine: true }],
    moves: [],
    may: [],
    join_requests: [],
    my_classes: [],
    ...given,
  };
}

describe("the next step", () => {
  const asked = [member(MINE, "invited"), member("abroad", "accepted")];

  it("is the head's answer for a school that is asked", () => {
    const found = record({ status: "proposed", memberships: asked, moves: ["accept", "decline"] });
    expect(nextStep(found, MINE, true)).toEqual({ text: "answer" });
    expect(nextMoves(found)).toEqual(["accept", "decline"]);
  });

  it("is to ask the head, for everybody else there", () => {
    expect(nextStep(record({ status: "proposed", memberships: asked }), MINE, false)).toEqual({ text: "headAnswers" });
  });

  it("is the signature where an agreement comes before the yes", () => {
    const found = record({ memberships: asked, moves: ["decline"], rules: [rule("agreement_signed", true)] });
    expect(nextStep(found, MINE, true)).toEqual({ text: "signFirst", link: "agreement" });
    expect(nextMoves(found)).toEqual(["decline"]);
  });

  it("is to wait where a yes would break a rule", () => {
    expect(nextStep(record({ memberships: asked, moves: ["decline"] }), MINE, true)).toEqual({ text: "notYet" });
  });

  it("is to invite before it is proposed, while schools are missing", () => {
    const draft = { status: "draft", moves: ["propose"], may: ["invite"] };
    const open = [rule("enough_schools", false)];
    expect(nextStep(record({ ...draft, rules: open }), MINE, false)).toEqual({ text: "draftOpen", link: "invite" });
    expect(nextStep(record({ ...draft, rules: [rule("enough_schools", true)] }), MINE, false)).toEqual({ text: "draft" });
    expect(nextStep(record({ status: "draft" }), MINE, false)).toEqual({ text: "coordinatorProposes" });
  });

  it("says how much is missing, and takes a head to the agreement", () => {
    const found = record({ status: "proposed", rules: [rule("agreement_signed", false), rule("all_accepted", false)] });
    expect(nextStep(found, MINE, false)).toEqual({ text: "missing", count: 2 });
    expect(nextStep(found, MINE, true)).toEqual({ text: "missing", count: 2, link: "agreement" });
    expect(nextStep({ ...found, status: "suspended" }, MINE, false)).toEqual({ text: "missingAgain", count: 2 });
  });

  it("is to start when everything is done, for those who may", () => {
    expect(nextStep(record({ status: "proposed", moves: ["activate"] }), MINE, false)).toEqual({ text: "ready" });
    expect(nextStep(record({ status: "suspended", moves: ["resume"] }), MINE, false)).toEqual({ text: "readyAgain" });
    expect(nextStep(record({ status: "proposed" }), MINE, false)).toEqual({ text: "coordinatorStarts" });
  });

  it("is a first space, counted without those that are kept", () => {
    const kept = [{ id: "space", name: "Space", kind: "project", archived_at: "2026-01-01T00:00:00Z", mine: true }];
    expect(nextStep(record({ spaces: kept, may: ["open_space"] }), MINE, false)).toEqual({ text: "firstSpace", link: "space" });
  });

  it("is nothing while all goes well, and when it has ended", () => {
    expect(nextStep(record({ may: ["open_space"] }), MINE, true)).toBeUndefined();
    expect(nextStep(record({ status: "ended", rules: [rule("has_lead", false)] }), MINE, true)).toBeUndefined();
  });
});
