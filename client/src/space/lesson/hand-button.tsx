/** A raised hand, and its place in the line. */
import { ToggleButton } from "react-aria-components/ToggleButton";
import { useTranslation } from "react-i18next";
import { actorOf } from "../devices/known";
import type { Room } from "../room";
import type { SpaceState } from "../state";
import { placeInLine } from "./known";
import { useAsking } from "./use-lesson";

export function HandButton({ room, state }: { room: Room; state: SpaceState }) {
  const { t } = useTranslation();
  const { ask } = useAsking(room);
  const me = actorOf(state);
  const isUp = me !== undefined && state.lesson.hands.includes(me);
  const place = placeInLine(state.lesson, state.people, me);
  return (
    <ToggleButton
      className="switch switch--hand"
      isSelected={isUp}
      isDisabled={state.line !== "joined" || (!isUp && state.lesson.phase === "lobby")}
      onChange={(up) => ask(up ? { type: "hand.raise", as_id: null } : { type: "hand.lower", user_id: null })}
    >
      <svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
        <path d="M7 12V6.5a1.5 1.5 0 0 1 3 0V11V4.5a1.5 1.5 0 0 1 3 0V11V5.5a1.5 1.5 0 0 1 3 0V12V8.5a1.5 1.5 0 0 1 3 0V15a6 6 0 0 1-6 6h-1c-3 0-4.500-1.500-6-4l-2-3.500a1.500 1.500 0 0 1 2.500-1.500Z" />
      </svg>
      <span className="switch__words">
        <span>{t("lesson.hand")}</span>
        <span className="switch__state" role="status">
          {place > 0 ? t("lesson.place", { place }) : t(isUp ? "lesson.handUp" : "lesson.handDown")}
        </span>
      </span>
    </ToggleButton>
  );
}
