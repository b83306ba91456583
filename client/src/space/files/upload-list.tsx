/** Files on their way up: how far each one is, and what to do with one that failed. */
import { useTranslation } from "react-i18next";
import { formatLocale, wordsFor } from "../../i18n";
import { Button } from "../../ui/button";
import type { Upload } from "./queue";

interface UploadListProps {
  uploads: readonly Upload[];
  onAgain(id: number): void;
  onDrop(id: number): void;
}

export function UploadList({ uploads, onAgain, onDrop }: UploadListProps) {
  const { t } = useTranslation();
  if (uploads.length === 0) return null;
  return (
    <ul className="uploads" aria-label={t("files.uploads")}>
      {uploads.map((upload) => (
        <li key={upload.id} className="upload" data-state={upload.state}>
          {upload.state === "failed" ? (
            <FailedUpload upload={upload} onAgain={() => onAgain(upload.id)} onDrop={() => onDrop(upload.id)} />
          ) : (
            <GoingUpload upload={upload} onStop={() => onDrop(upload.id)} />
          )}
        </li>
      ))}
    </ul>
  );
}

function GoingUpload({ upload, onStop }: { upload: Upload; onStop(): void }) {
  const { t, i18n } = useTranslation();
  const percent = new Intl.NumberFormat(formatLocale(i18n.language), { style: "percent" }).format(upload.share);
  const words = {
    waiting: t("files.queued", { name: upload.name }),
    sending: t("files.sending", { name: upload.name, percent }),
    checking: t("files.looking", { name: upload.name }),
  }[upload.state as "waiting" | "sending" | "checking"];
  return (
    <>
      <div className="upload__going">
        <p>{words}</p>
        <progress max={1} value={upload.state === "checking" ? undefined : upload.share} aria-label={upload.name} />
      </div>
      <Button look="quiet" onPress={onStop}>
        {t("files.stop")}
        <span className="visually-hidden">{upload.name}</span>
      </Button>
    </>
  );
}

/** A file that is wrong in itself stays wrong: only what the line or the server did can be tried again. */
const PASSING = new Set(["network", "unavailable", "files_unavailable", "files_busy", "file_cut", "general", "signed_out", "file_held", "file_space_full"]);

function FailedUpload({ upload, onAgain, onDrop }: { upload: Upload; onAgain(): void; onDrop(): void }) {
  const { t } = useTranslation();
  const most = upload.mostBytes === undefined ? 20 : Math.floor(upload.mostBytes / 1_048_576);
  return (
    <div className="upload__failed" role="alert">
      <p>
        {t("files.failed", { name: upload.name })} {wordsFor(t, "errors", upload.failure ?? "", "errors.general", { most })}
      </p>
      <div className="upload__moves">
        {PASSING.has(upload.failure ?? "") && <Button onPress={onAgain}>{t("app.retry")}</Button>}
        <Button look="quiet" onPress={onDrop}>
          {t("app.close")}
          <span className="visually-hidden">{upload.name}</span>
        </Button>
      </div>
    </div>
  );
}
