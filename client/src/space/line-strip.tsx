import { useTranslation } from "react-i18next";
import { Button } from "../ui/button";
import type { Room } from "./room";
import type { SpaceState } from "./state";

const BETWEEN_ROOMS_MS = 2_000;

/** The quiet strip while the line is down: nothing is lost, and it comes back by itself. */
export function LineStrip({ room, state }: { room: Room; state: SpaceState }) {
  const { t } = useTranslation();
  // Between two rooms the line may be down for a moment, which is no news.
  const isNews = state.space !== undefined || (state.root !== undefined && state.retryAt - Date.now() > BETWEEN_ROOMS_MS);
  const isDown = isNews && state.line === "down";
  return (
    <div role="status" className="line-strip">
      {isDown && (
        <div className="notice line-strip__notice">
          <p>{t("space.offline")}</p>
          <Button look="quiet" className="line-strip__try" onPress={() => room.connection.retryNow()}>
            {t("space.tryNow")}
          </Button>
        </div>
      )}
    </div>
  );
}
