/** The plan of the lesson for its teachers: done, now, next, how it stands against the clock, and one button. */
import { useQuery } from "@tanstack/react-query";
import { useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { wordsFor } from "../../i18n";
import { Button } from "../../ui/button";
import { useNow } from "../../ui/clocks";
import type { RequestFrame } from "../frames";
import type { Room } from "../room";
import type { SpaceState } from "../state";
import { minutesBehind } from "./known";
import { planOf, type PlanStep } from "./plan-calls";
import { nextStep, standingOf } from "./plan-order";
import { useAsking } from "./use-lesson";
import "./plan-list.css";

/** A second click so soon was meant for the first. */
const REST_MS = 1_000;

interface PlanListProps {
  room: Room;
  state: SpaceState;
  lessonId: string;
}

export default function PlanList({ room, state, lessonId }: PlanListProps) {
  const { t } = useTranslation();
  const { lesson } = state;
  const plan = useQuery({ queryKey: ["steps", lessonId, lesson.plan_version], queryFn: () => planOf(lessonId), placeholderData: (before) => before });
  const { problem, ask } = useAsking(room);
  const [isWhole, setWhole] = useState(false);
  const id = useId();
  const restsUntil = useRef(0);
  const steps = plan.data?.items ?? [];
  if (steps.length === 0) return null;

  const now = steps.find((step) => step.id === lesson.step?.id);
  const next = nextStep(steps, lesson);
  const runs = lesson.phase === "live" || lesson.phase === "held";
  const isDown = state.line !== "joined" || !runs;
  const once = (frame: RequestFrame) => {
    // The button stays as it is: one that is shut between two clicks takes the next one for a part of them.
    if (Date.now() < restsUntil.current) return;
    restsUntil.current = Date.now() + REST_MS;
    ask(frame);
  };
  const begin = (step: PlanStep) => once({ type: "step.begin", step_id: step.id });
  const shown = steps.map((step) => ({ step, standing: standingOf(step, steps, lesson) }));
  return (
    <section className="plan-list" aria-label={t("steps.plan")}>
      <div className="plan-list__head">
        <h2>{t("steps.plan")}</h2>
        {lesson.step && <Pace state={state} />}
        <Button look="quiet" className="plan-list__fold" aria-expanded={isWhole} aria-controls={id} onPress={() => setWhole(!isWhole)}>
          {t(isWhole ? "steps.fewer" : "steps.all", { count: steps.length })}
        </Button>
      </div>
      <div className="plan-list__foot">
        {now?.kind === "groups" && now.group_count != null && (
          <Button isDisabled={isDown} onPress={() => ask({ type: "groups.mix", count: now.group_count ?? 1 })}>
            {t("steps.mix", { count: now.group_count })}
          </Button>
        )}
        {next ? (
          <Button look="primary" className="plan-list__next" isDisabled={isDown} onPress={() => begin(next)}>
            {t(now ? "steps.next" : "steps.begin", { title: next.title })}
          </Button>
        ) : now ? (
          <Button
            className="plan-list__next" isDisabled={isDown}
            onPress={() => once({ type: "step.end" })}
          >
            {t("steps.endLast")}
          </Button>
        ) : (
          <p className="soft">{t("steps.allDone")}</p>
        )}
        {problem && (
          <p role="alert" className="field__error">
            {wordsFor(t, "errors", problem, "errors.general")}
          </p>
        )}
      </div>
      {isWhole && (
        <ol className="plan-list__steps" id={id} tabIndex={0} aria-label={t("steps.plan")}>
          {shown.map(({ step, standing }) => (
            <li key={step.id} className="plan-step" data-standing={standing} aria-current={standing === "now" ? "step" : undefined}>
              <span className="plan-step__mark" aria-hidden="true">
                {standing === "done" ? "✓" : standing === "now" ? "▸" : ""}
              </span>
              <span className="plan-step__title">
                <bdi>{step.title}</bdi>
                <span className="soft plan-step__what">
                  {t(`steps.kind.${step.kind}`)} · {t("steps.minutes", { count: step.minutes })}
                  {standing !== "later" && ` · ${t(`steps.standing.${standing}`)}`}
                </span>
                {(standing === "now" || standing === "next") && step.note && (
                  <span className="plan-step__note" dir="auto">
                    {step.note}
                  </span>
                )}
              </span>
              {standing !== "now" && standing !== "next" && (
                <Button look="quiet" className="plan-step__go" isDisabled={isDown} onPress={() => begin(step)}>
                  {t(standing === "done" ? "steps.again" : "steps.goTo")}
                  <span className="visually-hidden">{step.title}</span>
                </Button>
              )}
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

/** Minutes behind or ahead of the plan. */
function Pace({ state }: { state: SpaceState }) {
  const { t } = useTranslation();
  const now = useNow();
  const behind = minutesBehind(state.lesson, now.getTime()) ?? 0;
  const key = behind > 0 ? "steps.behind" : behind < 0 ? "steps.ahead" : "steps.onTime";
  return (
    <span className="plan-list__pace" data-behind={behind > 0 ? "" : undefined}>
      {t(key, { count: Math.abs(behind) })}
    </span>
  );
}
