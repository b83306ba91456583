/** How the notes were: when, who had changed them, what they held, and bringing one back. For adults. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { formatLocale } from "../../i18n";
import { Button } from "../../ui/button";
import { useNow } from "../../ui/clocks";
import { Question } from "../../ui/dialog";
import { SchoolShape } from "../../ui/school";
import { Empty, Failed, Skeleton } from "../../ui/state";
import { clockAt, dateAndClock, isSameDay } from "../../time";
import type { SchoolInfo } from "../frames";
import { colourOf } from "../roster";
import { calls, type NotesVersion, type NotesVersions } from "./calls";
import { paint, readVersion } from "./editor";
import type { Node } from "prosemirror-model";

interface HistoryProps {
  spaceId: string;
  schools: readonly SchoolInfo[];
  timezone: string;
  /** Undefined for those who may only look. */
  onBringBack?: ((version: number, held: Node) => Promise<boolean>) | undefined;
  onClose(): void;
}

export function History({ spaceId, schools, timezone, onBringBack, onClose }: HistoryProps) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState<NotesVersion>();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const list = useInfiniteQuery({
    queryKey: ["notes", spaceId],
    queryFn: ({ pageParam }: { pageParam: string }) => calls.versions(spaceId, pageParam),
    initialPageParam: "",
    getNextPageParam: (page: NotesVersions) => page.next || undefined,
    staleTime: 0,
  });
  const versions = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <section className="notes-history" aria-label={t("notes.history")} data-chosen={chosen ? "" : undefined}>
      <header className="notes-history__head">
        <h3 ref={heading} tabIndex={-1}>{t("notes.history")}</h3>
        <Button onPress={onClose}>{t("notes.close")}</Button>
      </header>
      {list.isPending && <Skeleton blocks={["card", "card"]} />}
      {list.isError && <Failed error={list.error} onRetry={() => void list.refetch()} />}
      {list.isSuccess && versions.length === 0 && <Empty title={t("notes.noVersions")}>{t("notes.noVersionsText")}</Empty>}
      {versions.length > 0 && (
        <div className="notes-history__body">
          <div className="notes-history__list">
            <ol>
              {versions.map((version) => (
                <li key={version.seq}>
                  <button
                    type="button"
                    className="notes-version"
                    aria-pressed={chosen?.seq === version.seq}
                    onClick={() => setChosen(version)}
                  >
                    <When version={version} timezone={timezone} />
                    {version.reason !== "changed" && <span className="notes-version__why">{t(`notes.reason.${version.reason}`)}</span>}
                    <span className="notes-version__who">
                      {version.authors.map((author) => (
                        <span key={author.user_id} className="notes-version__name">
                          <SchoolShape colour={colourOf(schools, author.school_id)} />
                          <bdi>{author.name}</bdi>
                        </span>
                      ))}
                    </span>
                  </button>
                </li>
              ))}
            </ol>
            {list.hasNextPage && (
              <Button isDisabled={list.isFetchingNextPage} onPress={() => void list.fetchNextPage()}>{t("notes.more")}</Button>
            )}
          </div>
          {chosen ? (
            <Preview
              key={chosen.seq} spaceId={spaceId} version={chosen} onBack={() => setChosen(undefined)}
              onBringBack={onBringBack && ((held) => onBringBack(chosen.seq, held))}
            />
          ) : (
            <p className="notes-history__hint">{t("notes.choose")}</p>
          )}
        </div>
      )}
    </section>
  );
}

function When({ version, timezone }: { version: NotesVersion; timezone: string }) {
  const { t, i18n } = useTranslation();
  const now = useNow(60_000);
  const locale = formatLocale(i18n.language);
  const at = new Date(version.at);
  const words = isSameDay(at, now, timezone)
    ? t("notes.today", { time: clockAt(at, timezone, locale) })
    : dateAndClock(at, timezone, locale);
  return <time dateTime={version.at}>{words}</time>;
}

interface PreviewProps {
  spaceId: string;
  version: NotesVersion;
  onBack(): void;
  onBringBack?: ((held: Node) => Promise<boolean>) | undefined;
}

function Preview({ spaceId, version, onBack, onBringBack }: PreviewProps) {
  const { t } = useTranslation();
  const [isAsking, setAsking] = useState(false);
  const [state, setState] = useState<"ready" | "working" | "failed">("ready");
  const found = useQuery({
    queryKey: ["notes", spaceId, version.seq],
    queryFn: async () => readVersion(await calls.version(spaceId, version.seq)),
    structuralSharing: false,
  });
  const held = found.data;
  const page = useRef<HTMLDivElement>(null);
  const painted = useMemo(() => held && paint(held), [held]);
  useEffect(() => {
    if (painted) page.current?.replaceChildren(painted.cloneNode(true));
  }, [painted]);

  async function bringBack() {
    setAsking(false);
    if (!held || !onBringBack) return;
    setState("working");
    setState((await onBringBack(held)) ? "ready" : "failed");
  }

  return (
    <div className="notes-preview">
      <div className="notes-preview__bar">
        <Button look="quiet" className="notes-preview__back" onPress={onBack}>{t("notes.backToList")}</Button>
        {onBringBack && (
          <Button look="primary" isDisabled={!held || state === "working"} onPress={() => setAsking(true)}>
            {t("notes.bringBack")}
          </Button>
        )}
      </div>
      {state === "failed" && <p className="notice" role="alert">{t("notes.notBroughtBack")}</p>}
      {found.isPending && <Skeleton blocks={["card"]} />}
      {found.isError && <Failed error={found.error} onRetry={() => void found.refetch()} />}
      <div ref={page} className="notes-text notes-preview__text" role="document" aria-label={t("notes.preview")} tabIndex={0} hidden={!held} />
      <Question
        isOpen={isAsking}
        title={t("notes.bringBackTitle")}
        onClose={() => setAsking(false)}
        actions={
          <>
            <Button onPress={() => setAsking(false)}>{t("notes.cancel")}</Button>
            <Button look="primary" onPress={() => void bringBack()}>{t("notes.bringBack")}</Button>
          </>
        }
      >
        <p>{t("notes.bringBackText")}</p>
      </Question>
    </div>
  );
}
