/** A space: the board in the middle, the people and the chat beside it, the live bar always in reach. */
import { lazy, Suspense, useEffect, useMemo, useRef, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { pageWith } from "../i18n";
import { usePerson } from "../person";
import { Clocks } from "../ui/clocks";
import { Button } from "../ui/button";
import { SchoolName } from "../ui/school";
import { Skeleton } from "../ui/state";
import { useTitle } from "../ui/title";
import { BoardPanel } from "./board-panel";
import { Announcement, GroupStrip, Moving, Where } from "./groups/moving";
import { Chat } from "./chat";
import { useLayout, type Layout } from "./layout";
import { HandButton } from "./lesson/hand-button";
import { LessonStrip } from "./lesson/lesson-strip";
import { useLessonItems } from "./lesson/person-items";
import { LineStrip } from "./line-strip";
import { LiveBar } from "./live/live-bar";
import { LiveTiles } from "./live/live-tiles";
import { useMedia } from "./live/use-media";
import { HelpButton, HelpStrip } from "./moderation/help";
import { SafetyProvider, useSafety } from "./moderation/safety";
import { PanelTabs, type Panel, type PanelTab } from "./panel-tabs";
import { People } from "./people";
import { together } from "./person-menu";
import { PollButton } from "./polls/poll-button";
import { PollDock } from "./polls/poll-dock";
import { isBehind, type SpaceState } from "./state";
import { SupervisionStrip } from "./supervision-strip";
import { TranslationProvider, useTranslating } from "./translation/translating";
import { togetherOn } from "./message-menu";
import { useRoom } from "./use-room";
import "./space.css";
import "./chat.css";
import "./live/live.css";

/** For those who run lessons: fetched with its words when it is first needed. */
const TeacherBar = lazy(async () => ({
  default: (await pageWith(["records/running"], () => import("./lesson/teacher-bar"))).TeacherBar,
}));
const FilesPanel = lazy(() => pageWith(["records/files"], () => import("./files/files-panel")));
const SentOut = lazy(async () => ({
  default: (await pageWith(["records/safeguarding"], () => import("./moderation/sent-out"))).SentOut,
}));
const NotesPanel = lazy(async () => ({
  default: (await pageWith(["records/notes"], () => import("./notes/notes-panel"))).NotesPanel,
}));
const PlanList = lazy(() => pageWith(["records/steps"], () => import("./lesson/plan-list")));
const ShutOut = lazy(async () => ({ default: (await import("./shut-out")).ShutOut }));
const GroupsPanel = lazy(() => pageWith(["records/groups"], () => import("./groups/groups-panel")));
const DeviceStrip = lazy(() => pageWith(["records/devices"], () => import("./devices/device-strip")));
const DeviceNotes = lazy(() => pageWith(["records/devices"], () => import("./devices/device-notes")));
const SharingEntry = lazy(() => pageWith(["records/devices"], () => import("../devices/sharing-entry")));
const WordsPanel = lazy(() => pageWith(["records/words"], () => import("./words/words-panel")));
const BalanceStrip = lazy(() => pageWith(["records/balance"], () => import("./balance/balance-strip")));
const Lobby = lazy(() => import("./lesson/lobby"));

/** What takes turns in the middle of the wide layout; the rest is always beside it. */
const IN_THE_MIDDLE: ReadonlySet<Panel> = new Set(["board", "notes", "files", "words", "groups"]);
/** Of these a page has one open at a time. */
const DOCUMENTS: ReadonlySet<Panel> = new Set(["board", "notes", "groups"]);

export function SpacePage({ spaceId }: { spaceId: string }) {
  const { t } = useTranslation();
  const person = usePerson();
  const { room, state } = useRoom(spaceId, person.id);
  const media = useMedia(room, state, person.school.id);
  const layout = useLayout();
  // On the way from one room to the other nothing is granted, and little in a group that is closed: the
  // teacher's bar stays where it is.
  const runs = state.grants.includes("space:moderate");
  const mayRun = useKept(runs, runs || (state.line !== "connecting" && !state.space?.parent_id));
  const [chosen, setPanel] = useState<Panel>("board");
  const [opened, setOpen] = useState<Panel>("board");
  const offered = (which: Panel) => (which === "groups" && !mayRun ? "board" : which);
  const panel = offered(chosen);
  const open = offered(opened);
  const [folded, setFolded] = useState<ReadonlySet<Panel>>(new Set());
  const safety = useSafety(state.at, state);
  const translating = useTranslating(state);
  const messageItems = useMemo(
    () => togetherOn(translating.messageItems, safety.messageItems),
    [translating.messageItems, safety.messageItems],
  );
  const items = together(useLessonItems(room, state), safety.items);
  // A group has the name of its space, and its number beside it.
  const name = state.root?.name ?? state.space?.name;
  const heading = useTitle(name ?? t("app.loading"));
  const draft = useDrafts(state.at);
  const arrivedAt = useRef(state.at);
  useEffect(() => {
    if (state.line !== "joined" || arrivedAt.current === state.at) return;
    arrivedAt.current = state.at;
    // What had the focus stayed in the room that was left.
    if (document.activeElement === document.body) heading.current?.focus();
  }, [state.line, state.at, heading]);

  const selected = layout === "upright" && DOCUMENTS.has(panel) ? "chat" : panel;
  const middle = IN_THE_MIDDLE.has(panel) ? panel : open;
  const isShown = (which: Panel) =>
    layout === "wide" ? !IN_THE_MIDDLE.has(which) || which === middle : which === selected || (layout === "upright" && which === open);
  const choose = (which: Panel) => {
    setPanel(which);
    if (DOCUMENTS.has(which)) setOpen(which);
  };
  const hadNotes = useRef(false);
  hadNotes.current ||= isShown("notes");
  const hadFiles = useRef(false);
  hadFiles.current ||= isShown("files");
  const news = useUnread(state, isShown("chat") && !folded.has("chat"));

  if (state.line === "closed")
    return (
      <Suspense fallback={null}>
        <ShutOut spaceId={spaceId} reason={state.closedReason ?? "general"} />
      </Suspense>
    );

  const peopleLabel = t("space.peopleCount", { count: state.people.size });
  const tabs: PanelTab[] = [
    { panel: "board", label: t("space.board") },
    { panel: "live", label: t("space.live") },
    { panel: "chat", label: t("space.chat"), news },
    { panel: "people", label: peopleLabel },
    { panel: "notes", label: t("space.notes") },
    { panel: "files", label: t("space.files") },
    { panel: "words", label: t("space.words") },
  ];
  const hasGroups = mayRun && (panel === "groups" || (state.groups.told?.groups.length ?? 0) > 0);
  if (hasGroups) tabs.push({ panel: "groups", label: t("groups.button") });
  const rail = tabs.filter((tab) => IN_THE_MIDDLE.has(tab.panel));
  const tabRow = (
    <PanelTabs
      tabs={layout === "phone" ? tabs : tabs.filter((tab) => !DOCUMENTS.has(tab.panel))} selected={selected} onSelect={choose}
    />
  );
  const isWaiting = state.lesson.phase === "lobby" && person.kind === "student";
  const partners = state.schools.filter((school) => school.id !== person.school.id);

  const plan = mayRun && state.lesson.lesson && state.lesson.phase !== "open" && (
    <Suspense fallback={null}>
      <PlanList room={room} state={state} lessonId={state.lesson.lesson.id} />
    </Suspense>
  );

  function fold(which: Panel) {
    const next = new Set(folded);
    if (!next.delete(which)) next.add(which);
    setFolded(next);
  }

  return (
    <SafetyProvider safety={safety}>
    <div className="space" data-layout={layout}>
      <header className="space__head">
        <Link href="/" className="button button--quiet space__back">
          <svg className="flips" viewBox="0 0 24 24" width="20" height="20" aria-hidden="true">
            <path d="M15 5l-7 7l7 7" />
          </svg>
          {t("nav.today")}
        </Link>
        <div className="space__title" data-group={state.root && state.at !== state.root.id ? "" : undefined}>
          <h1 ref={heading} tabIndex={-1}>
            {name ? <bdi>{name}</bdi> : <span className="soft">{t("space.opening")}</span>}
          </h1>
          <Where room={room} state={state} isStaff={person.kind === "staff"} onBack={() => choose("groups")} />
          {layout !== "phone" && (
            <ul className="schools">
              {state.schools.map((school) => (
                <li key={school.id}>
                  <SchoolName school={school} isShort />
                </li>
              ))}
            </ul>
          )}
        </div>
        {person.kind === "staff" && layout !== "phone" && (
          <Link href={`/spaces/${spaceId}/record`} className="button button--quiet">
            {t("space.record")}
          </Link>
        )}
        {layout !== "phone" && (
          <Link href={`/spaces/${spaceId}/recaps`} className="button button--quiet">
            {t("space.past")}
          </Link>
        )}
        {layout !== "phone" && <Clocks here={person.school.timezone} there={partners} isMarked />}
        {name && !mayRun && <HelpButton room={room} state={state} isShort={layout === "phone"} />}
      </header>
      <Moving room={room} state={state} isStudent={person.kind === "student"} />
      <LineStrip room={room} state={state} />
      <Announcement state={state} />
      <GroupStrip state={state} isStudent={person.kind === "student"} />
      <HelpStrip room={room} state={state} />
      {state.devices.mine && (
        <Suspense fallback={null}>
          <DeviceStrip room={room} state={state} />
        </Suspense>
      )}
      <SupervisionStrip room={room} state={state} person={person} />
      {mayRun && (
        <Suspense fallback={<div className="teacher-bar-wait" />}>
          <TeacherBar room={room} state={state}>
            <PollButton room={room} isDisabled={state.line !== "joined"} />
            <Button
              className={state.groups.told?.open ? "teacher-bar__on" : ""}
              aria-expanded={isShown("groups")}
              aria-controls="panel-groups"
              onPress={() => choose(isShown("groups") ? "board" : "groups")}
            >
              {t("groups.button")}
            </Button>
          </TeacherBar>
        </Suspense>
      )}
      <div className="lesson-line">
        <LessonStrip state={state} isStudent={person.kind === "student"} isMicrophoneOn={media.state?.microphone === "on"} />
        {plan}
        {mayRun && state.balance && state.balance.lessonId === state.lesson.lesson?.id && (
          <Suspense fallback={null}>
            <BalanceStrip schools={state.balance.schools} />
          </Suspense>
        )}
      </div>
      <main className="space__main" id="page" data-folded={folded.size === 2 ? "" : undefined}>
        {layout === "phone" && tabRow}
        {layout === "wide" && <PanelTabs tabs={rail} selected={middle} onSelect={choose} isRail />}
        {layout === "upright" && (
          <PanelTabs tabs={tabs.filter((tab) => DOCUMENTS.has(tab.panel))} selected={open} onSelect={setOpen} />
        )}
        <PanelSection panel="board" label={t("space.board")} layout={layout} isShown={isShown("board")}>
          {isWaiting ? (
            <Suspense fallback={<div className="lobby" />}>
              <Lobby state={state} mySchool={person.school} />
            </Suspense>
          ) : (
            <BoardPanel key={state.at} room={room} state={state} isActive={open === "board"} onTurned={() => choose("board")} />
          )}
        </PanelSection>
        <PanelSection panel="notes" label={t("space.notes")} layout={layout} isShown={isShown("notes")}>
          {hadNotes.current && (
            <Suspense fallback={<Skeleton blocks={["card"]} className="board-wait" />}>
              <NotesPanel
                key={state.at} spaceId={state.at} room={room} state={state} timezone={person.school.timezone} isActive={open === "notes"}
              />
            </Suspense>
          )}
        </PanelSection>
        <PanelSection panel="files" label={t("space.files")} layout={layout} isShown={isShown("files")}>
          {(isShown("files") || hadFiles.current) && (
            <Suspense fallback={<Skeleton blocks={["card", "card"]} />}>
              <FilesPanel key={state.at} spaceId={state.at} room={room} state={state} person={person} />
            </Suspense>
          )}
        </PanelSection>
        <PanelSection panel="words" label={t("space.words")} layout={layout} isShown={isShown("words")}>
          {isShown("words") && (
            <Suspense fallback={<Skeleton blocks={["card", "card"]} />}>
              <WordsPanel spaceId={state.at} state={state} isStaff={person.kind === "staff"} />
            </Suspense>
          )}
        </PanelSection>
        <PanelSection panel="groups" label={t("groups.button")} layout={layout} isShown={isShown("groups")}>
          {isShown("groups") && (
            <Suspense fallback={<Skeleton blocks={["card", "card"]} />}>
              <GroupsPanel room={room} state={state} onGoIn={() => choose("board")} />
            </Suspense>
          )}
        </PanelSection>
        {layout === "upright" && tabRow}
        <div className="space__side">
          <PollDock room={room} state={state} />
          <PanelSection
            panel="people"
            label={peopleLabel}
            layout={layout}
            isShown={isShown("people")}
            isFolded={folded.has("people")}
            onFold={() => fold("people")}
          >
            <People state={state} mySchoolId={person.school.id} items={items} />
            {person.kind === "student" && !state.devices.mine && isShown("people") && (
              <Suspense fallback={null}>
                <SharingEntry />
              </Suspense>
            )}
            {mayRun && state.devices.all.some((device) => device.left_out?.length) && (
              <Suspense fallback={null}>
                <DeviceNotes state={state} />
              </Suspense>
            )}
            {mayRun && (
              <Suspense fallback={null}>
                <SentOut spaceId={spaceId} state={state} />
              </Suspense>
            )}
          </PanelSection>
          <PanelSection
            panel="chat"
            label={t("space.chat")}
            layout={layout}
            isShown={isShown("chat")}
            isFolded={folded.has("chat")}
            onFold={() => fold("chat")}
          >
            <TranslationProvider shown={translating.shown}>
              <Chat key={state.at} draft={draft} room={room} state={state} timezone={person.school.timezone} isStaff={person.kind === "staff"} items={messageItems} />
            </TranslationProvider>
          </PanelSection>
        </div>
        <div className="space__strip">
          <LiveBar media={media} state={state}>
            {!mayRun && <HandButton room={room} state={state} />}
          </LiveBar>
          <PanelSection panel="live" label={t("space.live")} layout={layout} isShown={isShown("live")}>
            <LiveTiles media={media} state={state} isCompact={layout === "wide"} items={items} />
          </PanelSection>
        </div>
      </main>
    </div>
    </SafetyProvider>
  );
}

interface PanelSectionProps {
  panel: Panel;
  label: string;
  layout: Layout;
  isShown: boolean;
  isFolded?: boolean;
  onFold?: () => void;
  children: ReactNode;
}

/** One part of the space: a tab's panel where there are tabs, else a region, which may fold. */
function PanelSection({ panel, label, layout, isShown, isFolded = false, onFold, children }: PanelSectionProps) {
  const { t } = useTranslation();
  const isTabPanel = layout !== "wide" || IN_THE_MIDDLE.has(panel);
  const canFold = layout === "wide" && onFold !== undefined;
  const isOpen = !(canFold && isFolded);
  return (
    <section
      id={`panel-${panel}`}
      className={`panel panel--${panel}`}
      role={isTabPanel ? "tabpanel" : "region"}
      aria-label={label}
      hidden={!isShown}
      data-folded={isOpen ? undefined : ""}
    >
      {canFold ? (
        <div className="panel__head">
          <h2>{label}</h2>
          <Button look="quiet" className="panel__fold" aria-expanded={isOpen} onPress={onFold}>
            {t(isOpen ? "space.fold" : "space.unfold")}
            <span className="visually-hidden">{label}</span>
          </Button>
        </div>
      ) : (
        <h2 className="visually-hidden">{label}</h2>
      )}
      {/* The list of people may be longer than its panel, and has nothing in it that takes the focus. */}
      <div className="panel__body" hidden={!isOpen} tabIndex={panel === "people" ? 0 : undefined}>
        {children}
      </div>
    </section>
  );
}

/** How many messages by others came since the chat was last in view. */
function useUnread(state: SpaceState, isChatShown: boolean): number {
  const seenSeq = useRef<number | undefined>(undefined);
  const seenAt = useRef(state.at);
  // In another room nothing is unread that was there before.
  if (seenAt.current !== state.at) seenSeq.current = undefined;
  seenAt.current = state.at;
  // The history that comes with the join is not news.
  const isKnown = state.space !== undefined && !isBehind(state);
  useEffect(() => {
    if (isKnown && (isChatShown || seenSeq.current === undefined)) seenSeq.current = state.seq;
  }, [isChatShown, isKnown, state.seq]);
  const seen = seenSeq.current;
  if (isChatShown || seen === undefined) return 0;
  return state.messages.filter((message) => message.seq > seen && message.author.user_id !== state.userId).length;
}

/** What was begun to be written in each room: it waits there. */
function useDrafts(at: string): { current: string } {
  const [drafts] = useState(() => new Map<string, { current: string }>());
  const draft = drafts.get(at) ?? { current: "" };
  drafts.set(at, draft);
  return draft;
}

/** The newest value that was known, while it is not. */
function useKept<T>(value: T, isKnown: boolean): T {
  const kept = useRef(value);
  if (isKnown) kept.current = value;
  return kept.current;
}
