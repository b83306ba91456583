/** Long lists, a page at a time: the server's cursors, and a button for more. */
import { useInfiniteQuery, type InfiniteData, type QueryKey } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "./button";
import { Failed, Skeleton, useFailureWords } from "./state";
import "./parts.css";

/** As `server/paging.py` answers: `next` is empty or null on the last page. */
export interface PageOf<Item> {
  items: Item[];
  next?: string | null;
}

export interface Paged<Item> {
  items: Item[];
  hasMore: boolean;
  isFirstPending: boolean;
  isMorePending: boolean;
  /** Of the first page or of the one that was asked for last. */
  error: unknown;
  showMore(): void;
  tryAgain(): void;
}

/** Args: load: the page at a cursor; "" is the first. */
export function usePaged<Item>(queryKey: QueryKey, load: (cursor: string) => Promise<PageOf<Item>>): Paged<Item> {
  const query = useInfiniteQuery({
    ...pagedQuery(queryKey, load),
    // Other words in the search field: what was there stays until the new list has come.
    placeholderData: (before: InfiniteData<PageOf<Item>, string> | undefined) => before,
  });
  return {
    items: itemsOf(query.data?.pages),
    hasMore: query.hasNextPage,
    isFirstPending: query.isPending,
    isMorePending: query.isFetchingNextPage,
    error: query.error,
    showMore: () => void (query.isFetchingNextPage || query.fetchNextPage()),
    tryAgain: () => void query.refetch(),
  };
}

/** The same list for the query client itself. */
export function pagedQuery<Item>(queryKey: QueryKey, load: (cursor: string) => Promise<PageOf<Item>>) {
  return {
    queryKey,
    queryFn: ({ pageParam }: { pageParam: string }) => load(pageParam),
    initialPageParam: "",
    getNextPageParam: nextOf,
  };
}

export function nextOf(page: PageOf<unknown>): string | undefined {
  return page.next || undefined;
}

export function itemsOf<Item>(pages: readonly PageOf<Item>[] | undefined): Item[] {
  return pages?.flatMap((page) => page.items) ?? [];
}

interface PagedListProps<Item> {
  paged: Paged<Item>;
  /** The list or table of what is here. */
  children(items: Item[]): ReactNode;
  /** Shown when there is nothing. */
  empty: ReactNode;
}

/** Its states, how many are shown, and "Show more". */
export function PagedList<Item>({ paged, children, empty }: PagedListProps<Item>) {
  const { t } = useTranslation();
  const words = useFailureWords();
  if (paged.isFirstPending) return <Skeleton blocks={["card", "card"]} />;
  if (paged.error && paged.items.length === 0) return <Failed error={paged.error} onRetry={paged.tryAgain} />;
  return (
    <div className="paged">
      {paged.items.length === 0 ? empty : children(paged.items)}
      {Boolean(paged.error) && (
        <p className="notice notice--danger" role="alert">
          {words(paged.error)}
        </p>
      )}
      <div className="paged__end">
        {paged.hasMore && (
          <Button isPending={paged.isMorePending} onPress={paged.showMore}>
            {paged.isMorePending ? t("app.loading") : t("ui.more")}
          </Button>
        )}
        <p className="soft" role="status">
          {paged.items.length > 0 && t(paged.hasMore ? "ui.shown" : "ui.shownAll", { count: paged.items.length })}
        </p>
      </div>
    </div>
  );
}
