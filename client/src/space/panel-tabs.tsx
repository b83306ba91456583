/**
 * The tabs of the narrow layouts. Their panels are the same elements as in the wide layout (the board must
 * not start again when a tablet is turned), so this is only the row of tabs.
 */
import { useRef, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";

export type Panel = "board" | "notes" | "files" | "words" | "groups" | "live" | "chat" | "people";

export interface PanelTab {
  panel: Panel;
  label: string;
  /** What has come since the panel was last looked at. */
  news?: number;
}

interface PanelTabsProps {
  tabs: readonly PanelTab[];
  selected: Panel;
  onSelect(panel: Panel): void;
  /** A column of what the middle of the wide layout shows, instead of a row. */
  isRail?: boolean;
}

export function PanelTabs({ tabs, selected, onSelect, isRail = false }: PanelTabsProps) {
  const { t, i18n } = useTranslation();
  const row = useRef<HTMLDivElement>(null);

  function move(event: KeyboardEvent) {
    const isFlipped = i18n.dir() === "rtl";
    const forward = isRail ? "ArrowDown" : isFlipped ? "ArrowLeft" : "ArrowRight";
    const backward = isRail ? "ArrowUp" : isFlipped ? "ArrowRight" : "ArrowLeft";
    const now = tabs.findIndex((tab) => tab.panel === selected);
    const steps: Record<string, number> = { [forward]: now + 1, [backward]: now - 1, Home: 0, End: tabs.length - 1 };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const index = (step + tabs.length) % tabs.length;
    const tab = tabs[index];
    if (!tab) return;
    onSelect(tab.panel);
    row.current?.querySelectorAll<HTMLElement>("[role=tab]")[index]?.focus();
  }

  return (
    <div
      className={isRail ? "tabs tabs--rail" : "tabs"}
      role="tablist"
      aria-label={t("space.parts")}
      aria-orientation={isRail ? "vertical" : "horizontal"}
      ref={row}
      onKeyDown={move}
    >
      {tabs.map(({ panel, label, news = 0 }) => (
        <button
          key={panel}
          type="button"
          role="tab"
          id={`tab-${panel}`}
          className="tab"
          aria-selected={panel === selected}
          aria-controls={`panel-${panel}`}
          tabIndex={panel === selected ? 0 : -1}
          onClick={() => onSelect(panel)}
        >
          {label}
          {news > 0 && (
            <>
              <span className="tab__news" aria-hidden="true">
                {news > 9 ? "9+" : news}
              </span>
              <span className="visually-hidden">{t("chat.new", { count: news })}</span>
            </>
          )}
        </button>
      ))}
    </div>
  );
}
