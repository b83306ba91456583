/** The one thing that is next in a partnership, for the person who looks. */
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { wordsFor } from "../../i18n";
import { usePerson } from "../../person";
import { Button } from "../../ui/button";
import { Actions } from "../../ui/form";
import { Section } from "../../ui/parts";
import type { PartnershipDetail } from "./calls";
import { isOpen } from "./rule-words";

const FORWARD = ["accept", "propose", "activate", "resume"] as const;

/** The moves that stand with the next step; all others stand at the end of the page. */
export function nextMoves(record: PartnershipDetail): string[] {
  const first = FORWARD.find((move) => record.moves.includes(move));
  return [...(first ? [first] : []), ...record.moves.filter((move) => move === "decline")];
}

export function NextStep({ record, onMove }: { record: PartnershipDetail; onMove(move: string): void }) {
  const { t } = useTranslation();
  const person = usePerson();
  const step = nextStep(record, person.school.id, person.roles.includes("headteacher"));
  if (!step) return null;
  const moves = nextMoves(record);
  const words: Record<string, ReactNode> = {
    agreement: <Link className="button button--primary" href={`/partnerships/${record.id}/agreement`}>{t("life.agreement.open")}</Link>,
    requests: <Link className="button button--primary" href={`/partnerships/${record.id}/people`}>{t("life.next.look")}</Link>,
    space: <Link className="button button--primary" href={`/partnerships/${record.id}/spaces`}>{t("life.next.openSpace")}</Link>,
    invite: <Link className="button button--primary" href={`/partnerships/${record.id}/people`}>{t("life.invite.button")}</Link>,
  };
  return (
    <Section title={t("life.next.title")}>
      <p className="next__text">{t(`life.next.${step.text}`, { count: step.count ?? 0 })}</p>
      <Actions>
        {moves.map((move, index) => (
          <Button key={move} look={index === 0 && move !== "decline" ? "primary" : "secondary"} onPress={() => onMove(move)}>
            {wordsFor(t, "move", move, "app.somethingWrong")}
          </Button>
        ))}
        {step.link && words[step.link]}
      </Actions>
    </Section>
  );
}

interface Step {
  /** Worded as `life.next.<text>`. */
  text: string;
  count?: number;
  link?: "agreement" | "requests" | "space" | "invite";
}

/** Needs nothing of the page: who looks, and how the record stands. */
export function nextStep(record: PartnershipDetail, mySchoolId: string, isHead: boolean): Step | undefined {
  const mine = record.memberships.find(({ school }) => school.id === mySchoolId);
  const open = record.rules.filter(isOpen);
  const asksForAgreement = open.some(({ code }) => code === "agreement_signed");
  const can = (move: string) => record.moves.includes(move);
  if (record.status === "ended") return undefined;
  if (mine?.status === "invited") {
    if (!isHead) return { text: "headAnswers" };
    if (can("accept")) return { text: "answer" };
    // It is at work already: what its programme asks for comes before the yes.
    const signs = record.rules.some(({ code }) => code === "agreement_signed");
    return signs ? { text: "signFirst", link: "agreement" } : { text: "notYet" };
  }
  if (record.status === "draft") {
    if (!can("propose")) return { text: "coordinatorProposes" };
    const needsSchools = open.some(({ code }) => SHAPE.has(code));
    return needsSchools && record.may.includes("invite") ? { text: "draftOpen", link: "invite" } : { text: "draft" };
  }
  if (record.join_requests.length > 0) return { text: "requests", count: record.join_requests.length, link: "requests" };
  if (record.status === "proposed" || record.status === "suspended") {
    if (can("activate")) return { text: "ready" };
    if (can("resume")) return { text: "readyAgain" };
    if (open.length === 0) return { text: "coordinatorStarts" };
    const text = record.status === "proposed" ? "missing" : "missingAgain";
    return { text, count: open.length, ...(asksForAgreement && isHead ? { link: "agreement" as const } : {}) };
  }
  const hasSpace = record.spaces.some(({ archived_at }) => archived_at === null);
  return !hasSpace && record.may.includes("open_space") ? { text: "firstSpace", link: "space" } : undefined;
}

const SHAPE: ReadonlySet<string> = new Set([
  "exactly_two_schools",
  "one_home_school",
  "one_partner_abroad",
  "enough_schools",
  "enough_home",
  "enough_overseas",
]);
