/** Taking a student off the device of another one, for adults of their school. */
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { takeOff } from "../../devices/calls";
import { Button } from "../../ui/button";
import { Question } from "../../ui/dialog";
import { useFailureWords } from "../../ui/state";

export interface TakingOff {
  userId: string;
  name: string;
  /** Whose device it is. */
  friend: string;
}

interface TakeOffDialogProps extends TakingOff {
  spaceId: string;
  onClose(): void;
}

export default function TakeOffDialog({ spaceId, userId, name, friend, onClose }: TakeOffDialogProps) {
  const { t } = useTranslation();
  const failureWords = useFailureWords();
  const send = useMutation({ mutationFn: () => takeOff(spaceId, userId), onSuccess: onClose });
  return (
    <Question
      isOpen
      title={t("devices.takeOffTitle", { name, friend })}
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t("app.cancel")}</Button>
          <Button look="danger" isPending={send.isPending} onPress={() => send.mutate()}>
            {t("devices.takeOff")}
          </Button>
        </>
      }
    >
      <p>{t("devices.takeOffText", { name, friend })}</p>
      {send.isError && <p role="alert">{failureWords(send.error)}</p>}
    </Question>
  );
}
