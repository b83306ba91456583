/** A move of the partnership, or of my school: a question before it is done, and what came of it. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiFailure } from "../../api";
import { wordsFor } from "../../i18n";
import { Confirm } from "../../ui/confirm";
import { Skeleton, useFailureWords } from "../../ui/state";
import { leaving, move as makeMove, type PartnershipDetail, type Rule } from "./calls";
import { RuleMark } from "./checklist";
import { ruleWords } from "./rule-words";

/** These take something away from people, so they ask why and look like it. */
const TAKES_AWAY: ReadonlySet<string> = new Set(["suspend", "end", "decline", "leave"]);
/** After these my school has no part in it. */
export const GOES: ReadonlySet<string> = new Set(["decline", "leave"]);

interface MoveQuestionProps {
  record: PartnershipDetail;
  move: string;
  isOpen: boolean;
  onClose(): void;
  onDone(after: PartnershipDetail): void;
}

export function MoveQuestion({ record, move, isOpen, onClose, onDone }: MoveQuestionProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const isLeave = move === "leave";
  const [seen, setSeen] = useState<{ breaks: Rule[]; ends: boolean }>();
  const looked = useQuery({
    queryKey: ["partnership", record.id, "leaving"],
    queryFn: () => leaving(record.id),
    enabled: isLeave && isOpen,
    gcTime: 0,
  });
  const follows = seen ?? looked.data;
  const breaks = follows !== undefined && (follows.breaks.length > 0 || follows.ends);
  const make = useMutation({
    mutationFn: (reason: string) => makeMove(record.id, move, reason, isLeave && breaks),
    onSuccess: (after) => {
      const key = ["partnership", record.id];
      onDone(after);
      // Whoever has gone sees the record no more: asking for it again would say only that.
      if (GOES.has(move)) queries.removeQueries({ queryKey: key });
      else {
        queries.setQueryData(key, after);
        void queries.invalidateQueries({ queryKey: key });
      }
      void queries.invalidateQueries({ queryKey: ["partnerships"] });
      void queries.invalidateQueries({ queryKey: ["today"] });
    },
    onError: (error) => {
      void queries.invalidateQueries({ queryKey: ["partnership", record.id] });
      // Something has changed since it was looked at: show that before it is confirmed.
      if (error instanceof ApiFailure && error.code === "would_break")
        setSeen({ breaks: error.listOf<Rule>("failing"), ends: error.problem["ends"] === true });
    },
  });

  return (
    <Confirm
      isOpen={isOpen}
      title={wordsFor(t, "moveTitle", move, "move.propose")}
      doIt={wordsFor(t, "move", move, "move.propose")}
      isDanger={TAKES_AWAY.has(move)}
      reasonLabel={TAKES_AWAY.has(move) ? t("partnerships.reason") : undefined}
      isPending={make.isPending || (isLeave && looked.isLoading)}
      error={make.error}
      onConfirm={({ reason }) => make.mutate(reason)}
      onClose={() => {
        make.reset();
        setSeen(undefined);
        onClose();
      }}
    >
      <p>{wordsFor(t, "moveText", move, "move.propose")}</p>
      {isLeave && <Follows isPending={looked.isLoading} error={follows ? undefined : looked.error} follows={follows} />}
    </Confirm>
  );
}

/** What would follow from leaving, before it is done. */
function Follows({ isPending, error, follows }: { isPending: boolean; error: unknown; follows: { breaks: Rule[]; ends: boolean } | undefined }) {
  const { t } = useTranslation();
  const words = useFailureWords();
  if (isPending) return <Skeleton blocks={["line", "line"]} />;
  if (error)
    return (
      <p className="notice notice--danger" role="alert">
        {words(error)}
      </p>
    );
  if (!follows) return null;
  if (follows.ends) return <p className="notice">{t("life.leaving.ends")}</p>;
  if (follows.breaks.length === 0) return <p>{t("life.leaving.fine")}</p>;
  return (
    <div className="follows">
      <p>{t("life.leaving.breaks")}</p>
      <ul className="open-rules">
        {follows.breaks.map((rule) => (
          <li key={rule.code} className="mark-line">
            <RuleMark isMet={false} />
            <p className="rule__text">{ruleWords(t, rule)}</p>
          </li>
        ))}
      </ul>
      <p>{t("life.leaving.suspends")}</p>
    </div>
  );
}
