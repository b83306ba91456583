/** The notes of the space: a page of text that everyone here writes together. Loaded when it is first opened. */
import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import type { Node } from "prosemirror-model";
import type { PersonOf } from "../../board";
import { Button } from "../../ui/button";
import type { BoardTransport, Room } from "../room";
import { personOf } from "../roster";
import type { SpaceState } from "../state";
import { NotesEditor } from "./editor";
import { History } from "./history";
import { Toolbar } from "./toolbar";
import "../../ui/tool.css";
import "./notes.css";

interface NotesPanelProps {
  spaceId: string;
  room: Room;
  state: SpaceState;
  timezone: string;
  /** The notes are what is open: a page has one document open at a time. */
  isActive: boolean;
}

export function NotesPanel({ spaceId, room, state, timezone, isActive }: NotesPanelProps) {
  const { t } = useTranslation();
  const id = state.notes?.id;
  const transport = useMemo(() => (id ? room.boardTransport(id) : undefined), [room, id]);
  useEffect(() => {
    if (id && isActive) room.openBoard(id);
  }, [room, id, isActive]);
  const newest = useRef(state);
  newest.current = state;
  const person = useMemo<PersonOf>(() => (userId) => personOf(newest.current, userId), []);
  if (!id || !transport) return <p className="board-none">{t("notes.none")}</p>;
  const opened = state.board?.id === id ? state.board : undefined;
  return (
    <Notes
      // A refusal makes the page forget its copy and take the server's.
      key={`${id} ${opened?.generation ?? 0}`}
      spaceId={spaceId}
      room={room}
      state={state}
      timezone={timezone}
      transport={transport}
      personOf={person}
      isActive={isActive}
      canEdit={Boolean(opened?.canEdit) && state.grants.includes("board:edit")}
      wasRefused={(opened?.generation ?? 0) > 0}
    />
  );
}

interface NotesProps extends NotesPanelProps {
  transport: BoardTransport;
  personOf: PersonOf;
  canEdit: boolean;
  wasRefused: boolean;
}

function Notes({ spaceId, room, state, timezone, transport, personOf: person, isActive, canEdit, wasRefused }: NotesProps) {
  const { t, i18n } = useTranslation();
  const holder = useRef<HTMLDivElement>(null);
  const [editor, setEditor] = useState<NotesEditor>();
  const [isLooking, setLooking] = useState(false);

  useEffect(() => {
    if (!holder.current) return;
    const made = new NotesEditor(holder.current, transport, person);
    setEditor(made);
    return () => {
      setEditor(undefined);
      made.destroy();
    };
  }, [transport, person]);
  useEffect(() => {
    if (!editor) return;
    editor.label = t("space.notes");
    editor.mayWrite = canEdit;
  }, [editor, canEdit, t]);
  const actor = state.devices.acting;
  useEffect(() => editor?.writeAs(actor), [editor, actor]);
  // Before another document is opened over the same line.
  useEffect(() => {
    if (editor && isActive) return () => editor.provider.flush();
    return undefined;
  }, [editor, isActive]);

  const mayLook = state.grants.includes("space:moderate") || state.grants.includes("space:export");
  const mayBringBack = canEdit && state.grants.includes("space:moderate");

  async function bringBack(version: number, held: Node): Promise<boolean> {
    try {
      await room.channel.request({ type: "notes.restore", version });
    } catch {
      return false;
    }
    editor?.replaceWith(held);
    setLooking(false);
    return true;
  }

  return (
    <div className="notes" dir={i18n.dir()}>
      <div className="notes__bar" hidden={isLooking}>
        {canEdit && editor ? <Toolbar editor={editor} /> : <p className="notes__look">{t(state.board ? "notes.look" : "notes.opening")}</p>}
        {mayLook && (
          <Button look="quiet" className="notes__earlier" onPress={() => setLooking(true)}>{t("notes.history")}</Button>
        )}
      </div>
      <div className="notes__page" hidden={isLooking} onClick={(event) => event.target === event.currentTarget && editor?.focus()}>
        <div ref={holder} className="notes__holder" />
        {editor && <Quiet editor={editor} isActive={isActive} canEdit={canEdit} wasRefused={wasRefused} />}
      </div>
      {isLooking && (
        <History
          spaceId={spaceId} schools={state.schools} timezone={timezone}
          onBringBack={mayBringBack ? bringBack : undefined} onClose={() => setLooking(false)}
        />
      )}
    </div>
  );
}

/** Quiet lines about the state of the notes. */
function Quiet({ editor, isActive, canEdit, wasRefused }: { editor: NotesEditor; isActive: boolean; canEdit: boolean; wasRefused: boolean }) {
  const { t } = useTranslation();
  const { open, synced, hasUnsaved } = useSyncExternalStore(editor.provider.connection.subscribe, editor.provider.connection.get);
  const { isEmpty, misfit } = useSyncExternalStore(editor.look.subscribe, editor.look.get);
  useEffect(() => {
    if (!hasUnsaved) return;
    // What was written without a line is only in this page: leaving it asks first.
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener("beforeunload", ask);
    return () => removeEventListener("beforeunload", ask);
  }, [hasUnsaved]);
  const notice = misfit ?? (isActive && synced && !open ? (hasUnsaved ? "kept" : "offline") : wasRefused && !hasUnsaved ? "refused" : undefined);
  return (
    <>
      {!synced && <p className="notes__quiet" role="status">{t("notes.opening")}</p>}
      {synced && isEmpty && <p className="notes__empty" aria-hidden={canEdit}>{t(canEdit ? "notes.empty" : "notes.emptyRead")}</p>}
      {notice && <p className="notes__notice" role="status">{t(`notes.notice.${notice}`)}</p>}
    </>
  );
}
