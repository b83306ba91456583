import i18next from "i18next";
import { renderToStaticMarkup } from "react-dom/server";
import { I18nextProvider } from "react-i18next";
import { beforeAll, describe, expect, it } from "vitest";
import core from "../../i18n/en.json";
import words from "../../i18n/records/safeguarding/en.json";
import type { ReportedObject, ReportedPerson } from "./calls";
import { ShownObject } from "./shown-object";

const person = (id: string, name: string): ReportedPerson => ({ user_id: id, name, kind: "student", school: "Willow", class_name: "5W" });
const object = (change: Partial<ReportedObject> = {}): ReportedObject => ({
  page_title: "Rivers",
  log_position: 7,
  shown: { kind: "note", text: "<b>Go away</b>" },
  is_as_stored: true,
  is_deleted: false,
  made_by: person("ana", "Blue Heron"),
  ...change,
});

beforeAll(() => i18next.init({ lng: "en", resources: { en: { translation: { ...core, ...words } } } }));

const shown = (of: ReportedObject, about?: ReportedPerson) =>
  renderToStaticMarkup(
    <I18nextProvider i18n={i18next}>
      <ShownObject object={of} about={about} />
    </I18nextProvider>,
  );

describe("a reported object of the board", () => {
  it("shows its words as words, and on which page it is", () => {
    const page = shown(object());
    expect(page).toContain("&lt;b&gt;Go away&lt;/b&gt;");
    expect(page).toContain("Rivers");
    expect(page).toContain("Put on the board by Blue Heron, Willow.");
    expect(page).not.toContain("Deleted before");
    expect(shown(object({ is_deleted: true }))).toContain("Deleted before");
  });

  it("says whose the words are when somebody else wrote them", () => {
    expect(shown(object(), person("ana", "Blue Heron"))).not.toContain("The words in it now");
    expect(shown(object(), person("cleo", "Red Fox"))).toContain("The words in it now are by Red Fox.");
  });

  it("says so when it is only what the reporter's page had shown", () => {
    const page = shown(object({ is_as_stored: false, made_by: null, shown: { kind: "note", text: "made up" } }));
    expect(page).toContain("As shown to who reported it. Place 7");
    expect(page).toContain("made up");
  });
});
