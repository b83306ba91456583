import { useTranslation } from "react-i18next";
import { wordsFor } from "../../i18n";
import { Badge, type Tone } from "../../ui/parts";

const TONES: Readonly<Record<string, Tone>> = { open: "wait", accepted: "good" };

/** How a request stands, in a word; whose answer it waits for. */
export function RequestMark({ request }: { request: { status: string; is_mine: boolean } }) {
  const { t } = useTranslation();
  const words =
    request.status === "open"
      ? t(request.is_mine ? "requests.waitsThem" : "requests.waitsUs")
      : wordsFor(t, "request", request.status, "request.open");
  return <Badge tone={TONES[request.status] ?? "quiet"}>{words}</Badge>;
}
