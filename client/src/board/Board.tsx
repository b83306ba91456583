/**
 * The shared board of a space: tools, paper, the list of what is on it, and quiet lines about its state.
 *
 * React draws the frame; everything on the paper is painted by the `Surface` behind it.
 */

import { type Ref, useEffect, useId, useImperativeHandle, useRef, useState, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { ElementList } from "./ElementList";
import type { PersonOf } from "./overlay";
import { Surface } from "./surface";
import { TextField } from "./TextField";
import { Toolbar } from "./Toolbar";
import { PointerTools } from "./tools";
import { pressKey } from "./keyboard";
import { LookBar, type OnReport } from "./reporting";
import type { BoardTransport } from "./wire";
import "./board.css";

export interface BoardHandle {
  /** The server did not take an update: forget this document and take the server's. */
  reset(): void;
  /** Something drawn here is not stored on the server yet. */
  hasUnsaved(): boolean;
}

export interface BoardProps {
  /** One transport is one page; another page is another transport. */
  transport: BoardTransport;
  me: { userId: string };
  /** Who draws now, of those who share this device; without it the one who signed in. */
  actor?: string | undefined;
  canEdit: boolean;
  personOf: PersonOf;
  /** What this board is called, for those who hear the page. */
  label: string;
  /** Told when work here begins or ceases to be on this device only. */
  onUnsavedChange?: (hasUnsaved: boolean) => void;
  /** The last change was not taken, and this is the board anew. */
  wasRefused?: boolean;
  /** Somebody wants an adult to look at something on the board; without it nothing is offered. */
  onReport?: OnReport;
  ref?: Ref<BoardHandle>;
}

interface Mounted {
  readonly surface: Surface;
  readonly tools: PointerTools;
}

export function Board({ transport, me, actor, canEdit, personOf, label, onUnsavedChange, wasRefused = false, onReport, ref }: BoardProps) {
  const { i18n } = useTranslation();
  const paper = useRef<HTMLDivElement>(null);
  const [mounted, setMounted] = useState<Mounted>();
  const { userId } = me;

  useEffect(() => {
    const area = paper.current;
    if (!area) return;
    const surface = new Surface(area, transport, userId);
    const tools = new PointerTools(area, surface);
    setMounted({ surface, tools });
    return () => {
      setMounted(undefined);
      tools.destroy();
      surface.destroy();
    };
  }, [transport, userId]);

  useEffect(() => {
    mounted?.tools.finish();
    mounted?.surface.writeAs(actor);
  }, [mounted, actor]);

  useEffect(() => {
    if (mounted) mounted.tools.canEdit = canEdit;
    if (!canEdit) mounted?.surface.select([]);
  }, [mounted, canEdit]);

  useEffect(() => {
    if (!mounted) return;
    mounted.surface.renderer.personOf = personOf;
    mounted.surface.renderer.refresh();
  }, [mounted, personOf]);

  useImperativeHandle(ref, () => ({
    reset: () => mounted?.surface.provider.reset(),
    hasUnsaved: () => mounted?.surface.provider.connection.get().hasUnsaved ?? false,
  }), [mounted]);

  const onKeyDown = (event: React.KeyboardEvent): void => {
    if (!mounted || event.defaultPrevented || event.target instanceof HTMLTextAreaElement) return;
    const { surface, tools } = mounted;
    const onPaper = event.target === paper.current;
    if (pressKey(event.nativeEvent, { surface, canEdit, onPaper, abandon: () => tools.abandon() })) event.preventDefault();
  };

  return (
    <section className="board" aria-label={label} dir={i18n.dir()} onKeyDown={onKeyDown}>
      {canEdit ? (
        mounted && <Toolbar surface={mounted.surface} onReport={onReport} />
      ) : (
        <LookBar surface={mounted?.surface} onReport={onReport} />
      )}
      <Paper
        paper={paper} mounted={mounted} label={label} canEdit={canEdit} personOf={personOf} onUnsavedChange={onUnsavedChange}
        wasRefused={wasRefused} onReport={onReport}
      />
    </section>
  );
}

interface PaperProps {
  paper: Ref<HTMLDivElement>;
  mounted: Mounted | undefined;
  label: string;
  canEdit: boolean;
  personOf: PersonOf;
  onUnsavedChange: ((hasUnsaved: boolean) => void) | undefined;
  wasRefused: boolean;
  onReport: OnReport | undefined;
}

function Paper({ paper, mounted, label, canEdit, personOf, onUnsavedChange, wasRefused, onReport }: PaperProps) {
  const { t } = useTranslation();
  const how = useId();
  return (
    <div className="board-middle">
      <div
        ref={paper}
        className="board-paper"
        role="application"
        tabIndex={0}
        dir="ltr"
        aria-label={t("board.paper", { label })}
        aria-describedby={how}
        data-tool={canEdit ? undefined : "hand"}
      />
      <p id={how} className="board-hidden">{t(canEdit ? "board.how" : "board.howRead")}</p>
      {mounted && <ElementList surface={mounted.surface} personOf={personOf} canEdit={canEdit} onReport={onReport} />}
      {mounted && <OnPaper surface={mounted.surface} canEdit={canEdit} onUnsavedChange={onUnsavedChange} wasRefused={wasRefused} />}
    </div>
  );
}

interface OnPaperProps {
  surface: Surface;
  canEdit: boolean;
  onUnsavedChange: ((hasUnsaved: boolean) => void) | undefined;
  wasRefused: boolean;
}

/** What lies on the paper but is not painted: the text field, notices, what is said aloud. */
function OnPaper({ surface, canEdit, onUnsavedChange, wasRefused }: OnPaperProps) {
  const { t } = useTranslation();
  const { editing, tool } = useSyncExternalStore(surface.inHand.subscribe, surface.inHand.get);
  const { open, synced, hasUnsaved } = useSyncExternalStore(surface.provider.connection.subscribe, surface.provider.connection.get);
  const said = useSyncExternalStore(surface.said.subscribe, surface.said.get);
  const isEmpty = useIsEmpty(surface);

  useEffect(() => surface.showTool(canEdit ? tool : "hand"), [surface, canEdit, tool]);
  useEffect(() => onUnsavedChange?.(hasUnsaved), [hasUnsaved, onUnsavedChange]);
  useEffect(() => {
    if (!hasUnsaved) return;
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault();
    addEventListener("beforeunload", ask);
    return () => removeEventListener("beforeunload", ask);
  }, [hasUnsaved]);

  // Told until something else is drawn.
  const [isOld, setOld] = useState(false);
  useEffect(() => {
    if (hasUnsaved) setOld(true);
  }, [hasUnsaved]);
  const isRefused = said?.what === "refused" || (wasRefused && !isOld);
  const notice = !open && synced ? (hasUnsaved ? "kept" : "offline") : isRefused ? "refused" : undefined;
  return (
    <>
      {editing && canEdit && <TextField key={editing.id ?? "new"} surface={surface} editing={editing} />}
      {!synced && <p className="board-quiet" role="status">{t("board.opening")}</p>}
      {synced && isEmpty && !editing && <p className="board-quiet">{t(canEdit ? "board.empty" : "board.emptyRead")}</p>}
      {notice && <p className="board-notice" role="status">{t(`board.notice.${notice}`)}</p>}
      <p className="board-hidden" role="status" aria-live="polite">
        {said && said.what !== "refused" ? t(`board.said.${said.what}`, { count: said.count }) : ""}
      </p>
    </>
  );
}

function useIsEmpty(surface: Surface): boolean {
  return useSyncExternalStore(surface.model.onChange.bind(surface.model), () => surface.model.ordered().length === 0 && !surface.isMaking);
}
