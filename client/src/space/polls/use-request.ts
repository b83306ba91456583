import { useState } from "react";
import { useTranslation } from "react-i18next";
import { wordsFor } from "../../i18n";
import { RequestFailed } from "../connection";
import type { RequestFrame } from "../frames";
import type { Room } from "../room";

/** One request at a time, and in words what went wrong with the last one. */
export function useRequest(room: Room) {
  const { t } = useTranslation();
  const [isPending, setPending] = useState(false);
  const [failure, setFailure] = useState<string | undefined>(undefined);

  /** Returns whether it was done. */
  async function ask(frame: RequestFrame): Promise<boolean> {
    setPending(true);
    setFailure(undefined);
    try {
      await room.channel.request(frame);
      return true;
    } catch (error) {
      const code = error instanceof RequestFailed ? error.code : "general";
      const isLine = code === "disconnected" || code === "timeout";
      setFailure(isLine ? t("errors.network") : wordsFor(t, "errors", code, "errors.general"));
      return false;
    } finally {
      setPending(false);
    }
  }

  return { ask, isPending, failure };
}
