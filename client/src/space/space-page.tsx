/** A space: the board in the middle, the people and the chat beside it, the live bar always in reach. */
import { lazy, Suspense, useEffect, useRef, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { pageWith } from "../i18n";
import { usePerson } from "../person";
import { Clocks } from "../ui/clocks";
import { Button } from "../ui/button";
import { useTitle } from "../ui/page";
import { SchoolName } from "../ui/school";
import { Skeleton } from "../ui/state";
import { BoardPanel } from "./board-panel";
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
import { ShutOut } from "./shut-out";
import type { SpaceState } from "./state";
import { SupervisionStrip } from "./supervision-strip";
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
const Lobby = lazy(() => import("./lesson/lobby"));

/** What takes turns in the middle of the wide layout; the rest is always beside it. */
const IN_THE_MIDDLE: ReadonlySet<Panel> = new Set(["board", "notes", "files"]);
/** Of these a page has one open at a time. */
const DOCUMENTS: ReadonlySet<Panel> = new Set(["board", "notes"]);

export function SpacePage({ spaceId }: { spaceId: string }) {
  const { t } = useTranslation();
  const person = usePerson();
  const { room, state } = useRoom(spaceId, person.id);
  const media = useMedia(room, state, person.school.id);
  const layout = useLayout();
  const [panel, setPanel] = useState<Panel>("board");
  const [open, setOpen] = useState<Panel>("board");
  const [folded, setFolded] = useState<ReadonlySet<Panel>>(new Set());
  const safety = useSafety(spaceId, state);
  const items = together(useLessonItems(room, state), safety.items);
  const heading = useTitle(state.space?.name ?? t("app.loading"));

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

  if (state.line === "closed") return <ShutOut spaceId={spaceId} reason={state.closedReason ?? "general"} />;

  const peopleLabel = t("space.peopleCount", { count: state.people.size });
  const tabs: PanelTab[] = [
    { panel: "board", label: t("space.board") },
    { panel: "notes", label: t("space.notes") },
    { panel: "chat", label: t("space.chat"), news },
    { panel: "live", label: t("space.live") },
    { panel: "files", label: t("space.files") },
    { panel: "people", label: peopleLabel },
  ];
  const rail = tabs.filter((tab) => IN_THE_MIDDLE.has(tab.panel));
  const tabRow = (
    <PanelTabs
      tabs={layout === "phone" ? tabs : tabs.filter((tab) => !DOCUMENTS.has(tab.panel))} selected={selected} onSelect={choose}
    />
  );
  const mayRun = state.grants.includes("space:moderate");
  const isWaiting = state.lesson.phase === "lobby" && person.kind === "student";
  const partners = state.schools.filter((school) => school.id !== person.school.id);

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
        <div className="space__title">
          <h1 ref={heading} tabIndex={-1}>
            {state.space ? <bdi>{state.space.name}</bdi> : <span className="soft">{t("space.opening")}</span>}
          </h1>
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
        {layout !== "phone" && <Clocks here={person.school.timezone} there={partners} isMarked />}
        {state.space && !mayRun && <HelpButton room={room} state={state} isShort={layout === "phone"} />}
      </header>
      <LineStrip room={room} state={state} />
      <HelpStrip room={room} state={state} />
      <SupervisionStrip room={room} state={state} person={person} />
      {mayRun && (
        <Suspense fallback={<div className="teacher-bar-wait" />}>
          <TeacherBar room={room} state={state}>
            <PollButton room={room} isDisabled={state.line !== "joined"} />
          </TeacherBar>
        </Suspense>
      )}
      <LessonStrip state={state} isStudent={person.kind === "student"} isMicrophoneOn={media.state?.microphone === "on"} />
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
            <BoardPanel room={room} state={state} isActive={open === "board"} />
          )}
        </PanelSection>
        <PanelSection panel="notes" label={t("space.notes")} layout={layout} isShown={isShown("notes")}>
          {hadNotes.current && (
            <Suspense fallback={<Skeleton blocks={["card"]} className="board-wait" />}>
              <NotesPanel
                spaceId={spaceId} room={room} state={state} timezone={person.school.timezone} isActive={open === "notes"}
              />
            </Suspense>
          )}
        </PanelSection>
        <PanelSection panel="files" label={t("space.files")} layout={layout} isShown={isShown("files")}>
          {(isShown("files") || hadFiles.current) && (
            <Suspense fallback={<Skeleton blocks={["card", "card"]} />}>
              <FilesPanel spaceId={spaceId} room={room} state={state} person={person} />
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
            <Chat room={room} state={state} timezone={person.school.timezone} isStaff={person.kind === "staff"} items={safety.messageItems} />
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
  const isKnown = state.space !== undefined;
  useEffect(() => {
    if (isKnown && (isChatShown || seenSeq.current === undefined)) seenSeq.current = state.seq;
  }, [isChatShown, isKnown, state.seq]);
  const seen = seenSeq.current;
  if (isChatShown || seen === undefined) return 0;
  return state.messages.filter((message) => message.seq > seen && message.author.user_id !== state.userId).length;
}
