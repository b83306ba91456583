/** The moves I may make now, each with a question before it is done. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, type PartnershipDetail } from "../../api";
import { wordsFor } from "../../i18n";
import { Button } from "../../ui/button";
import { Question } from "../../ui/dialog";
import { Field } from "../../ui/field";
import { useFailureWords } from "../../ui/state";

/** These take something away from people, so they ask why and look like it. */
const NEEDS_REASON: ReadonlySet<string> = new Set(["suspend", "end"]);
const FORWARD: ReadonlySet<string> = new Set(["propose", "accept", "activate", "resume"]);
const REASON_LIMIT = 500;

export function Moves({ record }: { record: PartnershipDetail }) {
  const { t } = useTranslation();
  const [asked, setAsked] = useState<string>();
  const [isOpen, setOpen] = useState(false);
  const [done, setDone] = useState("");
  if (record.moves.length === 0 && !done) return null;
  const first = record.moves.find((move) => FORWARD.has(move));

  return (
    <section className="section" aria-labelledby="record-moves">
      <h2 id="record-moves">{t("partnerships.steps")}</h2>
      <div className="record__moves">
        {record.moves.map((move) => (
          <Button
            key={move}
            look={move === first ? "primary" : "secondary"}
            onPress={() => {
              setAsked(move);
              setOpen(true);
            }}
          >
            {wordsFor(t, "move", move, "app.somethingWrong")}
          </Button>
        ))}
      </div>
      <p role="status" className="saying">
        {done}
      </p>
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
            setDone(t("partnerships.done", { status: wordsFor(t, "status", after.status, "status.draft") }));
          }}
        />
      )}
    </section>
  );
}

interface MoveQuestionProps {
  record: PartnershipDetail;
  move: string;
  isOpen: boolean;
  onClose(): void;
  onDone(after: PartnershipDetail): void;
}

function MoveQuestion({ record, move, isOpen, onClose, onDone }: MoveQuestionProps) {
  const { t } = useTranslation();
  const words = useFailureWords();
  const queries = useQueryClient();
  const [reason, setReason] = useState("");
  const [isReasonMissing, setReasonMissing] = useState(false);
  const asksWhy = NEEDS_REASON.has(move);
  const make = useMutation({
    mutationFn: () => api.move(record.id, move, reason.trim()),
    onSuccess: (after) => {
      queries.setQueryData(["partnership", record.id], after);
      void queries.invalidateQueries({ queryKey: ["partnerships"] });
      void queries.invalidateQueries({ queryKey: ["today"] });
      onDone(after);
    },
    onError: () => void queries.invalidateQueries({ queryKey: ["partnership", record.id] }),
  });

  function confirm() {
    if (asksWhy && reason.trim() === "") return setReasonMissing(true);
    make.mutate();
  }

  return (
    <Question
      isOpen={isOpen}
      title={wordsFor(t, "moveTitle", move, "move.propose")}
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t("app.cancel")}</Button>
          <Button look={asksWhy ? "danger" : "primary"} isPending={make.isPending} onPress={confirm}>
            {wordsFor(t, "move", move, "move.propose")}
          </Button>
        </>
      }
    >
      <p>{wordsFor(t, "moveText", move, "move.propose")}</p>
      {asksWhy && (
        <Field
          label={t("partnerships.reason")}
          value={reason}
          onChange={(value) => {
            setReason(value);
            setReasonMissing(false);
          }}
          error={isReasonMissing ? t("partnerships.reasonMissing") : undefined}
          maxLength={REASON_LIMIT}
          rows={3}
        />
      )}
      {make.isError && (
        <p className="notice notice--danger" role="alert">
          {words(make.error)}
        </p>
      )}
    </Question>
  );
}
