import i18next from "i18next";
import { renderToStaticMarkup } from "react-dom/server";
import { I18nextProvider } from "react-i18next";
import { beforeAll, describe, expect, it } from "vitest";
import core from "../../i18n/en.json";
import together from "../../i18n/records/together/en.json";
import words from "../../i18n/room/en.json";
import { joined, ME, person, present, SPACE } from "../fixtures";
import type { ServerFrame } from "../frames";
import type { Media, MediaTile } from "../live/media";
import type { Room } from "../room";
import { initialState, reduce, type SpaceState } from "../state";
import TogetherStrip from "./together-strip";

const teacher = { ...person("teacher", "Ms Okafor"), kind: "staff", avatar: "" };
const hear = (state: SpaceState, ...frames: ServerFrame[]) => frames.reduce((now, frame) => reduce(now, { type: "frame", frame }), state);
const voice = (who: typeof teacher | null): ServerFrame => ({ type: "groups.voice", root_id: SPACE, person: who });
const inside = () => hear({ ...initialState([], SPACE), userId: ME }, joined(), present(person()));

beforeAll(async () => {
  await i18next.init({ lng: "en", resources: { en: { translation: { ...core, ...words, ...together } } } });
});

function html(state: SpaceState, { mayRun = false, tiles = [] as Partial<MediaTile>[] } = {}) {
  const media = { state: { tiles, watching: true } } as unknown as Media;
  return renderToStaticMarkup(
    <I18nextProvider i18n={i18next}>
      <TogetherStrip room={{} as Room} state={state} media={media} mayRun={mayRun} onSay={() => undefined} />
    </I18nextProvider>,
  );
}

const inAMinute = (state: SpaceState): SpaceState => ({
  ...state,
  lesson: { ...state.lesson, call_back: { ends_at: new Date(Date.now() + 59_500).toISOString(), length_s: 60 } },
});

describe("what concerns all groups", () => {
  it("counts down for everyone, and lets those who run the space decide otherwise", () => {
    const student = html(inAMinute(inside()));
    expect(student).toMatch(/Back in.*1:00/s);
    expect(student).not.toContain("<button");
    const staff = html(inAMinute(inside()), { mayRun: true });
    expect(staff).toContain("Call back now");
    expect(staff).toContain("Let them stay");
  });

  it("says who speaks, plays what comes from another room, and gives nobody else a way to end it", () => {
    const state = hear(inside(), voice(teacher));
    const tile = { userId: "teacher", stream: {} as MediaStream, hasAudio: true, hasVideo: false };
    const shown = html(state, { mayRun: true, tiles: [tile] });
    expect(shown).toContain("Ms Okafor speaks to all groups.");
    expect(shown).toContain("<video");
    expect(shown).not.toContain("Stop speaking");
    expect(hear(state, voice(null)).voice).toBeUndefined();
  });

  it("plays nothing twice: whoever is in this room is heard among the others", () => {
    const state = hear(inside(), present(person(), teacher), voice(teacher));
    expect(html(state, { tiles: [{ userId: "teacher", stream: {} as MediaStream, hasAudio: true, hasVideo: false }] })).not.toContain("<video");
  });

  it("tells the one who speaks, with the way to end it", () => {
    const shown = html(hear(inside(), voice({ ...teacher, user_id: ME })));
    expect(shown).toContain("You speak to all groups.");
    expect(shown).toContain("Stop speaking to all");
  });

  it("knows nothing of it in the next room until it is told", () => {
    const state = hear(inside(), voice(teacher));
    expect(reduce(state, { type: "moved", to: "group", pending: [] }).voice).toBeUndefined();
  });
});
