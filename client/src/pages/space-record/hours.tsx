/** When a space is open for my school's students, and opening it for a while outside of that. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { client, take } from "../../api";
import type { components } from "../../api.gen";
import { momentAt, nextDay } from "../../hours";
import { formatLocale } from "../../i18n";
import { usePerson } from "../../person";
import { clockAt, dateAt, dayAndClock } from "../../time";
import { Button } from "../../ui/button";
import { TimeField } from "../../ui/choices";
import { Field } from "../../ui/field";
import { Actions, Form } from "../../ui/form";
import { Badge, Said, Section } from "../../ui/parts";
import { useFailureWords } from "../../ui/state";
import { manages } from "../school/frame";

type Hours = components["schemas"]["HoursView"];

const REASON_LIMIT = 200;
const FIRST_LASTS_MS = 2 * 60 * 60 * 1000;

const at = (id: string) => ({ params: { path: { space_id: id } } });
const load = (id: string) => take(client.GET("/api/spaces/{space_id}/hours", at(id)));
const open = (id: string, until: string, reason: string) =>
  take(client.POST("/api/spaces/{space_id}/opening", { ...at(id), body: { until, reason } }));
const close = (id: string) => take(client.DELETE("/api/spaces/{space_id}/opening", at(id)));

/** Nothing is shown to those who are not in the space. */
export function HoursSection({ spaceId }: { spaceId: string }) {
  const { t, i18n } = useTranslation();
  const person = usePerson();
  const queries = useQueryClient();
  const words = useFailureWords();
  const { timezone } = person.school;
  const locale = formatLocale(i18n.language);
  const found = useQuery({ queryKey: ["space-hours", spaceId], queryFn: () => load(spaceId), retry: false });
  const [isOpening, setOpening] = useState(false);
  const [said, say] = useState("");
  const shut = useMutation({
    mutationFn: () => close(spaceId),
    onSuccess: (after) => keep(after, t("openHours.closedSaid")),
  });
  const hours = found.data;
  if (!hours) return null;

  function keep(after: Hours, sentence: string) {
    queries.setQueryData(["space-hours", spaceId], after);
    setOpening(false);
    say(sentence);
  }
  const when = (moment: string) => dayAndClock(new Date(moment), new Date(), timezone, locale);

  return (
    <Section title={t("openHours.title")}>
      <p>
        {hours.open_now ? <Badge tone="good">{t("openHours.openNow")}</Badge> : <Badge>{t("openHours.closedNow")}</Badge>}{" "}
        {hours.opens_at && t("closed.opensAt", { when: when(hours.opens_at) })}
      </p>
      <p className="soft">{t("openHours.always")}</p>
      {!hours.has_bell_times && (
        <p className="notice">
          {t("openHours.noBells")}{" "}
          {manages(person) ? <Link href="/school/calendar">{t("openHours.setBells")}</Link> : t("openHours.askBells")}
        </p>
      )}
      {hours.opening && (
        <p>
          {t("openHours.opened", { name: hours.opening.opened_by, when: when(hours.opening.ends_at) })} <q>{hours.opening.reason}</q>
        </p>
      )}
      <Said>{said}</Said>
      {shut.isError && (
        <p className="notice notice--danger" role="alert">
          {words(shut.error)}
        </p>
      )}
      {hours.may_open &&
        (isOpening ? (
          <OpenForm
            spaceId={spaceId}
            onDone={(after) => keep(after, after.opening ? t("openHours.openedSaid", { when: when(after.opening.ends_at) }) : "")}
            onClose={() => setOpening(false)}
          />
        ) : (
          <Actions>
            <Button
              onPress={() => {
                say("");
                setOpening(true);
              }}
            >
              {t(hours.opening ? "openHours.change" : "openHours.open")}
            </Button>
            {hours.opening && (
              <Button isPending={shut.isPending} onPress={() => shut.mutate()}>
                {t("openHours.close")}
              </Button>
            )}
          </Actions>
        ))}
    </Section>
  );
}

function OpenForm({ spaceId, onDone, onClose }: { spaceId: string; onDone(after: Hours): void; onClose(): void }) {
  const { t } = useTranslation();
  const { timezone } = usePerson().school;
  const [until, setUntil] = useState(() => clockAt(new Date(Date.now() + FIRST_LASTS_MS), timezone, "en-GB"));
  const [reason, setReason] = useState("");
  const save = useMutation({ mutationFn: () => open(spaceId, nextTime(until, new Date(), timezone), reason.trim()), onSuccess: onDone });
  return (
    <Form
      error={save.error}
      onSubmit={(): Record<string, string> | void => {
        if (!until) return { until: t("fieldProblem.missing") };
        if (!reason.trim()) return { reason: t("ui.reasonMissing") };
        if (!save.isPending) save.mutate();
      }}
    >
      <TimeField label={t("openHours.until")} hint={t("openHours.untilHint")} name="until" value={until} onChange={setUntil} />
      <Field label={t("openHours.why")} hint={t("openHours.whyHint")} name="reason" value={reason} onChange={setReason} maxLength={REASON_LIMIT} />
      <Actions>
        <Button look="primary" type="submit" isPending={save.isPending}>
          {t("openHours.openDo")}
        </Button>
        <Button onPress={onClose}>{t("app.cancel")}</Button>
      </Actions>
    </Form>
  );
}

/** The next moment at which the clock there reads this: today, or tomorrow when it has passed. */
export function nextTime(clock: string, now: Date, timezone: string): string {
  const today = dateAt(now, timezone);
  const moment = momentAt(today, clock, timezone);
  return new Date(moment > now.getTime() ? moment : momentAt(nextDay(today, 1), clock, timezone)).toISOString();
}
