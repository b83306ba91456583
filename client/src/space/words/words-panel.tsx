/** The words that the schools share: what a thing is called in each of their languages. Loaded when it is first opened. */
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useDeferredValue, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { formatLocale } from "../../i18n";
import { Button } from "../../ui/button";
import { Question } from "../../ui/dialog";
import { Field } from "../../ui/field";
import { Empty, Failed, Skeleton, useFailureWords } from "../../ui/state";
import type { SpaceState } from "../state";
import { calls, keptIn, tableOf, type Entry, type GlossaryPage } from "./calls";
import { languageName, readerFirst } from "./languages";
import "./words.css";

const EntryForm = lazy(() => import("./entry-form"));
const ASK_AFTER_MS = 250;

interface WordsPanelProps {
  spaceId: string;
  state: SpaceState;
  isStaff: boolean;
}

export default function WordsPanel({ spaceId, state, isStaff }: WordsPanelProps) {
  const { t } = useTranslation();
  const words = useFailureWords();
  const queries = useQueryClient();
  const [search, setSearch] = useState("");
  const query = useLater(search.trim());
  const [editing, setEditing] = useState<Entry | "new">();
  const [leaving, setLeaving] = useState<Entry>();
  const [news, setNews] = useState("");
  const partnershipId = state.space?.partnership_id ?? "";
  const list = useInfiniteQuery({
    queryKey: ["glossary", spaceId, query],
    queryFn: ({ pageParam }: { pageParam: string }) => calls.page(spaceId, query, pageParam),
    initialPageParam: "",
    getNextPageParam: (page: GlossaryPage) => page.next || undefined,
    // Other words in the search field: what was there stays until the new list has come.
    placeholderData: (before) => before,
  });
  const readAgain = () => void queries.invalidateQueries({ queryKey: ["glossary"] });
  const remove = useMutation({
    mutationFn: (entry: Entry) => calls.remove(partnershipId, entry),
    onSuccess: () => setNews(t("words.removed")),
    onSettled: readAgain,
  });
  const first = list.data?.pages[0];
  const entries = useDeferredValue(list.data?.pages.flatMap((page) => page.items) ?? []);
  const mayEdit = first?.may_edit ?? false;
  const isEmpty = first !== undefined && entries.length === 0;

  return (
    <div className="words">
      <div className="words__head">
        <Field label={t("words.find")} type="search" dir="auto" value={search} onChange={setSearch} maxLength={200} autoComplete="off" />
        {mayEdit && (
          <Button look="primary" onPress={() => setEditing("new")}>
            {t("words.add")}
          </Button>
        )}
        {isStaff && partnershipId !== "" && entries.length > 0 && (
          <a className="button button--quiet" href={tableOf(partnershipId)} download>
            {t("words.table")}
          </a>
        )}
      </div>
      <p className="visually-hidden" role="status">
        {news}
      </p>
      {remove.error && (
        <p className="notice notice--danger" role="alert">
          {keptIn(remove.error) ? t("words.changed") : words(remove.error)}
        </p>
      )}
      {list.isPending ? (
        <Skeleton blocks={["card", "card"]} />
      ) : list.error && entries.length === 0 ? (
        <Failed error={list.error} onRetry={() => void list.refetch()} />
      ) : isEmpty && query !== "" ? (
        <p role="status">{t("words.nothingFound")}</p>
      ) : isEmpty ? (
        <Empty title={t("words.empty")}>{t(mayEdit ? "words.emptyHow" : "words.emptyRead")}</Empty>
      ) : (
        <ul className="words__list" aria-label={t("words.list")}>
          {entries.map((entry) => (
            <EntryRow
              key={entry.id}
              entry={entry}
              mayEdit={mayEdit}
              isPending={remove.isPending && remove.variables.id === entry.id}
              onEdit={() => setEditing(entry)}
              onRemove={() => setLeaving(entry)}
            />
          ))}
        </ul>
      )}
      {list.hasNextPage && (
        <Button isPending={list.isFetchingNextPage} onPress={() => void list.fetchNextPage()}>
          {t("words.more")}
        </Button>
      )}
      {editing !== undefined && (
        <Suspense fallback={null}>
          <EntryForm
            key={editing === "new" ? "new" : editing.id}
            entry={editing === "new" ? undefined : editing}
            partnershipId={partnershipId}
            languages={first?.languages ?? []}
            onClose={() => setEditing(undefined)}
            onSaved={() => {
              setNews(t("words.saved"));
              setEditing(undefined);
              readAgain();
            }}
            onStale={readAgain}
          />
        </Suspense>
      )}
      <Question
        isOpen={leaving !== undefined}
        title={t("words.removeTitle")}
        onClose={() => setLeaving(undefined)}
        actions={
          <>
            <Button onPress={() => setLeaving(undefined)}>{t("app.cancel")}</Button>
            <Button
              look="danger"
              onPress={() => {
                if (leaving) remove.mutate(leaving);
                setLeaving(undefined);
              }}
            >
              {t("words.remove")}
            </Button>
          </>
        }
      >
        <p>{t("words.removeText", { word: leaving?.words[0]?.text ?? "" })}</p>
      </Question>
    </div>
  );
}

interface EntryRowProps {
  entry: Entry;
  mayEdit: boolean;
  isPending: boolean;
  onEdit(): void;
  onRemove(): void;
}

/** The reader's own word first, then what the others say, each marked with its language. */
function EntryRow({ entry, mayEdit, isPending, onEdit, onRemove }: EntryRowProps) {
  const { t, i18n } = useTranslation();
  const locale = formatLocale(i18n.language);
  const { first, others } = readerFirst(entry.words, i18n.language);
  if (!first) return null;
  return (
    <li className="entry">
      <div className="entry__what">
        <p className="entry__first">
          <bdi lang={first.language}>{first.text}</bdi> <span className="entry__language">{languageName(first.language, locale)}</span>
        </p>
        {others.length > 0 && (
          <ul className="entry__others">
            {others.map((word) => (
              <li key={word.language}>
                <bdi lang={word.language}>{word.text}</bdi> <span className="entry__language">{languageName(word.language, locale)}</span>
              </li>
            ))}
          </ul>
        )}
        {entry.note !== "" && (
          <p className="entry__note" dir="auto">
            {entry.note}
          </p>
        )}
        {mayEdit && <p className="entry__by">{t("words.by", { school: entry.changed_by })}</p>}
      </div>
      {mayEdit && (
        <div className="entry__moves">
          <Button look="quiet" onPress={onEdit}>
            {t("words.edit")}
            <span className="visually-hidden">{first.text}</span>
          </Button>
          <Button look="quiet" isPending={isPending} onPress={onRemove}>
            {t("words.remove")}
            <span className="visually-hidden">{first.text}</span>
          </Button>
        </div>
      )}
    </li>
  );
}

/** What was written, once somebody stops writing for a moment. */
function useLater(text: string): string {
  const [later, setLater] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setLater(text), ASK_AFTER_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return later;
}
