/** A space: the board in the middle, the people and the chat beside it, the live bar always in reach. */
import { lazy, Suspense, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { pageWith } from "../i18n";
import { usePerson } from "../person";
import { Button } from "../ui/button";
import { Skeleton } from "../ui/state";
import { useTitle } from "../ui/title";
import { BoardPanel } from "./board-panel";
import { Announcement, GroupStrip, Moving } from "./groups/moving";
import { Together } from "./groups/together";
import { Chat } from "./chat";
import { useLayout } from "./layout";
import { HandButton } from "./lesson/hand-button";
import { LessonStrip } from "./lesson/lesson-strip";
import { useLessonItems } from "./lesson/person-items";
import { LineStrip } from "./line-strip";
import { LiveBar } from "./live/live-bar";
import { LiveTiles } from "./live/live-tiles";
import { useMedia } from "./live/use-media";
import { HelpStrip } from "./moderation/help";
import { SafetyProvider, useSafety } from "./moderation/safety";
import { PanelSection } from "./panel-section";
import { PanelTabs, type PanelTab } from "./panel-tabs";
import { People } from "./people";
import { together } from "./person-menu";
import { PollButton } from "./polls/poll-button";
import { PollDock } from "./polls/poll-dock";
import { SpaceHead } from "./space-head";
import { SupervisionStrip } from "./supervision-strip";
import { TranslationProvider, useTranslating } from "./translation/translating";
import { togetherOn } from "./message-menu";
import { DOCUMENTS, IN_THE_MIDDLE, usePanels } from "./use-panels";
import { useRoom } from "./use-room";
import { useUnread } from "./use-unread";
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
  const { chosen, open, middle, selected, isShown, choose, openAbove, folded, fold } = usePanels(layout, mayRun);
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
  const hasGroups = mayRun && (chosen === "groups" || (state.groups.told?.groups.length ?? 0) > 0);
  if (hasGroups) tabs.push({ panel: "groups", label: t("groups.button") });
  const rail = tabs.filter((tab) => IN_THE_MIDDLE.has(tab.panel));
  const tabRow = (
    <PanelTabs
      tabs={layout === "phone" ? tabs : tabs.filter((tab) => !DOCUMENTS.has(tab.panel))} selected={selected} onSelect={choose}
    />
  );
  const isWaiting = state.lesson.phase === "lobby" && person.kind === "student";

  const plan = mayRun && state.lesson.lesson && state.lesson.phase !== "open" && (
    <Suspense fallback={null}>
      <PlanList room={room} state={state} lessonId={state.lesson.lesson.id} />
    </Suspense>
  );

  return (
    <SafetyProvider safety={safety}>
    <div className="space" data-layout={layout}>
      <SpaceHead
        spaceId={spaceId} room={room} state={state} layout={layout} name={name} heading={heading} mayRun={mayRun} onBack={() => choose("groups")}
      />
      <Moving room={room} state={state} isStudent={person.kind === "student"} />
      <LineStrip room={room} state={state} />
      <Announcement state={state} />
      <GroupStrip state={state} isStudent={person.kind === "student"} />
      <Together room={room} state={state} media={media} mayRun={mayRun} />
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
          <PanelTabs tabs={tabs.filter((tab) => DOCUMENTS.has(tab.panel))} selected={open} onSelect={openAbove} />
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
              <GroupsPanel room={room} state={state} media={media} onGoIn={() => choose("board")} />
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
