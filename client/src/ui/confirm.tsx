/** A question before something that is not easily undone: why it is done, and the password again where it is asked. */
import { useId, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "./button";
import { Question } from "./dialog";
import { Field } from "./field";
import { Form } from "./form";

export interface Confirmed {
  reason: string;
  password: string;
}

interface ConfirmProps {
  isOpen: boolean;
  title: string;
  /** What will happen, and what is kept. */
  children: ReactNode;
  /** The word on the button: what is done, not "OK". */
  doIt: string;
  isDanger?: boolean;
  /** The label of the field for the reason, where one is asked for. */
  reasonLabel?: string | undefined;
  asksPassword?: boolean;
  isPending: boolean;
  /** Of the last try. */
  error?: unknown;
  onConfirm(given: Confirmed): void;
  onClose(): void;
}

export const REASON_LIMIT = 500;

/** What was written is gone when it closes: a password does not wait for the next person. */
export function Confirm(props: ConfirmProps) {
  const { isOpen, title, onClose } = props;
  const form = useId();
  const { t } = useTranslation();
  return (
    <Question
      isOpen={isOpen}
      title={title}
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t("app.cancel")}</Button>
          <Button look={props.isDanger ? "danger" : "primary"} type="submit" form={form} isPending={props.isPending}>
            {props.doIt}
          </Button>
        </>
      }
    >
      <Asked {...props} form={form} />
    </Question>
  );
}

function Asked({ children, reasonLabel, asksPassword = false, isPending, error, onConfirm, form }: ConfirmProps & { form: string }) {
  const { t } = useTranslation();
  const [reason, setReason] = useState("");
  const [password, setPassword] = useState("");

  function submit() {
    if (isPending) return;
    const missing = {
      ...(reasonLabel && reason.trim() === "" ? { reason: t("ui.reasonMissing") } : {}),
      ...(asksPassword && password === "" ? { password: t("ui.passwordMissing") } : {}),
    };
    if (Object.keys(missing).length > 0) return missing;
    onConfirm({ reason: reason.trim(), password });
  }

  return (
    <Form id={form} error={error} onSubmit={submit}>
      {children}
      {reasonLabel && <Field label={reasonLabel} name="reason" value={reason} onChange={setReason} maxLength={REASON_LIMIT} rows={3} />}
      {asksPassword && (
        <Field
          label={t("ui.password")}
          hint={t("ui.passwordWhy")}
          name="password"
          type="password"
          autoComplete="current-password"
          value={password}
          onChange={setPassword}
        />
      )}
    </Form>
  );
}
