import { useTranslation } from "react-i18next";
import { wordsFor } from "../../i18n";
import "./partnerships.css";

/** The state of a partnership, in a word. */
export function StatusMark({ status }: { status: string }) {
  const { t } = useTranslation();
  return (
    <span className="status" data-status={status}>
      {wordsFor(t, "status", status, "status.draft")}
    </span>
  );
}
