/** The files of a space: adding, the list, and what waits for an adult. Loaded when it is first opened. */
import { useMutation } from "@tanstack/react-query";
import { useRef, useState, type DragEvent } from "react";
import { useTranslation } from "react-i18next";
import type { Me } from "../../api";
import { Button } from "../../ui/button";
import { Question } from "../../ui/dialog";
import { Empty, Failed, Skeleton, useFailureWords } from "../../ui/state";
import type { Room } from "../room";
import type { SpaceState } from "../state";
import { useReport } from "../moderation/safety";
import { calls, type SpaceFile } from "./calls";
import { FileRow } from "./file-row";
import { accepted } from "./queue";
import { SealedFiles } from "./sealed-files";
import { UploadList } from "./upload-list";
import { useFiles } from "./use-files";
import { useUploads } from "./use-uploads";
import "./files.css";

interface FilesPanelProps {
  spaceId: string;
  room: Room;
  state: SpaceState;
  person: Pick<Me, "id" | "kind" | "school">;
}

export default function FilesPanel({ spaceId, room, state, person }: FilesPanelProps) {
  const report = useReport();
  const { t } = useTranslation();
  const words = useFailureWords();
  const asId = state.devices.acting;
  const { list, readAgain } = useFiles(spaceId, room, state.line === "joined", asId);
  const [news, setNews] = useState("");
  const [leaving, setLeaving] = useState<SpaceFile>();
  const [isOver, setOver] = useState(false);
  const picker = useRef<HTMLInputElement>(null);
  const first = list.data?.pages[0];
  const files = list.data?.pages.flatMap((page) => page.files) ?? [];
  const canAdd = state.grants.includes("file:add");
  const { uploads, add, again, drop } = useUploads(spaceId, first?.taken ?? {}, asId, (file) => {
    setNews(t(file.state === "shown" ? "files.added" : file.checking ? "files.addedChecking" : "files.addedWaiting", { name: file.name }));
    readAgain();
  });
  const act = useMutation({
    mutationFn: ({ what, file }: { what: "show" | "refuse" | "remove"; file: SpaceFile }) => what === "remove" ? calls.remove(file.id, asId) : calls[what](file.id),
    onSettled: readAgain,
  });
  const waiting = files.filter((file) => file.moves.includes("show")).length;

  function onDrop(event: DragEvent) {
    event.preventDefault();
    setOver(false);
    if (canAdd && first) add(event.dataTransfer.files);
  }

  return (
    <div
      className="files"
      data-over={isOver && canAdd ? "" : undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={(event) => event.currentTarget.contains(event.relatedTarget as Node | null) || setOver(false)}
      onDrop={onDrop}
    >
      <div className="files__head">
        {canAdd ? (
          <>
            <Button look="primary" isDisabled={!first} onPress={() => picker.current?.click()}>
              {t("files.add")}
            </Button>
            <input
              ref={picker}
              type="file"
              multiple
              hidden
              accept={accepted(first?.taken ?? {})}
              onChange={(event) => {
                add([...(event.currentTarget.files ?? [])]);
                event.currentTarget.value = "";
              }}
            />
            <p className="soft files__hint">{t("files.kinds")}</p>
          </>
        ) : (
          state.space && <p className="soft">{t("files.readOnly")}</p>
        )}
      </div>
      <p className="visually-hidden" role="status">
        {news}
      </p>
      <UploadList uploads={uploads} onAgain={again} onDrop={drop} />
      {act.error !== null && (
        <p className="notice notice--danger" role="alert">
          {words(act.error)}
        </p>
      )}
      {waiting > 0 && <p className="notice">{t("files.toDecide", { count: waiting })}</p>}
      {list.isPending ? (
        <Skeleton blocks={["card", "card"]} />
      ) : list.error && files.length === 0 ? (
        <Failed error={list.error} onRetry={() => void list.refetch()} />
      ) : files.length === 0 ? (
        <Empty title={t("files.empty")}>{t(canAdd ? "files.emptyHow" : "files.emptyRead")}</Empty>
      ) : (
        <ul className="files__list" aria-label={t("files.list")}>
          {files.map((file) => (
            <FileRow
              key={file.id}
              file={file}
              schools={state.schools}
              timezone={person.school.timezone}
              asId={asId}
              isMine={file.uploader.user_id === (asId ?? person.id)}
              isPending={act.isPending && act.variables.file.id === file.id}
              onShow={() => act.mutate({ what: "show", file })}
              onRefuse={() => act.mutate({ what: "refuse", file })}
              onDelete={() => setLeaving(file)}
              onReport={() => report({ kind: "file", subjectId: file.id, name: file.name })}
            />
          ))}
        </ul>
      )}
      {list.hasNextPage && (
        <Button isPending={list.isFetchingNextPage} onPress={() => void list.fetchNextPage()}>
          {t("files.more")}
        </Button>
      )}
      {first?.opens_sealed && <SealedFiles spaceId={spaceId} schools={state.schools} timezone={person.school.timezone} />}
      <Question
        isOpen={leaving !== undefined}
        title={t("files.deleteTitle")}
        onClose={() => setLeaving(undefined)}
        actions={
          <>
            <Button onPress={() => setLeaving(undefined)}>{t("app.cancel")}</Button>
            <Button
              look="danger"
              onPress={() => {
                if (leaving) act.mutate({ what: "remove", file: leaving });
                setLeaving(undefined);
              }}
            >
              {t("files.delete")}
            </Button>
          </>
        }
      >
        <p>{t("files.deleteText", { name: leaving?.name ?? "" })}</p>
      </Question>
    </div>
  );
}
