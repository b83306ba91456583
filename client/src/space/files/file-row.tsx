/** One file on the list: what it is, who added it, when, how large, and what I may do with it. */
import { useTranslation } from "react-i18next";
import { formatLocale } from "../../i18n";
import { clockAt, dateAndClock, isSameDay } from "../../time";
import { Avatar } from "../../ui/avatar";
import { Button } from "../../ui/button";
import { placeOf, SchoolShape } from "../../ui/school";
import type { SchoolInfo } from "../frames";
import { colourOf } from "../roster";
import { contentOf, thumbnailOf, type SpaceFile } from "./calls";
import { sizeWords } from "./size";

interface FileRowProps {
  file: SpaceFile;
  schools: readonly SchoolInfo[];
  timezone: string;
  /** Who looks, of those who share this device. */
  asId: string | undefined;
  isMine: boolean;
  isPending: boolean;
  onShow(): void;
  onRefuse(): void;
  onDelete(): void;
  onReport(): void;
}

export function FileRow({ file, schools, timezone, asId, isMine, isPending, onShow, onRefuse, onDelete, onReport }: FileRowProps) {
  const { t } = useTranslation();
  const can = (move: string) => file.moves.includes(move);
  return (
    <li className="file-row" data-state={file.state}>
      <FileMark file={file} asId={asId} />
      <div className="file-row__what">
        <p className="file-row__name">
          {can("open") ? (
            <a href={contentOf(file.id, asId)} {...(file.kind === "sound" ? { download: file.name } : { target: "_blank", rel: "noopener" })}>
              <bdi>{file.name}</bdi>
            </a>
          ) : (
            <bdi>{file.name}</bdi>
          )}
        </p>
        <FileFacts file={file} schools={schools} timezone={timezone} />
        <FileWait file={file} isMine={isMine} />
        {file.kind === "sound" && can("open") && (
          <audio className="file-row__sound" controls preload="none" src={contentOf(file.id, asId)} aria-label={file.name} />
        )}
      </div>
      <div className="file-row__moves">
        {can("show") && (
          <Button isPending={isPending} onPress={onShow}>
            {t("files.show")}
            <span className="visually-hidden">{file.name}</span>
          </Button>
        )}
        {can("refuse") && (
          <Button look="quiet" isPending={isPending} onPress={onRefuse}>
            {t("files.refuse")}
            <span className="visually-hidden">{file.name}</span>
          </Button>
        )}
        {can("delete") && !can("refuse") && (
          <Button look="quiet" isPending={isPending} onPress={onDelete}>
            {t("files.delete")}
            <span className="visually-hidden">{file.name}</span>
          </Button>
        )}
        {!isMine && (
          <Button look="quiet" onPress={onReport}>
            {t("safety.report")}
            <span className="visually-hidden">{file.name}</span>
          </Button>
        )}
      </div>
    </li>
  );
}

/** Its picture, or the letters of its kind. */
export function FileMark({ file, asId, isSealed = false }: { file: SpaceFile; asId?: string | undefined; isSealed?: boolean }) {
  return (
    <div className="file-row__mark" aria-hidden="true">
      {file.has_thumbnail && file.moves.includes("open") && !isSealed ? (
        <img src={thumbnailOf(file.id, asId)} alt="" loading="lazy" />
      ) : (
        <span dir="ltr">{file.name.slice(file.name.lastIndexOf(".") + 1).toUpperCase()}</span>
      )}
    </div>
  );
}

export function FileFacts({ file, schools, timezone }: { file: SpaceFile; schools: readonly SchoolInfo[]; timezone: string }) {
  const { i18n } = useTranslation();
  const locale = formatLocale(i18n.language);
  const colour = colourOf(schools, file.uploader.school_id);
  const at = new Date(file.created_at);
  const when = isSameDay(at, new Date(), timezone) ? clockAt(at, timezone, locale) : dateAndClock(at, timezone, locale);
  return (
    <p className="file-row__facts" data-school={placeOf(colour)}>
      <Avatar person={file.uploader} colour={colour} size={24} />
      <SchoolShape colour={colour} />
      <bdi className="file-row__who">{file.uploader.name}</bdi>
      <span className="soft file-row__when">
        <time dateTime={file.created_at}>{when}</time>
        <span aria-hidden="true"> · </span>
        <span>{sizeWords(file.size_bytes, locale)}</span>
      </span>
    </p>
  );
}

/** What a file waits for, in words. */
function FileWait({ file, isMine }: { file: SpaceFile; isMine: boolean }) {
  const { t } = useTranslation();
  if (file.state === "refused") return <p className="file-row__wait">{t("files.refused")}</p>;
  if (file.state !== "waiting") return null;
  if (file.checking) return <p className="file-row__wait">{t("files.checking")}</p>;
  return <p className="file-row__wait">{t(isMine && !file.moves.includes("show") ? "files.waitingMine" : "files.waiting")}</p>;
}
