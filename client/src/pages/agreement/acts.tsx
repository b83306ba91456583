/** What I can do with a version: agree, sign, or take the signature back. Each asks before it is done. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { usePerson } from "../../person";
import { Button } from "../../ui/button";
import { Confirm, type Confirmed } from "../../ui/confirm";
import { Facts } from "../../ui/parts";
import { agree, sign, withdraw, type Agreement, type LiveVersion } from "./calls";
import { shortCode } from "./words";

export type Act = "agree" | "sign" | "withdraw";

interface ActsProps {
  id: string;
  version: LiveVersion;
  isNeeded: boolean;
  onDone(act: Act): void;
  /** What else stands in the row. */
  children?: ReactNode;
}

/** A head signs; to agree alone is for those who do not. */
export function Acts({ id, version, isNeeded, onDone, children }: ActsProps) {
  const { t } = useTranslation();
  // What is asked about is the text that was on the page, whatever comes in meanwhile.
  const [asked, setAsked] = useState<{ act: Act; version: LiveVersion }>();
  const [isOpen, setOpen] = useState(false);
  const may = (act: Act) => version.may.includes(act);
  const first: Act | undefined = may("sign") ? "sign" : may("agree") ? "agree" : undefined;
  const ask = (act: Act) => {
    setAsked({ act, version });
    setOpen(true);
  };
  return (
    <>
      <div className="actions">
        {first && (
          <Button look="primary" onPress={() => ask(first)}>
            {t(`agreement.do.${first}`)}
          </Button>
        )}
        {children}
        {may("withdraw") && <Button onPress={() => ask("withdraw")}>{t("agreement.do.withdraw")}</Button>}
      </div>
      {asked && (
        <ActQuestion
          key={`${asked.act} ${asked.version.digest}`}
          id={id}
          {...asked}
          isNeeded={isNeeded}
          isOpen={isOpen}
          onClose={() => setOpen(false)}
          onDone={() => {
            setOpen(false);
            onDone(asked.act);
          }}
        />
      )}
    </>
  );
}

interface ActQuestionProps {
  id: string;
  act: Act;
  version: LiveVersion;
  isNeeded: boolean;
  isOpen: boolean;
  onClose(): void;
  onDone(): void;
}

function ActQuestion({ id, act, version, isNeeded, isOpen, onClose, onDone }: ActQuestionProps) {
  const { t } = useTranslation();
  const { school } = usePerson();
  const queries = useQueryClient();
  const { number, digest } = version;
  const make = useMutation({
    mutationFn: ({ reason, password }: Confirmed): Promise<Agreement> =>
      act === "agree" ? agree(id, number, digest) : act === "sign" ? sign(id, number, digest, password) : withdraw(id, number, reason, password),
    onSuccess: (after) => {
      queries.setQueryData(["agreement", id], after);
      for (const key of [["agreement-versions", id], ["partnership", id], ["partnerships"], ["today"]])
        void queries.invalidateQueries({ queryKey: key });
      onDone();
    },
    onError: () => void queries.invalidateQueries({ queryKey: ["agreement", id] }),
  });
  const isInForce = version.status === "in_force";
  return (
    <Confirm
      isOpen={isOpen}
      title={t(`agreement.ask.${act}`, { school: school.name })}
      doIt={t(`agreement.doIt.${act}`)}
      isDanger={act === "withdraw"}
      reasonLabel={act === "withdraw" ? t("agreement.reason") : undefined}
      asksPassword={act !== "agree"}
      isPending={make.isPending}
      error={make.error}
      onConfirm={(given) => make.mutate(given)}
      onClose={() => {
        make.reset();
        onClose();
      }}
    >
      <p>
        {act === "agree"
          ? t("agreement.means.agree")
          : act === "sign"
            ? t("agreement.means.sign", { school: school.name })
            : t(isInForce ? "agreement.means.withdrawInForce" : "agreement.means.withdrawProposed")}
      </p>
      {act === "sign" && !isInForce && <p>{t("agreement.means.signNext")}</p>}
      {act === "withdraw" && isInForce && isNeeded && <p>{t("agreement.means.withdrawNeeded")}</p>}
      <Facts
        items={[
          { label: t("agreement.version"), value: number },
          { label: t("agreement.code"), value: <code dir="ltr">{shortCode(digest)}</code> },
        ]}
      />
    </Confirm>
  );
}
