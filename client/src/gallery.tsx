/**
 * Every part of the records' pages on one page, to look at: `npm run dev`, then /gallery.html.
 *
 * It is no page of the product: the build starts from index.html and leaves it out.
 */
import "./styles/fonts.css";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/pages.css";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode, useState } from "react";
import { createRoot } from "react-dom/client";
import { I18nProvider } from "react-aria-components/I18nProvider";
import { useTranslation } from "react-i18next";
import { ApiFailure, type Me } from "./api";
import { formatLocale, startWords, wantWords, wordsFor } from "./i18n";
import { navFor } from "./pages/nav";
import { PersonContext, usePerson } from "./person";
import { Brand } from "./ui/brand";
import { Button } from "./ui/button";
import { CheckField, CheckGroup, DateField, holds, RadioGroupField, SearchField, SelectField, TimeField } from "./ui/choices";
import { ComboField } from "./ui/combo";
import { Confirm } from "./ui/confirm";
import { TextDifference } from "./ui/difference";
import { Field } from "./ui/field";
import { FilePick } from "./ui/file-pick";
import { Actions, Form } from "./ui/form";
import { HoursBar } from "./ui/hours-bar";
import { LanguageChoice } from "./ui/language";
import { Navigation } from "./ui/page";
import { PagedList, usePaged } from "./ui/paged";
import { Badge, CopyBox, Facts, FileLink, LinkTabs, Progress, Said, Section, Steps, TabStrip, Timeline } from "./ui/parts";
import { SchoolName } from "./ui/school";
import { Sparkline } from "./ui/sparkline";
import { DataTable } from "./ui/table";
import { WorldMap } from "./ui/world-map";

const WEEKDAYS = (start: string, end: string) => [...Array<{ start: string; end: string }[]>(5).fill([{ start, end }]), [], []];
const SCHOOLS = [
  { name: "Willow Primary School", short_name: "Willow", country: "GB", colour: 0, latitude: 52.48, longitude: -1.9 },
  { name: "Harbour High School", short_name: "Harbour High", country: "GB", colour: 1, latitude: 50.8, longitude: -1.09 },
  { name: "Nakuru Hill School", short_name: "Nakuru Hill", country: "KE", colour: 2, latitude: -0.3, longitude: 36.07 },
  { name: "École du Fleuve", short_name: "Fleuve", country: "SN", colour: 3, latitude: 14.7, longitude: -17.4 },
  { name: "Jianguo Road School", short_name: "Jianguo Road", country: "CN", colour: 4, latitude: 31.2, longitude: 121.5 },
  { name: "Rift Valley Academy of Sciences", short_name: "Rift Valley", country: "KE", colour: 5, latitude: -0.3, longitude: 36.07 },
  { name: "Kowhai Street School", short_name: "Kowhai St", country: "NZ", colour: 6, latitude: -41.3, longitude: 174.8 },
  { name: "مدرسة النيل", short_name: "النيل", country: "EG", colour: 7, latitude: null, longitude: null },
].map((school) => ({ ...school, id: school.short_name }));
const [WILLOW, , NAKURU, , , , KOWHAI] = SCHOOLS as [(typeof SCHOOLS)[0], unknown, (typeof SCHOOLS)[0], unknown, unknown, unknown, (typeof SCHOOLS)[0]];

const PERSON: Me = {
  id: "1",
  name: "Ms Mutua",
  kind: "staff",
  avatar: "",
  class_name: "",
  roles: ["headteacher", "safeguarding_lead"],
  school: { ...WILLOW, timezone: "Europe/London" },
};
const REFUSED = new ApiFailure("invalid", 400, {
  fields: [
    { field: "name", problem: "Expected `str` of length <= 160" },
    { field: "days[2].start", problem: "Expected `str` matching regex" },
  ],
});
const LANGUAGE_OPTIONS = ["English", "Français", "العربية", "Kiswahili", "中文", "Español", "Português", "Deutsch", "हिन्दी", "Amharic", "Hausa", "Yorùbá", "Zulu"].map(
  (label) => ({ value: label, label }),
);

function Gallery() {
  const { i18n } = useTranslation();
  return (
    <I18nProvider locale={formatLocale(i18n.language)}>
      <header className="top">
        <span className="top__brand">
          <Brand />
        </span>
        <Navigation entries={navFor(usePerson(), () => true)} />
        <div className="top__end">
          <LanguageChoice />
        </div>
      </header>
      <main className="page" id="page">
        <h1>Parts</h1>
        <LinkTabs
          label="Parts of this record"
          links={[
            { href: location.pathname, label: "Overview" },
            { href: "/agreement", label: "Agreement", count: 2 },
            { href: "/spaces", label: "Spaces" },
            { href: "/people", label: "People" },
          ]}
        />
        <Figures />
        <Telling />
        <Lists />
        <Fields />
        <Asking />
      </main>
    </I18nProvider>
  );
}

function Figures() {
  return (
    <>
      <Section title="Hours of two schools">
        <HoursBar
          day="2026-01-15"
          mine={{ ...WILLOW, timezone: "Europe/London", week: WEEKDAYS("08:45", "15:15") }}
          theirs={{ ...NAKURU, timezone: "Africa/Nairobi", week: WEEKDAYS("07:30", "16:00") }}
        />
      </Section>
      <Section title="Hours across the date line, on the day that clocks change">
        <HoursBar
          day="2026-03-29"
          mine={{ ...WILLOW, timezone: "Europe/London", week: [...WEEKDAYS("08:45", "15:15").slice(0, 6), [{ start: "08:45", end: "22:30" }]] }}
          theirs={{ ...KOWHAI, timezone: "Pacific/Auckland", week: WEEKDAYS("08:30", "15:00") }}
        />
      </Section>
      <Section title="A map">
        <WorldMap schools={SCHOOLS} label="Where the schools are" note={(school) => school.colour === 3 && <Badge tone="wait">Invited</Badge>} />
      </Section>
      <Section title="Life of a space">
        {[
          [WILLOW, [0, 3, 12, 20, 18, 9, 4, 14]],
          [NAKURU, [0, 0, 0, 0, 0, 0, 0, 0]],
          [KOWHAI, [2, 2, 1, 3, 2, 0, 1, 9]],
        ].map(([school, weeks]) => {
          const each = school as typeof WILLOW;
          return (
            <div key={each.id}>
              <SchoolName school={each} />
              <Sparkline label={`Messages of ${each.name}`} weeks={weeks as number[]} colour={each.colour} most={20} />
            </div>
          );
        })}
      </Section>
    </>
  );
}

function Telling() {
  const { t } = useTranslation();
  return (
    <>
      <Section title="States" aside={<FileLink href="/favicon.svg">Agreement as PDF</FileLink>}>
        <Actions>
          <Badge>Draft</Badge>
          <Badge tone="good">Active</Badge>
          <Badge tone="wait">Waits for an answer</Badge>
          <Badge tone="danger">Suspended</Badge>
        </Actions>
        <Said>Saved.</Said>
        <Said tone="danger">That did not work.</Said>
        <Progress label="Reading the file…" />
        <Progress label="Making the cards…" done={14} of={30} />
        <Facts
          items={[
            { label: "Phase", value: wordsFor(t, "phase", "all_through", "phase.primary") },
            { label: "Languages", value: "English, Kiswahili" },
            { label: "What we look for", value: "A class of nine-year-olds that likes rivers, maps and cooking, for two terms." },
          ]}
        />
      </Section>
      <Section title="Steps">
        <Steps
          steps={[
            { key: "a", title: "Proposed", state: "done", text: "By Willow Primary, 3 March" },
            { key: "b", title: "Every school agrees", state: "done" },
            { key: "c", title: "Both heads sign", state: "now", text: "Ms Mutua has not signed.", action: <Button look="primary">Remind Ms Mutua</Button> },
            { key: "d", title: "In force", state: "todo" },
          ]}
        />
      </Section>
      <Section title="Timeline">
        <Timeline
          label="What has happened"
          items={[
            { key: "a", when: "12 March, 10:05 here, 13:05 there", moment: "2026-03-12T10:05:00Z", text: t("act.membership.accept"), colour: 2 },
            { key: "b", when: "11 March, 09:00 here", moment: "2026-03-11T09:00:00Z", text: t("act.partnership.propose"), colour: 0, more: <a href="#page">Look at it</a> },
            { key: "c", when: "10 March", moment: "2026-03-10T09:00:00Z", text: t("act.unknown") },
          ]}
        />
      </Section>
      <Section title="What changed">
        <TextDifference
          parts={[
            { op: "same", text: "We meet " },
            { op: "removed", text: "once a month" },
            { op: "added", text: "every week, on Thursday," },
            { op: "same", text: " for 40 minutes.\nEach school brings " },
            { op: "added", text: "its own " },
            { op: "same", text: "measurements." },
          ]}
        />
      </Section>
      <Section title="Tabs">
        <TabStrip
          label="Days"
          tabs={[
            { key: "a", label: "Bell times", content: <p>Monday to Friday, 08:45 to 15:15.</p> },
            { key: "b", label: "Terms", content: <p>Three terms.</p> },
            { key: "c", label: "Public holidays", content: <p>None yet.</p> },
          ]}
        />
      </Section>
    </>
  );
}

function Lists() {
  const { t } = useTranslation();
  const paged = usePaged(["gallery"], async (cursor) => ({
    items: SCHOOLS.slice(Number(cursor), Number(cursor) + 4),
    next: Number(cursor) + 4 < SCHOOLS.length ? String(Number(cursor) + 4) : null,
  }));
  return (
    <Section title="A long table">
      <PagedList paged={paged} empty={<p>{t("ui.nothingFound")}</p>}>
        {(items) => (
          <DataTable
            caption="Schools"
            rows={items}
            rowKey={(school) => school.id}
            columns={[
              { key: "name", title: "School", cell: (school) => <SchoolName school={school} />, isName: true },
              { key: "country", title: "Country", cell: (school) => school.country },
              { key: "state", title: "State", cell: (school) => <Badge tone={school.colour % 2 ? "wait" : "good"}>{school.colour % 2 ? "Invited" : "Takes part"}</Badge> },
              { key: "lessons", title: "Lessons", cell: (school) => school.colour * 7, isNumber: true },
              { key: "do", title: "Actions", cell: (school) => <Button aria-label={`Change ${school.name}`}>Change</Button>, isActions: true },
            ]}
          />
        )}
      </PagedList>
    </Section>
  );
}

function Fields() {
  const [name, setName] = useState("");
  const [phase, setPhase] = useState<"" | "primary" | "secondary">("");
  const [languages, setLanguages] = useState<string[]>(["Kiswahili"]);
  const [level, setLevel] = useState<"" | "good" | "limited" | "poor">("limited");
  const [isSure, setSure] = useState(false);
  const [day, setDay] = useState("2026-01-15");
  const [time, setTime] = useState("08:45");
  const [file, setFile] = useState<File>();
  const [search, setSearch] = useState("");
  const [school, setSchool] = useState("");
  const [text, setText] = useState("");
  const [error, setError] = useState<unknown>();
  return (
    <Section title="A form">
      <Form error={error} onSubmit={() => (isSure ? setError(new ApiFailure(REFUSED.code, 400, REFUSED.problem)) : { sure: "Say yes first." })}>
        <Field label="Name of the school" name="name" value={name} onChange={setName} hint="As it stands over the door." />
        <SelectField
          label="Phase"
          value={phase}
          onChange={setPhase}
          options={[
            { value: "primary", label: "Primary" },
            { value: "secondary", label: "Secondary" },
          ]}
        />
        <ComboField
          label="School"
          value={school}
          onChange={setSchool}
          onSearch={setText}
          options={SCHOOLS.filter((each) => holds(each.name, text, "en")).map((each) => ({ value: each.id, label: each.name, hint: each.country }))}
          hint="Write some of its name."
        />
        <CheckGroup label="Languages" options={LANGUAGE_OPTIONS} values={languages} onChange={setLanguages} />
        <RadioGroupField
          label="Internet"
          value={level}
          onChange={setLevel}
          options={[
            { value: "good", label: "Good", hint: "Video works for the whole class." },
            { value: "limited", label: "Limited" },
            { value: "poor", label: "Poor" },
          ]}
        />
        <DateField label="First day" value={day} onChange={setDay} />
        <TimeField label="First bell" name="days" value={time} onChange={setTime} />
        <SearchField label="Look for a class" value={search} onChange={setSearch} />
        <FilePick label="A roster" endings={[".csv", ".zip"]} mostBytes={2_000_000} file={file} onPick={setFile} hint="A table (.csv) or a OneRoster file (.zip)." />
        <CheckField label="We are a school, and I may speak for it." name="sure" isChecked={isSure} onChange={setSure} />
        <Actions>
          <Button type="submit" look="primary">
            Save
          </Button>
          <Button>Cancel</Button>
          <Button isPending>Saving…</Button>
          <Button isDisabled>Not now</Button>
        </Actions>
      </Form>
      <CopyBox label="Welcome link for Ms Wanjiru" text="https://commonroom.example/welcome#8fJ2kL0qWz" hint="It works once, for 7 days." />
    </Section>
  );
}

function Asking() {
  const [isOpen, setOpen] = useState(false);
  return (
    <Section title="A question">
      <Actions>
        <Button onPress={() => setOpen(true)}>Sign…</Button>
      </Actions>
      <Confirm
        isOpen={isOpen}
        title="Sign the agreement for Willow Primary?"
        doIt="Sign"
        reasonLabel="A word to the others"
        asksPassword
        isPending={false}
        onConfirm={() => setOpen(false)}
        onClose={() => setOpen(false)}
      >
        <p>It is in force when every head has signed.</p>
      </Confirm>
    </Section>
  );
}

const root = document.getElementById("root");
if (root) {
  await startWords();
  await wantWords("records");
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={new QueryClient()}>
        <PersonContext value={PERSON}>
          <Gallery />
        </PersonContext>
      </QueryClientProvider>
    </StrictMode>,
  );
}
