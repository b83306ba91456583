/**
 * Which messages are shown with their translation. Only what is asked for is fetched, and what shows it.
 *
 * The original always stays where it is: a translation stands below it.
 */
import { createContext, lazy, Suspense, useCallback, useContext, useMemo, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { pageWith } from "../../i18n";
import type { ChatMessage } from "../frames";
import type { MessageItems } from "../message-menu";
import type { SpaceState } from "../state";

const Translated = lazy(() => pageWith(["records/words"], () => import("./translated")));

interface Shown {
  spaceId: string;
  ids: ReadonlySet<string>;
}

const NONE: ReadonlySet<string> = new Set();
const ShownContext = createContext<Shown>({ spaceId: "", ids: NONE });

export function useTranslating(state: SpaceState): { messageItems: MessageItems; shown: Shown } {
  const { t } = useTranslation();
  const [ids, setIds] = useState(NONE);
  const { at, translates, userId } = state;
  const toggle = useCallback((id: string) => {
    setIds((before) => {
      const next = new Set(before);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  }, []);
  const messageItems = useMemo<MessageItems>(
    () => (message) =>
      translates && message.text !== "" && message.author.user_id !== userId
        ? [
            {
              id: "translate",
              label: t(ids.has(message.id) ? "chat.translateHide" : "chat.translate"),
              onAction: () => toggle(message.id),
            },
          ]
        : [],
    [t, translates, userId, ids, toggle],
  );
  const shown = useMemo(() => ({ spaceId: at, ids }), [at, ids]);
  return { messageItems, shown };
}

export function TranslationProvider({ shown, children }: { shown: Shown; children: ReactNode }) {
  return <ShownContext value={shown}>{children}</ShownContext>;
}

/** Below the words of a message, where somebody has asked for it. */
export function TranslationBelow({ message }: { message: ChatMessage }) {
  const { spaceId, ids } = useContext(ShownContext);
  if (!ids.has(message.id)) return null;
  return (
    <Suspense fallback={null}>
      <Translated spaceId={spaceId} message={message} />
    </Suspense>
  );
}
