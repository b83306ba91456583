import i18next from "i18next";
import { renderToStaticMarkup } from "react-dom/server";
import { I18nextProvider } from "react-i18next";
import { beforeAll, describe, expect, it } from "vitest";
import core from "../../i18n/en.json";
import overview from "../../i18n/records/groups/en.json";
import words from "../../i18n/room/en.json";
import { joined, person, present } from "../fixtures";
import type { Person, SchoolInfo, ServerFrame } from "../frames";
import type { Media } from "../live/media";
import type { Room } from "../room";
import { initialState, reduce, type SpaceState } from "../state";
import { arrangementOf, groupsFor } from "./arrangement";
import type { GroupsFrame } from "./going";
import GroupsPanel from "./groups-panel";

const school = (id: string, colour: number): SchoolInfo => ({ id, name: `${id} School`, short_name: id, country: "GB", timezone: "Europe/London", colour });
const pupil = (id: string, school_id: string): Person => ({ ...person(id, id), school_id });
const adult = (id: string, school_id: string): Person => ({ ...pupil(id, school_id), kind: "staff" });
const teacher = adult("Mr Okafor", "Willow");
const people = [pupil("Heron", "Willow"), pupil("Owl", "Willow"), pupil("Zebra", "Nakuru"), pupil("Lion", "Nakuru"), adult("Ms Wanjiru", "Nakuru")];
const groups: GroupsFrame["groups"] = [
  { id: "g1", no: 1, board_id: "b1", students: ["Zebra", "Heron"], here: ["Zebra", "Ms Wanjiru"] },
  { id: "g2", no: 2, board_id: null, students: ["Lion"], here: ["Lion"] },
];

function state(told: Partial<GroupsFrame> = {}, ...more: ServerFrame[]): SpaceState {
  const frames: ServerFrame[] = [
    joined({ schools: [school("Willow", 0), school("Nakuru", 1)], grants: ["space:moderate"] }),
    present(teacher, pupil("Owl", "Willow")),
    { type: "groups.state", root_id: "root", open: true, own_id: null, groups, people, main: ["Mr Okafor", "Owl"], ...told },
    ...more,
  ];
  return frames.reduce((now, frame) => reduce(now, { type: "frame", frame }), initialState([], "root"));
}

const names = (seats: readonly { person: Person }[]) => seats.map((seat) => seat.person.name);

describe("the arrangement", () => {
  it.each([[0, 1], [1, 1], [4, 1], [5, 2], [12, 3], [13, 4], [28, 7], [500, 20]])("%i students make %i groups", (students, count) => {
    expect(groupsFor(students)).toBe(count);
  });

  it("never has more than four, and three or four from six students on", () => {
    for (let students = 6; students <= 80; students += 1) {
      const count = groupsFor(students);
      expect(Math.ceil(students / count)).toBeLessThanOrEqual(4);
      expect(Math.floor(students / count)).toBeGreaterThanOrEqual(3);
    }
  });

  it("says who belongs to a group and who is there", () => {
    const { tables, students } = arrangementOf(state(), "en");
    expect(tables[0]?.seats.map((seat) => [seat.person.name, seat.isHere])).toEqual([["Heron", false], ["Zebra", true]]);
    expect(tables[0]?.adults.map((each) => each.name)).toEqual(["Ms Wanjiru"]);
    expect(tables.map((table) => table.isSmall)).toEqual([false, true]);
    expect(students).toBe(3);
  });

  it("lists those who are here and in no group, in whatever room they are", () => {
    expect(names(arrangementOf(state(), "en").waiting)).toEqual(["Owl"]);
    const moved = groups.map((group) => (group.id === "g2" ? { ...group, students: [] } : group));
    expect(names(arrangementOf(state({ groups: moved }), "en").waiting)).toEqual(["Owl", "Lion"]);
  });

  it("shows hands and calls for help from every group", () => {
    const asked: ServerFrame = { type: "help.asked", user_id: "Zebra", at: "2026-01-15T10:00:00Z" };
    const now = state({}, asked);
    const { tables } = arrangementOf({ ...now, lesson: { ...now.lesson, hands: ["Lion"] } }, "en");
    expect(tables.flatMap((table) => table.seats).filter((seat) => seat.asks).map((seat) => seat.person.name)).toEqual(["Zebra"]);
    expect(tables.flatMap((table) => table.seats).filter((seat) => seat.hasHand).map((seat) => seat.person.name)).toEqual(["Lion"]);
  });
});

describe("the panel", () => {
  beforeAll(async () => {
    await i18next.init({ lng: "en", resources: { en: { translation: { ...core, ...words, ...overview } } } });
  });
  const room = { channel: {}, moveTo: () => undefined } as unknown as Room;
  const media = { state: undefined } as unknown as Media;
  const hearVoice = (now: SpaceState, name: string): SpaceState => ({ ...now, voice: { ...person("okafor", name), kind: "staff" } });
  const html = (now: SpaceState) =>
    renderToStaticMarkup(
      <I18nextProvider i18n={i18next}>
        <GroupsPanel room={room} state={now} media={media} onGoIn={() => undefined} />
      </I18nextProvider>,
    );

  it("offers to make groups where there are none", () => {
    const page = html(state({ groups: [], open: false, people: [] }));
    expect(page).toContain("Mix the classes");
    expect(page).toContain("1 student<");
    expect(page).not.toContain("Open groups");
  });

  it("while they are closed: opening, moving, and making others", () => {
    const page = html(state({ open: false }));
    for (const word of ["Open groups", "Group of Heron", "Make new groups", "Look"]) expect(page).toContain(word);
    expect(page).not.toContain("not there now");
    expect(page).not.toContain("Call everyone back");
  });

  it("while they are open: who is there, the way in, and back; others only after that", () => {
    const page = html(state());
    for (const word of ["1 of 2 there", "not there now", "Go in", "Call everyone back", "Say something to everyone", "call everyone back first", "Ms Wanjiru"])
      expect(page).toContain(word);
    expect(page).not.toContain("Mix the classes");
    // Who waits can be put into a group; the others are moved only when that is asked for.
    expect(page).toContain("Group of Owl");
    expect(page).not.toContain("Group of Heron");
  });

  it("while they are open: everyone is called back now or in a while, and one's own voice reaches all", () => {
    const page = html(state());
    for (const word of ["in 30 seconds", "in 1 minute", "in 2 minutes", "Speak to all groups"]) expect(page).toContain(word);
    const closed = html(state({ open: false }));
    for (const word of ["in 1 minute", "Speak to all groups"]) expect(closed).not.toContain(word);
    const spoken = hearVoice(state(), "Ms Okafor");
    expect(html(spoken)).toContain("When you begin, you take over.");
  });

  it("warns that one adult and one student would be alone", () => {
    expect(html(state())).toContain("One student alone.");
  });
});
