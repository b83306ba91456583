/** What is pinned, above the messages: the newest in one line, all of them when opened. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button as AriaButton } from "react-aria-components/Button";
import type { ChatMessage } from "./frames";
import { Quote } from "./message";

export default function Pinned({ messages, onOpen }: { messages: readonly ChatMessage[]; onOpen(message: ChatMessage): void }) {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  const newestFirst = [...messages].reverse();
  const shown = isOpen ? newestFirst : newestFirst.slice(0, 1);
  return (
    <section className="pins" aria-label={t("chat.pinned")}>
      <svg className="pins__drawing" viewBox="0 0 24 24" width="20" height="20" aria-hidden="true">
        <path d="M9 4h6l-1 6l3 3v2H7v-2l3-3zM12 15v5" />
      </svg>
      <ul className="pins__list">
        {shown.map((message) => (
          <li key={message.id}>
            <AriaButton className="pins__one" onPress={() => onOpen(message)}>
              <Quote message={message} />
            </AriaButton>
          </li>
        ))}
      </ul>
      {messages.length > 1 && (
        <AriaButton className="pins__more" aria-expanded={isOpen} onPress={() => setOpen(!isOpen)}>
          {isOpen ? t("chat.fewer") : t("chat.pinnedAll", { count: messages.length })}
        </AriaButton>
      )}
    </section>
  );
}
