/** Notes to read: as they were when the lesson ended, for those who may read versions; else as they are. */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import * as Y from "yjs";
import { paint, readVersion } from "../../space/notes/editor";
import { isEmpty } from "../../space/notes/schema";
import { Failed, Skeleton } from "../../ui/state";
import { notesVersion, pageState, type RecapNotes } from "./calls";
import { documentOf } from "./content";
import "../../space/notes/notes.css";

export default function NotesView({ notes, title }: { notes: RecapNotes; title: string | undefined }) {
  const { t } = useTranslation();
  const { board_id: id, room_id: room, kept_seq: kept } = notes;
  const found = useQuery({
    queryKey: ["recap-notes", id, kept],
    queryFn: async () =>
      readVersion(kept === null ? Y.encodeStateAsUpdate(documentOf(await pageState(id))) : await notesVersion(room, kept)),
    structuralSharing: false,
  });
  const text = useRef<HTMLDivElement>(null);
  const painted = useMemo(() => found.data && paint(found.data), [found.data]);
  useEffect(() => {
    if (painted) text.current?.replaceChildren(painted.cloneNode(true));
  }, [painted]);
  if (found.isPending) return <Skeleton blocks={["card"]} />;
  if (!found.data) return <Failed error={found.error} onRetry={() => void found.refetch()} />;
  if (isEmpty(found.data)) return null;
  return (
    <>
      {title && <h3>{title}</h3>}
      <p className="soft">{t(kept === null ? "recap.notesNow" : "recap.notesThen")}</p>
      <div ref={text} className="notes-text recap-notes" />
    </>
  );
}
