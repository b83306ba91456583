/**
 * What one has written, in another language, to be read before it is sent. It goes into the box with the
 * original below it: whoever reads the message sees what its author wrote.
 */
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { formatLocale } from "../../i18n";
import { Button } from "../../ui/button";
import { SelectField } from "../../ui/choices";
import { Question } from "../../ui/dialog";
import { Failed, Skeleton, useFailureWords } from "../../ui/state";
import { languageName } from "../words/languages";
import { calls } from "./calls";
import { isSameLanguage, MESSAGE_LIMIT, offered, withOriginal } from "./known";
import "./translation.css";

/** What was chosen last on this page. */
let last: string | undefined;

interface DraftTranslationProps {
  spaceId: string;
  text: string;
  onUse(text: string): void;
  onClose(): void;
}

export default function DraftTranslation({ spaceId, text, onUse, onClose }: DraftTranslationProps) {
  const { t, i18n } = useTranslation();
  const locale = formatLocale(i18n.language);
  const words = useFailureWords();
  const [chosen, setChosen] = useState<string>();
  const known = useQuery({ queryKey: ["translation", "languages"], queryFn: calls.languages, staleTime: 600_000, retry: false });
  const targets = offered(known.data?.targets ?? [], i18n.language, last);
  const to = chosen ?? targets[0] ?? "";
  const made = useMutation({ mutationFn: (language: string) => calls.draft(spaceId, text, language) });
  const isSame = made.data !== undefined && isSameLanguage(made.data.source, made.data.to);
  const whole = made.data && !isSame ? withOriginal(made.data.text, text) : undefined;
  const isTooLong = whole !== undefined && whole.length > MESSAGE_LIMIT;

  return (
    <Question
      isOpen
      title={t("translation.title")}
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t("app.cancel")}</Button>
          {whole !== undefined && !isTooLong ? (
            <Button look="primary" onPress={() => onUse(whole)}>
              {t("translation.use")}
            </Button>
          ) : (
            <Button
              look="primary"
              isDisabled={to === ""}
              isPending={made.isPending}
              onPress={() => {
                last = to;
                made.mutate(to);
              }}
            >
              {t("translation.show")}
            </Button>
          )}
        </>
      }
    >
      <div className="draft-translation">
        {known.isPending ? (
          <Skeleton blocks={["line"]} />
        ) : known.error ? (
          <Failed error={known.error} onRetry={() => void known.refetch()} />
        ) : (
          <SelectField
            label={t("translation.into")}
            value={to}
            options={targets.map((tag) => ({ value: tag, label: languageName(tag, locale) }))}
            onChange={(tag) => {
              setChosen(tag);
              made.reset();
            }}
          />
        )}
        <div className="draft-translation__text">
          {made.data && !isSame && (
            <p dir="auto" lang={made.data.to}>
              {made.data.text}
            </p>
          )}
          <p className={made.data && !isSame ? "draft-translation__original" : undefined} dir="auto">
            {text}
          </p>
        </div>
        <p role="status" className="soft">
          {isTooLong ? t("translation.tooLong") : isSame ? t("translation.sameDraft") : made.data ? t("translation.check") : ""}
        </p>
        {made.error && (
          <p className="notice notice--danger" role="alert">
            {words(made.error)}
          </p>
        )}
      </div>
    </Question>
  );
}
