/** The pages of the board, for who prepares them: in order, those that students do not see, those taken away. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { Menu, MenuItem, MenuTrigger } from "react-aria-components/Menu";
import { Popover } from "react-aria-components/Popover";
import { useTranslation } from "react-i18next";
import { Button } from "../../ui/button";
import { CheckField } from "../../ui/choices";
import { Question } from "../../ui/dialog";
import { Field } from "../../ui/field";
import { Badge } from "../../ui/parts";
import { Failed, Skeleton, useFailureWords } from "../../ui/state";
import type { SpaceState } from "../state";
import { addPage, bringPageBack, changePage, pagesOf, removePage, type PageList as Pages, type PageView } from "./calls";

const TITLE_LIMIT = 80;
const PAGES_MAX = 30;

interface PageListProps {
  isOpen: boolean;
  state: SpaceState;
  boardId: string;
  onChoose(boardId: string): void;
  onClose(): void;
}

export function PageList({ isOpen, state, boardId, onChoose, onClose }: PageListProps) {
  const { t } = useTranslation();
  return (
    <Question isOpen={isOpen} title={t("pages.title")} onClose={onClose} actions={<Button onPress={onClose}>{t("pages.done")}</Button>}>
      <Prepared
        spaceId={state.at} boards={state.boards} boardId={boardId}
        onChoose={(id) => {
          onChoose(id);
          onClose();
        }}
      />
    </Question>
  );
}

interface PreparedProps {
  spaceId: string;
  boards: SpaceState["boards"];
  boardId: string;
  onChoose(boardId: string): void;
}

function Prepared({ spaceId, boards, boardId, onChoose }: PreparedProps) {
  const { t } = useTranslation();
  const failure = useFailureWords();
  const queries = useQueryClient();
  const key = ["pages", spaceId];
  const found = useQuery({ queryKey: key, queryFn: () => pagesOf(spaceId) });
  const [renaming, rename] = useState<string>();
  const move = useMutation({
    mutationFn: (ask: () => Promise<Pages>) => ask(),
    onSuccess: (pages) => queries.setQueryData(key, pages),
  });
  // Somebody else may prepare pages at the same time.
  const { refetch } = found;
  const known = useRef(boards);
  useEffect(() => {
    if (known.current !== boards) void refetch();
    known.current = boards;
  }, [boards, refetch]);

  if (found.isPending) return <Skeleton blocks={["line", "line", "line"]} />;
  if (found.isError) return <Failed error={found.error} onRetry={() => void found.refetch()} />;
  const pages = found.data.items.filter((page) => page.removed_at === null);
  const removed = found.data.items.filter((page) => page.removed_at !== null);
  const change = (page: PageView, wanted: Parameters<typeof changePage>[2]) => move.mutate(() => changePage(spaceId, page.id, wanted));
  return (
    <>
      <p className="soft">{t("pages.lead")}</p>
      <ol className="page-list">
        {pages.map((page, place) => (
          <li key={page.id} className="page-row" data-open={page.id === boardId ? "" : undefined}>
            {renaming === page.id ? (
              <Rename
                title={page.title}
                onDone={(title) => {
                  rename(undefined);
                  if (title !== page.title) change(page, { title });
                }}
                onCancel={() => rename(undefined)}
              />
            ) : (
              <>
                <span className="page-row__place">{place + 1}</span>
                <Button look="quiet" className="page-row__title" onPress={() => onChoose(page.id)}>
                  <bdi>{page.title}</bdi>
                  <span className="visually-hidden">{t("pages.open")}</span>
                </Button>
                {page.is_prepared && <Badge>{t("pages.hidden")}</Badge>}
                <Button
                  look="quiet" className="page-row__move" isDisabled={place === 0} isPending={move.isPending}
                  onPress={() => change(page, { place })}
                >
                  <Arrow path="M5 15l7-7l7 7" />
                  <span className="visually-hidden">{t("pages.up", { title: page.title })}</span>
                </Button>
                <Button
                  look="quiet" className="page-row__move" isDisabled={place === pages.length - 1} isPending={move.isPending}
                  onPress={() => change(page, { place: place + 2 })}
                >
                  <Arrow path="M5 9l7 7l7-7" />
                  <span className="visually-hidden">{t("pages.down", { title: page.title })}</span>
                </Button>
                <MenuTrigger>
                  <Button look="quiet" className="page-row__more">
                    {t("pages.more")}
                    <span className="visually-hidden">{page.title}</span>
                  </Button>
                  <Popover className="menu">
                    <Menu className="menu__items" aria-label={page.title}>
                      <MenuItem id="rename" className="menu__item" onAction={() => rename(page.id)}>
                        {t("pages.rename")}
                      </MenuItem>
                      <MenuItem id="show" className="menu__item" onAction={() => change(page, { is_prepared: !page.is_prepared })}>
                        {t(page.is_prepared ? "pages.show" : "pages.hide")}
                      </MenuItem>
                      <MenuItem
                        id="copy" className="menu__item"
                        onAction={() => {
                          const title = t("pages.copyOf", { title: page.title }).slice(0, TITLE_LIMIT);
                          move.mutate(() => addPage(spaceId, { title, copy_of: page.id, is_prepared: page.is_prepared }));
                        }}
                      >
                        {t("pages.copy")}
                      </MenuItem>
                      <MenuItem id="remove" className="menu__item" onAction={() => move.mutate(() => removePage(spaceId, page.id))}>
                        {t("pages.remove")}
                      </MenuItem>
                    </Menu>
                  </Popover>
                </MenuTrigger>
              </>
            )}
          </li>
        ))}
      </ol>
      <p className="field__error" role="alert">
        {move.error ? refusalWords(t("pages.refused"), failure(move.error), move.error) : ""}
      </p>
      {pages.length < PAGES_MAX && (
        <NewPage
          number={pages.length + 1} isPending={move.isPending}
          onAdd={(title, isPrepared) => move.mutate(() => addPage(spaceId, { title, is_prepared: isPrepared }))}
        />
      )}
      {removed.length > 0 && (
        <details className="page-removed">
          <summary>{t("pages.removed", { count: removed.length })}</summary>
          <ul className="page-list">
            {removed.map((page) => (
              <li key={page.id} className="page-row">
                <bdi className="page-row__title">{page.title}</bdi>
                <Button isPending={move.isPending} onPress={() => move.mutate(() => bringPageBack(spaceId, page.id))}>
                  {t("pages.return")}
                  <span className="visually-hidden">{page.title}</span>
                </Button>
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

/** The one rule that is met here: students need a page that they can see. */
function refusalWords(refused: string, otherwise: string, error: unknown): string {
  return error instanceof Error && error.message === "invalid" ? refused : otherwise;
}

function Rename({ title, onDone, onCancel }: { title: string; onDone(title: string): void; onCancel(): void }) {
  const { t } = useTranslation();
  const [words, setWords] = useState(title);
  return (
    <form
      className="page-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (words.trim()) onDone(words.trim());
      }}
    >
      <Field label={t("pages.name")} value={words} maxLength={TITLE_LIMIT} dir="auto" autoFocus onChange={setWords} />
      <Button type="submit" look="primary">
        {t("pages.save")}
      </Button>
      <Button look="quiet" onPress={onCancel}>
        {t("app.cancel")}
      </Button>
    </form>
  );
}

function NewPage({ number, isPending, onAdd }: { number: number; isPending: boolean; onAdd(title: string, isPrepared: boolean): void }) {
  const { t } = useTranslation();
  const [title, setTitle] = useState("");
  const [isPrepared, setPrepared] = useState(true);
  return (
    <form
      className="page-form page-form--new"
      onSubmit={(event) => {
        event.preventDefault();
        onAdd(title.trim() || String(number), isPrepared);
        setTitle("");
      }}
    >
      <Field label={t("pages.newName")} value={title} maxLength={TITLE_LIMIT} dir="auto" placeholder={String(number)} onChange={setTitle} />
      <CheckField label={t("pages.later")} isChecked={isPrepared} onChange={setPrepared} />
      <Button type="submit" isPending={isPending}>
        {t("pages.add")}
      </Button>
    </form>
  );
}

function Arrow({ path }: { path: string }) {
  return (
    <svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true">
      <path d={path} />
    </svg>
  );
}
