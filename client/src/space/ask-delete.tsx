/** Asked before a message goes: it is gone for everyone at once. */
import { useTranslation } from "react-i18next";
import { Button } from "../ui/button";
import { Question } from "../ui/dialog";
import type { ChatMessage } from "./frames";
import { Quote } from "./message";

interface AskDeleteProps {
  message: ChatMessage;
  onDelete(): void;
  onClose(): void;
}

export default function AskDelete({ message, onDelete, onClose }: AskDeleteProps) {
  const { t } = useTranslation();
  return (
    <Question
      isOpen
      title={t("chat.removeTitle")}
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t("chat.cancel")}</Button>
          <Button look="danger" onPress={onDelete}>
            {t("chat.remove")}
          </Button>
        </>
      }
    >
      <p>
        <Quote message={message} />
      </p>
      <p>{t("chat.removeText")}</p>
    </Question>
  );
}
