/** One part of a space: a tab's panel where there are tabs, else a region, which may fold. */
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../ui/button";
import type { Layout } from "./layout";
import type { Panel } from "./panel-tabs";
import { IN_THE_MIDDLE } from "./use-panels";

interface PanelSectionProps {
  panel: Panel;
  label: string;
  layout: Layout;
  isShown: boolean;
  isFolded?: boolean;
  onFold?: () => void;
  children: ReactNode;
}

export function PanelSection({ panel, label, layout, isShown, isFolded = false, onFold, children }: PanelSectionProps) {
  const { t } = useTranslation();
  const isTabPanel = layout !== "wide" || IN_THE_MIDDLE.has(panel);
  const canFold = layout === "wide" && onFold !== undefined;
  const isOpen = !(canFold && isFolded);
  return (
    <section
      id={`panel-${panel}`}
      className={`panel panel--${panel}`}
      role={isTabPanel ? "tabpanel" : "region"}
      aria-label={label}
      hidden={!isShown}
      data-folded={isOpen ? undefined : ""}
    >
      {canFold ? (
        <div className="panel__head">
          <h2>{label}</h2>
          <Button look="quiet" className="panel__fold" aria-expanded={isOpen} onPress={onFold}>
            {t(isOpen ? "space.fold" : "space.unfold")}
            <span className="visually-hidden">{label}</span>
          </Button>
        </div>
      ) : (
        <h2 className="visually-hidden">{label}</h2>
      )}
      {/* The list of people may be longer than its panel, and has nothing in it that takes the focus. */}
      <div className="panel__body" hidden={!isOpen} tabIndex={panel === "people" ? 0 : undefined}>
        {children}
      </div>
    </section>
  );
}
