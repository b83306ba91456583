/** A space: the board in the middle, the people and the chat beside it, the live bar always in reach. */
import { useEffect, useRef, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { usePerson } from "../person";
import { Clocks } from "../ui/clocks";
import { Button } from "../ui/button";
import { useTitle } from "../ui/page";
import { SchoolName } from "../ui/school";
import { BoardPanel } from "./board-panel";
import { Chat } from "./chat";
import { useLayout, type Layout } from "./layout";
import { LineStrip } from "./line-strip";
import { LiveBar } from "./live/live-bar";
import { LiveTiles } from "./live/live-tiles";
import { useMedia } from "./live/use-media";
import { PanelTabs, type Panel, type PanelTab } from "./panel-tabs";
import { People } from "./people";
import { ShutOut } from "./shut-out";
import type { SpaceState } from "./state";
import { useRoom } from "./use-room";
import "./space.css";
import "./chat.css";
import "./live/live.css";

export function SpacePage({ spaceId }: { spaceId: string }) {
  const { t } = useTranslation();
  const person = usePerson();
  const { room, state } = useRoom(spaceId, person.id);
  const media = useMedia(room, state);
  const layout = useLayout();
  const [panel, setPanel] = useState<Panel>("board");
  const [folded, setFolded] = useState<ReadonlySet<Panel>>(new Set());
  const heading = useTitle(state.space?.name ?? t("app.loading"));

  const selected = layout === "upright" && panel === "board" ? "chat" : panel;
  const isShown = (which: Panel) => layout === "wide" || which === selected || (layout === "upright" && which === "board");
  const news = useUnread(state, isShown("chat") && !folded.has("chat"));

  if (state.line === "closed") return <ShutOut spaceId={spaceId} reason={state.closedReason ?? "general"} />;

  const peopleLabel = t("space.peopleCount", { count: state.people.size });
  const tabs: PanelTab[] = [
    { panel: "board", label: t("space.board") },
    { panel: "chat", label: t("space.chat"), news },
    { panel: "live", label: t("space.live") },
    { panel: "people", label: peopleLabel },
  ];
  const tabRow = (
    <PanelTabs tabs={layout === "phone" ? tabs : tabs.slice(1)} selected={selected} onSelect={setPanel} />
  );
  const partners = state.schools.filter((school) => school.id !== person.school.id);

  function fold(which: Panel) {
    const next = new Set(folded);
    if (!next.delete(which)) next.add(which);
    setFolded(next);
  }

  return (
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
      </header>
      <LineStrip room={room} state={state} />
      <main className="space__main" id="page" data-folded={folded.size === 2 ? "" : undefined}>
        {layout === "phone" && tabRow}
        <PanelSection panel="board" label={t("space.board")} layout={layout} isShown={isShown("board")}>
          <BoardPanel room={room} state={state} />
        </PanelSection>
        {layout === "upright" && tabRow}
        <div className="space__side">
          <PanelSection
            panel="people"
            label={peopleLabel}
            layout={layout}
            isShown={isShown("people")}
            isFolded={folded.has("people")}
            onFold={() => fold("people")}
          >
            <People state={state} mySchoolId={person.school.id} />
          </PanelSection>
          <PanelSection
            panel="chat"
            label={t("space.chat")}
            layout={layout}
            isShown={isShown("chat")}
            isFolded={folded.has("chat")}
            onFold={() => fold("chat")}
          >
            <Chat room={room} state={state} timezone={person.school.timezone} />
          </PanelSection>
        </div>
        <div className="space__strip">
          <LiveBar media={media} state={state} />
          <PanelSection panel="live" label={t("space.live")} layout={layout} isShown={isShown("live")}>
            <LiveTiles media={media} state={state} isCompact={layout === "wide"} />
          </PanelSection>
        </div>
      </main>
    </div>
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
  const isTabPanel = layout === "phone" || (layout === "upright" && panel !== "board");
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
