/** What concerns all groups at once, for everyone: fetched with its words when there is something to say. */
import { lazy, Suspense, useState } from "react";
import { pageWith } from "../../i18n";
import type { Media } from "../live/media";
import type { Room } from "../room";
import type { SpaceState } from "../state";

const TogetherStrip = lazy(() => pageWith(["records/together"], () => import("./together-strip")));

export interface TogetherProps {
  room: Room;
  state: SpaceState;
  media: Media;
  /** They may call everyone back. */
  mayRun: boolean;
}

export function Together(props: TogetherProps) {
  const { state } = props;
  const [said, setSaid] = useState("");
  const isInside = state.line === "joined" || state.line === "connecting";
  return (
    <>
      {/* Stays, so that a screen reader notices what comes into it. */}
      <div role="status" className="visually-hidden">
        {said}
      </div>
      {isInside && (state.lesson.call_back || state.voice) && (
        <Suspense fallback={null}>
          <TogetherStrip {...props} onSay={setSaid} />
        </Suspense>
      )}
    </>
  );
}
