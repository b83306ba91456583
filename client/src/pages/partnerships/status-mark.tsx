import { useTranslation } from "react-i18next";
import { wordsFor } from "../../i18n";
import { Badge, type Tone } from "../../ui/parts";
import "./partnerships.css";

const TONES: Readonly<Record<string, Tone>> = { proposed: "wait", active: "good", suspended: "danger" };

/** The state of a partnership, in a word. */
export function StatusMark({ status }: { status: string }) {
  const { t } = useTranslation();
  return <Badge tone={TONES[status] ?? "quiet"}>{wordsFor(t, "status", status, "status.draft")}</Badge>;
}
