/** Above the chat: that messages wait, for those who write; the queue and the mode, for adults. */
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { pageWith } from "../../i18n";
import type { Room } from "../room";
import type { SpaceState } from "../state";
import "./moderation.css";

const Queue = lazy(async () => ({
  default: (await pageWith(["records/safeguarding"], () => import("./queue"))).Queue,
}));

export function ChatTop({ room, state }: { room: Room; state: SpaceState }) {
  const { t } = useTranslation();
  if (state.grants.includes("space:moderate"))
    return (
      <Suspense fallback={null}>
        <Queue room={room} state={state} />
      </Suspense>
    );
  return state.moderation.studentsWait && state.grants.includes("chat:post") ? (
    <p className="chat-top__note">{t("safety.allWait")}</p>
  ) : null;
}
