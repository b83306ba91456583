/** What can be done with the words: each button its sign and its word, so that none has to be guessed. */
import { useSyncExternalStore, type MouseEvent } from "react";
import { Toolbar as AriaToolbar } from "react-aria-components/Toolbar";
import { useTranslation } from "react-i18next";
import { ACTIONS, type Action, type NotesEditor } from "./editor";

const SIGNS: Record<Action, string> = {
  heading: "M5 5v14M13 5v14M5 12h8M17 10l3-2v11",
  subheading: "M4 7v10M10 7v10M4 12h6M15 11.5a2.2 2.2 0 1 1 4 1.2L15 17h4.4",
  strong: "M7 5h6a3.5 3.5 0 0 1 0 7H7zM7 12h7a3.5 3.5 0 0 1 0 7H7z",
  em: "M14 5h4M6 19h4M15 5l-6 14",
  underline: "M7 4v7a5 5 0 0 0 10 0V4M5 20h14",
  highlight: "M5 20h14M8 15l8-9 3 3-8 8-4 1z",
  bullet_list: "M9 6h11M9 12h11M9 18h11M4.5 6h.01M4.5 12h.01M4.5 18h.01",
  ordered_list: "M10 6h10M10 12h10M10 18h10M4 5l1.5-1v5M3.8 14.5a1.4 1.4 0 1 1 2.3 1L4 19h2.6",
  undo: "M9 7L4 12l5 5M4 12h10a5 5 0 0 1 5 5v1",
  redo: "M15 7l5 5-5 5M20 12H10a5 5 0 0 0-5 5v1",
};
const STEPS: ReadonlySet<Action> = new Set(["undo", "redo"]);

export function Toolbar({ editor }: { editor: NotesEditor }) {
  const { t } = useTranslation();
  const { on, can } = useSyncExternalStore(editor.look.subscribe, editor.look.get);
  // The text keeps the focus, and a tablet its keyboard.
  const keepFocus = (event: MouseEvent) => event.preventDefault();
  return (
    <AriaToolbar className="notes-toolbar" aria-label={t("notes.toolbar")}>
      {ACTIONS.map((action) => (
        <button
          key={action}
          type="button"
          className="tool notes-tool"
          data-action={action}
          aria-pressed={STEPS.has(action) ? undefined : on.has(action)}
          aria-disabled={can.has(action) ? undefined : true}
          onMouseDown={keepFocus}
          onClick={() => can.has(action) && editor.do(action)}
        >
          <svg viewBox="0 0 24 24" aria-hidden="true">
            <path d={SIGNS[action]} />
          </svg>
          {t(`notes.action.${action}`)}
        </button>
      ))}
    </AriaToolbar>
  );
}
