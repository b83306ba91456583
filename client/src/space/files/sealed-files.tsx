/** What was deleted, for safeguarding leads: opened with a reason, which goes into the log. */
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../ui/button";
import { Question } from "../../ui/dialog";
import { Skeleton, useFailureWords } from "../../ui/state";
import type { SchoolInfo } from "../frames";
import { calls, SEALED_REASONS, type SealedReason, type SpaceFile } from "./calls";
import { FileFacts, FileMark } from "./file-row";
import { useFileList } from "./use-files";

interface SealedFilesProps {
  spaceId: string;
  schools: readonly SchoolInfo[];
  timezone: string;
}

export function SealedFiles(props: SealedFilesProps) {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  return (
    <section className="sealed" aria-label={t("files.sealed.title")}>
      <Button look="quiet" aria-expanded={isOpen} onPress={() => setOpen(!isOpen)}>
        {t(isOpen ? "files.sealed.hide" : "files.sealed.look")}
      </Button>
      {isOpen && <SealedList {...props} />}
    </section>
  );
}

function SealedList({ spaceId, schools, timezone }: SealedFilesProps) {
  const { t } = useTranslation();
  const words = useFailureWords();
  const list = useFileList(spaceId, true);
  const [asked, setAsked] = useState<SpaceFile>();
  const [reason, setReason] = useState<SealedReason>("report");
  const open = useMutation({
    mutationFn: async (file: SpaceFile) => save(await calls.openSealed(file.id, reason), file.name),
    onSuccess: () => setAsked(undefined),
  });
  const files = list.data?.pages.flatMap((page) => page.files) ?? [];
  if (list.isPending) return <Skeleton blocks={["card"]} />;
  return (
    <>
      <p className="soft">{t(files.length > 0 ? "files.sealed.why" : "files.sealed.none")}</p>
      {list.error && <p role="alert">{words(list.error)}</p>}
      <ul className="files__list">
        {files.map((file) => (
          <li key={file.id} className="file-row">
            <FileMark file={file} isSealed />
            <div className="file-row__what">
              <p className="file-row__name">
                <bdi>{file.name}</bdi>
              </p>
              <FileFacts file={file} schools={schools} timezone={timezone} />
            </div>
            <div className="file-row__moves">
              <Button onPress={() => setAsked(file)}>
                {t("files.sealed.open")}
                <span className="visually-hidden">{file.name}</span>
              </Button>
            </div>
          </li>
        ))}
      </ul>
      {list.hasNextPage && <Button onPress={() => void list.fetchNextPage()}>{t("files.more")}</Button>}
      <Question
        isOpen={asked !== undefined}
        title={t("files.sealed.ask")}
        onClose={() => setAsked(undefined)}
        actions={
          <>
            <Button onPress={() => setAsked(undefined)}>{t("app.cancel")}</Button>
            <Button look="primary" isPending={open.isPending} onPress={() => asked && open.mutate(asked)}>
              {t("files.sealed.open")}
            </Button>
          </>
        }
      >
        <p>{t("files.sealed.logged")}</p>
        <label className="field">
          <span className="field__label">{t("files.sealed.reason")}</span>
          <select className="language__select" value={reason} onChange={(event) => setReason(event.target.value as SealedReason)}>
            {SEALED_REASONS.map((each) => (
              <option key={each} value={each}>
                {t(`files.sealed.reasons.${each}`)}
              </option>
            ))}
          </select>
        </label>
        {open.error !== null && <p role="alert">{words(open.error)}</p>}
      </Question>
    </>
  );
}

function save(content: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
