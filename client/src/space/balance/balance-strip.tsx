/** For staff while a lesson runs: how the schools share it. A quiet line; all of it on demand. */
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../ui/button";
import { BalanceBars, Bar, Parts, type SchoolBalance } from "../../ui/balance-bar";
import "./balance-strip.css";

export default function BalanceStrip({ schools }: { schools: readonly SchoolBalance[] }) {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  return (
    <section className="balance-strip" aria-label={t("balance.title")}>
      <div className="balance-strip__line">
        <Button look="quiet" aria-expanded={isOpen} aria-controls={isOpen ? id : undefined} onPress={() => setOpen(!isOpen)}>
          {t("balance.short")}
        </Button>
        <span className="balance-strip__what">{t("balance.talk")}</span>
        <Bar schools={schools} measure="talk" />
        <Parts schools={schools} measure="talk" />
      </div>
      {isOpen && (
        // Reached by keyboard, as it scrolls where it does not fit.
        <div id={id} className="balance-strip__all" role="group" aria-label={t("balance.title")} tabIndex={0}>
          <p className="soft">{t("balance.intro")}</p>
          <BalanceBars schools={schools} isShort />
        </div>
      )}
    </section>
  );
}
