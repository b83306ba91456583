/**
 * Telling an adult about something on the board. What is done then is for whoever shows the board.
 *
 * An adult reads what stands there now, with whose it is; a report of nothing but one's own work helps nobody.
 */

import { useSyncExternalStore } from "react";
import { Button } from "react-aria-components";
import { useTranslation } from "react-i18next";
import type { BoardElement } from "./elements";
import { Icon } from "./icons";
import type { Surface } from "./surface";

export type OnReport = (element: BoardElement) => void;

/** Everything of others; and where words may be those of others, one's own as well. */
export const isReportable = (element: BoardElement, userId: string): boolean =>
  element.by !== userId || element.text !== "";

/** The one selected thing, if it can be reported. */
export function reportable(surface: Surface): BoardElement | undefined {
  const [only, ...more] = surface.selected();
  return only && more.length === 0 && isReportable(only, surface.model.userId) ? only : undefined;
}

/** Above a board that one may only look at: what is selected there can be reported all the same. */
export function LookBar({ surface, onReport }: { surface: Surface | undefined; onReport: OnReport | undefined }) {
  const { t } = useTranslation();
  return (
    <div className="board-look">
      <p>{t("board.look")}</p>
      {surface && onReport && <ReportSelected surface={surface} onReport={onReport} />}
    </div>
  );
}

function ReportSelected({ surface, onReport }: { surface: Surface; onReport: OnReport }) {
  const { t } = useTranslation();
  useSyncExternalStore(surface.inHand.subscribe, surface.inHand.get);
  const element = reportable(surface);
  return (
    element && (
      <Button className="tool board-button" onPress={() => onReport(element)}>
        <Icon name="report" />
        <span>{t("board.report")}</span>
      </Button>
    )
  );
}
