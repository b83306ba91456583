/** The three states that every page has besides its own: still loading, nothing yet, went wrong. */
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { ApiFailure } from "../api";
import { wordsFor } from "../i18n";
import { DoorButton } from "./door-button";

/** The shape of what comes. The sentence is for those who can not see the shape. */
export function Skeleton({ blocks, className = "" }: { blocks: readonly ("line" | "card" | "title")[]; className?: string }) {
  const { t } = useTranslation();
  return (
    <div className={`skeletons ${className}`} role="status">
      <span className="visually-hidden">{t("app.loading")}</span>
      {blocks.map((block, index) => (
        <div key={index} className={`skeleton skeleton--${block}`} />
      ))}
    </div>
  );
}

export function Empty({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="empty">
      <p className="empty__title">{title}</p>
      <p>{children}</p>
    </div>
  );
}

export function Failed({ error, onRetry }: { error: unknown; onRetry(): void }) {
  const { t } = useTranslation();
  return (
    <div className="empty" role="alert">
      <p className="empty__title">{t("app.somethingWrong")}</p>
      <p>{useFailureWords()(error)}</p>
      <DoorButton onClick={onRetry}>{t("app.retry")}</DoorButton>
    </div>
  );
}

/** A failure in the person's own language. */
export function useFailureWords(): (error: unknown) => string {
  const { t } = useTranslation();
  return (error) => {
    const code = error instanceof ApiFailure ? error.code : "general";
    return wordsFor(t, "errors", code, "errors.general");
  };
}
