/** A message in the reader's language, marked as a machine's work. Fetched with its words when it is first asked for. */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../ui/button";
import { useFailureWords } from "../../ui/state";
import type { ChatMessage } from "../frames";
import { calls } from "./calls";
import { isSameLanguage } from "./known";
import "./translation.css";

export default function Translated({ spaceId, message }: { spaceId: string; message: ChatMessage }) {
  const { t, i18n } = useTranslation();
  const words = useFailureWords();
  const to = i18n.language;
  // Of other words it is another translation.
  const found = useQuery({
    queryKey: ["translation", spaceId, message.id, message.text, to],
    queryFn: () => calls.message(spaceId, message.id, to),
    staleTime: Infinity,
    retry: false,
  });
  const box = useRef<HTMLDivElement>(null);
  const wasPending = useRef(found.isPending);
  // Under the last message it would come below what is in view.
  useEffect(() => {
    if (wasPending.current && !found.isPending) box.current?.scrollIntoView({ block: "nearest" });
    wasPending.current = found.isPending;
  }, [found.isPending]);
  return (
    <div className="translated" role="status" ref={box}>
      {found.isPending ? (
        <p className="translated__by">{t("translation.wait")}</p>
      ) : found.error ? (
        <>
          <p className="translated__by">{words(found.error)}</p>
          <Button look="quiet" onPress={() => void found.refetch()}>
            {t("app.retry")}
          </Button>
        </>
      ) : isSameLanguage(found.data.source, to) ? (
        <p className="translated__by">{t("translation.same")}</p>
      ) : (
        <>
          <p className="translated__words" dir="auto" lang={to}>
            {found.data.text}
          </p>
          <p className="translated__by">{t("translation.by", { by: found.data.by })}</p>
        </>
      )}
    </div>
  );
}
