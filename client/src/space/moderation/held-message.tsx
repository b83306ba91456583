/** What became of a message of mine that the others have not seen: it waits for an adult, or was not let through. */
import { useTranslation } from "react-i18next";
import { Button } from "../../ui/button";
import type { Room } from "../room";
import type { PendingMessage } from "../state";

export function HeldMessage({ message, room }: { message: PendingMessage; room: Room }) {
  const { t } = useTranslation();
  if (message.state === "held") return <p className="message__state held-message">{t("safety.held")}</p>;
  return (
    <div className="refused-message">
      <p role="status">{t("safety.refused")}</p>
      <Button look="quiet" onPress={() => room.discard(message.clientId)}>
        {t("safety.understood")}
      </Button>
    </div>
  );
}
