/** How a partnership stands: the next step first, then what it needs, the agreement, grants, and how it stops. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { wordsFor } from "../../i18n";
import { Button } from "../../ui/button";
import { Actions } from "../../ui/form";
import { Section } from "../../ui/parts";
import { AgreementSummary } from "./agreement-summary";
import type { PartnershipDetail } from "./calls";
import { Checklist } from "./checklist";
import { Grants } from "./grants";
import { GOES, MoveQuestion } from "./moves";
import { NextStep, nextMoves } from "./next-step";
import { useSaid } from "./use-said";

export function Overview({ record }: { record: PartnershipDetail }) {
  const { t } = useTranslation();
  const [, go] = useLocation();
  const [asked, setAsked] = useState<string>();
  const [isOpen, setOpen] = useState(false);
  const [said, say] = useSaid();
  const next = nextMoves(record);
  const others = record.moves.filter((move) => !next.includes(move));

  function ask(move: string) {
    setAsked(move);
    setOpen(true);
  }

  return (
    <>
      {said}
      <NextStep record={record} onMove={ask} />
      <Checklist record={record} />
      <AgreementSummary record={record} />
      <Grants record={record} />
      {others.length > 0 && (
        <Section title={t("life.stop.title")}>
          <p className="soft">{t("life.stop.text")}</p>
          <Actions>
            {others.map((move) => (
              <Button key={move} onPress={() => ask(move)}>
                {wordsFor(t, "move", move, "app.somethingWrong")}
              </Button>
            ))}
          </Actions>
        </Section>
      )}
      {asked && (
        <MoveQuestion
          key={asked}
          record={record}
          move={asked}
          isOpen={isOpen}
          onClose={() => setOpen(false)}
          onDone={(after) => {
            setOpen(false);
            setAsked(undefined);
            if (GOES.has(asked)) {
              go("/partnerships", { state: { gone: record.name, how: asked } });
              return;
            }
            say(t("partnerships.done", { status: wordsFor(t, "status", after.status, "status.draft") }));
          }}
        />
      )}
    </>
  );
}
