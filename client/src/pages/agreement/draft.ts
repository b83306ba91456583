/** A text that is being written: as the fields hold it, what it still lacks, and as the server takes it. */
import type { Agreement, AgreementText } from "./calls";

export interface Draft {
  goals: { text: string; baseline: string }[];
  /** By school. */
  minutes: Record<string, string>;
  days: Record<string, string>;
  internet: Record<string, string>;
  timeDifference: string;
  barriers: { barrier: string; strategy: string }[];
  duties: { what: string; who: string }[];
  reviewOn: string;
  expiresOn: string;
  extra: string;
}

type Internet = AgreementText["internet"][string];

/** From a text there is, for the schools that count now: one that has left is not in it any more. */
export function draftOf(text: AgreementText | undefined, schoolIds: readonly string[]): Draft {
  const bySchool = (values: Record<string, unknown> | undefined) =>
    Object.fromEntries(schoolIds.map((id) => [id, values?.[id] === undefined ? "" : String(values[id])]));
  return {
    goals: text ? text.goals.map((goal) => ({ text: goal.text, baseline: goal.baseline ?? "" })) : [{ text: "", baseline: "" }],
    minutes: bySchool(text?.weekly_minutes),
    days: bySchool(text?.typical_days),
    internet: bySchool(text?.internet),
    timeDifference: text?.time_difference ?? "",
    barriers: (text?.barriers ?? []).map(({ barrier, strategy }) => ({ barrier, strategy })),
    duties: (text?.duties ?? []).filter(({ who }) => schoolIds.includes(who)).map(({ what, who }) => ({ what, who })),
    reviewOn: text?.review_on ?? "",
    expiresOn: text?.expires_on ?? "",
    extra: text?.extra ?? "",
  };
}

export function textOf(draft: Draft): AgreementText {
  return {
    goals: draft.goals.map(({ text, baseline }) => ({ text: text.trim(), baseline: baseline.trim() })),
    weekly_minutes: mapped(draft.minutes, Number),
    typical_days: mapped(draft.days, (day) => day.trim()),
    internet: mapped(draft.internet, (value) => value as Internet),
    time_difference: draft.timeDifference.trim(),
    barriers: draft.barriers.map(({ barrier, strategy }) => ({ barrier: barrier.trim(), strategy: strategy.trim() })),
    duties: draft.duties.map(({ what, who }) => ({ what: what.trim(), who })),
    review_on: draft.reviewOn,
    expires_on: draft.expiresOn,
    extra: draft.extra.trim(),
  };
}

export type Lack = "missing" | "minutes" | "reviewFirst" | "reviewLate" | "expiresLate";

export const MINUTES_MOST = 2400;

/** What is not ready, by the name of its field. */
export function lacks(draft: Draft, { today, latest }: { today: string; latest: string }): Record<string, Lack> {
  const found: Record<string, Lack> = {};
  const need = (name: string, value: string) => {
    if (value.trim() === "") found[name] = "missing";
  };
  draft.goals.forEach(({ text }, index) => need(`text.goals[${index}].text`, text));
  for (const [id, minutes] of Object.entries(draft.minutes)) {
    if (!/^\d+$/.test(minutes.trim()) || Number(minutes) > MINUTES_MOST) found[`minutes.${id}`] = "minutes";
  }
  for (const [id, value] of Object.entries(draft.internet)) need(`internet.${id}`, value);
  draft.barriers.forEach(({ barrier, strategy }, index) => {
    need(`text.barriers[${index}].barrier`, barrier);
    need(`text.barriers[${index}].strategy`, strategy);
  });
  draft.duties.forEach(({ what, who }, index) => {
    need(`text.duties[${index}].what`, what);
    need(`text.duties[${index}].who`, who);
  });
  if (!draft.reviewOn) found["text.review_on"] = "missing";
  else if (draft.reviewOn <= today) found["text.review_on"] = "reviewFirst";
  else if (draft.expiresOn && draft.reviewOn > draft.expiresOn) found["text.review_on"] = "reviewLate";
  if (!draft.expiresOn) found["text.expires_on"] = "missing";
  else if (draft.expiresOn > latest) found["text.expires_on"] = "expiresLate";
  return found;
}

/** Whether it says what a version that is there says. */
export function isSame(draft: Draft, agreement: Agreement): boolean {
  const written = plain(textOf(draft));
  return [agreement.in_force, agreement.proposed].some((version) => version && plain(version.text) === written);
}

/** One form, whatever the order of the schools. */
function plain(text: AgreementText): string {
  return JSON.stringify(text, (_key, value: unknown) =>
    value && typeof value === "object" && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}

function mapped<Value>(values: Record<string, string>, change: (value: string) => Value): Record<string, Value> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, change(value)]));
}
