/** One request: what each school brings, what their staff said, and the answer. */
import { useMutation, useQuery, useQueryClient, type UseMutationResult } from "@tanstack/react-query";
import { useEffect, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { ApiFailure } from "../../api";
import { formatLocale, wordsFor } from "../../i18n";
import { usePerson } from "../../person";
import { dateAndClock, dateAt, dateWords } from "../../time";
import { Button } from "../../ui/button";
import { Clocks } from "../../ui/clocks";
import { Confirm } from "../../ui/confirm";
import { Question } from "../../ui/dialog";
import { Field } from "../../ui/field";
import { Actions, Form } from "../../ui/form";
import { Page, useTitle } from "../../ui/page";
import { Section } from "../../ui/parts";
import { placeOf, SchoolName } from "../../ui/school";
import { Failed, Skeleton } from "../../ui/state";
import { NotFoundPage } from "../not-found-page";
import { decide, request as load, write, type PartnerRequest } from "./calls";
import { RequestMark } from "./request-mark";
import "../finder/finder.css";
import "./requests.css";

const LOOK_AGAIN_MS = 15_000;
const OFFER_LIMIT = 1000;
const MESSAGE_LIMIT = 2000;

interface Answer {
  move: "accept" | "decline" | "withdraw";
  answer_offers?: string;
  answer_looks_for?: string;
  message?: string;
}
type Decide = UseMutationResult<PartnerRequest, Error, Answer>;

export function RequestPage({ id }: { id: string }) {
  const { t, i18n } = useTranslation();
  const queries = useQueryClient();
  const { timezone } = usePerson().school;
  const locale = formatLocale(i18n.language);
  const found = useQuery({
    queryKey: ["partner-request", id],
    queryFn: () => load(id),
    refetchInterval: (query) => (query.state.data?.status === "open" ? LOOK_AGAIN_MS : false),
  });
  const asked = found.data;
  const other = asked && (asked.is_mine ? asked.to_school : asked.from_school);
  const title = other?.name ?? t("requests.one");
  const heading = useTitle(title);
  const answer: Decide = useMutation({
    mutationFn: (given: Answer) => decide(id, { answer_offers: "", answer_looks_for: "", message: "", ...given }),
    onSuccess: (after) => {
      queries.setQueryData(["partner-request", id], after);
      for (const key of ["partner-requests", "partnerships", "today"]) void queries.invalidateQueries({ queryKey: [key] });
    },
    onError: () => void queries.invalidateQueries({ queryKey: ["partner-request", id] }),
  });
  if (found.error instanceof ApiFailure && found.error.status === 404) return <NotFoundPage />;

  return (
    <Page
      title={title}
      heading={
        <div className="school-head">
          <div className="school-head__text">
            <h1 ref={heading} tabIndex={-1}>
              <bdi>{title}</bdi>
            </h1>
            {asked && other && (
              <>
                <p className="soft">
                  {wordsFor(t, "kind", asked.kind, "kind.cluster")} · <bdi>{asked.programme_name}</bdi> ·{" "}
                  <Link href={`/find-a-partner/${other.id}`}>{t("requests.toSchool")}</Link>
                </p>
                <Clocks here={timezone} there={[other]} />
              </>
            )}
          </div>
          {asked && <RequestMark request={asked} />}
        </div>
      }
    >
      {found.isPending ? (
        <Skeleton blocks={["line", "card", "card"]} />
      ) : !asked || !other ? (
        <Failed error={found.error} onRetry={() => void found.refetch()} />
      ) : (
        <>
          <p>
            {t(asked.is_mine ? "requests.askedBySelf" : "requests.askedByOther", {
              name: asked.asked_by,
              date: dateWords(dateAt(new Date(asked.asked_at), timezone), locale),
            })}
          </p>
          <Outcome asked={asked} />
          <Section title={t("requests.brings")}>
            <div className="sides">
              <Side school={asked.from_school} offers={asked.offers} looksFor={asked.looks_for} />
              <Side school={asked.to_school} offers={asked.answer_offers} looksFor={asked.answer_looks_for} waits={asked.status !== "open" ? undefined : asked.is_mine ? "them" : "us"} />
            </div>
          </Section>
          <Conversation asked={asked} />
          {asked.moves.includes("accept") && <Answering other={other.short_name} answer={answer} />}
          {asked.moves.includes("withdraw") && (
            <Section title={t("requests.withdrawTitle")}>
              <p className="soft">{t("requests.withdrawLead")}</p>
              <Withdraw answer={answer} />
            </Section>
          )}
          {asked.status === "open" && !asked.is_mine && !asked.moves.includes("accept") && <p className="soft">{t("requests.whoAnswers")}</p>}
        </>
      )}
    </Page>
  );
}

/** What came of it, and where it goes on. */
function Outcome({ asked }: { asked: PartnerRequest }) {
  const { t } = useTranslation();
  if (asked.status === "open") return null;
  const other = asked.is_mine ? asked.to_school : asked.from_school;
  const words = {
    accepted: asked.partnership_id ? "requests.acceptedHere" : asked.is_mine ? "requests.acceptedGone" : "requests.acceptedThere",
    declined: asked.is_mine ? "requests.declinedByThem" : "requests.declinedByUs",
    withdrawn: asked.is_mine ? "requests.withdrawnByUs" : "requests.withdrawnByThem",
  }[asked.status];
  return (
    <div className="notice" role="status">
      <p>{words && t(words as "requests.acceptedHere", { school: other.short_name })}</p>
      {asked.partnership_id && (
        <Link href={`/partnerships/${asked.partnership_id}`} className="button button--primary">
          {t("requests.toPartnership")}
        </Link>
      )}
    </div>
  );
}

interface SideProps {
  school: PartnerRequest["from_school"];
  offers: string;
  looksFor: string;
  /** Who has not said it yet. */
  waits?: "us" | "them" | undefined;
}

function Side({ school, offers, looksFor, waits }: SideProps) {
  const { t } = useTranslation();
  return (
    <div className="side">
      <h3>
        <SchoolName school={school} />
      </h3>
      {waits ? (
        <p className="soft">{t(`requests.${waits}Later`)}</p>
      ) : (
        <dl className="side__facts">
          <dt>{t("finder.fact.offers")}</dt>
          <dd>{offers ? <bdi className="words">{offers}</bdi> : t("finder.notSaid")}</dd>
          <dt>{t("finder.fact.looksFor")}</dt>
          <dd>{looksFor ? <bdi className="words">{looksFor}</bdi> : t("finder.notSaid")}</dd>
        </dl>
      )}
    </div>
  );
}

function Conversation({ asked }: { asked: PartnerRequest }) {
  const { t, i18n } = useTranslation();
  const { timezone } = usePerson().school;
  const locale = formatLocale(i18n.language);
  const schools = [asked.from_school, asked.to_school];
  return (
    <Section title={t("requests.conversation")}>
      <p className="soft">{t("requests.staffOnly")}</p>
      {asked.messages.length === 0 ? (
        <p>{t("requests.noMessages")}</p>
      ) : (
        <ol className="talk">
          {asked.messages.map((message, index) => {
            const school = schools.find((each) => each.id === message.school_id) ?? asked.from_school;
            return (
              <li key={index} className="talk__one" data-school={placeOf(school.colour)}>
                <p className="talk__head">
                  <SchoolName school={school} isShort />
                  <bdi>{message.author_name}</bdi>
                  <time className="soft" dateTime={message.sent_at}>
                    {dateAndClock(new Date(message.sent_at), timezone, locale)}
                  </time>
                </p>
                <p className="words" dir="auto">
                  {message.text}
                </p>
              </li>
            );
          })}
        </ol>
      )}
      {asked.moves.includes("write") && <Write id={asked.id} />}
    </Section>
  );
}

function Write({ id }: { id: string }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [text, setText] = useState("");
  const send = useMutation({
    mutationFn: () => write(id, text.trim()),
    onSuccess: (after) => {
      queries.setQueryData(["partner-request", id], after);
      setText("");
    },
    onError: () => void queries.invalidateQueries({ queryKey: ["partner-request", id] }),
  });
  return (
    <Form
      error={send.error}
      onSubmit={() => {
        if (!text.trim()) return { text: t("requests.writeFirst") };
        if (!send.isPending) send.mutate();
      }}
    >
      <Field label={t("requests.write")} name="text" value={text} onChange={setText} rows={3} maxLength={MESSAGE_LIMIT} />
      <Actions>
        <Button type="submit" isPending={send.isPending}>
          {t("requests.send")}
        </Button>
      </Actions>
    </Form>
  );
}

/** Two ways: a yes opens its form, a no asks once more. */
function Answering({ other, answer }: { other: string; answer: Decide }) {
  const { t } = useTranslation();
  const [isSayingYes, sayYes] = useState(false);
  return (
    <Section title={t("requests.answer")}>
      <p>{t("requests.acceptLead", { school: other })}</p>
      {isSayingYes ? (
        <Accept answer={answer} onClose={() => sayYes(false)} />
      ) : (
        <Actions>
          <Button look="primary" onPress={() => sayYes(true)}>
            {t("requests.accept")}
          </Button>
          <Decline answer={answer} />
        </Actions>
      )}
    </Section>
  );
}

function Accept({ answer, onClose }: { answer: Decide; onClose(): void }) {
  const { t } = useTranslation();
  const form = useRef<HTMLDivElement>(null);
  useEffect(() => form.current?.querySelector("textarea")?.focus(), []);
  const [offers, setOffers] = useState("");
  const [looksFor, setLooksFor] = useState("");
  const [message, setMessage] = useState("");
  return (
    <div ref={form}>
      <Form
        error={answer.variables?.move === "accept" ? answer.error : undefined}
        onSubmit={() => {
          if (!answer.isPending) {
            answer.mutate({ move: "accept", answer_offers: offers.trim(), answer_looks_for: looksFor.trim(), message: message.trim() });
          }
        }}
      >
        <Field label={t("finder.weOffer")} name="answer_offers" value={offers} onChange={setOffers} rows={3} maxLength={OFFER_LIMIT} />
        <Field label={t("finder.weLookFor")} name="answer_looks_for" value={looksFor} onChange={setLooksFor} rows={3} maxLength={OFFER_LIMIT} />
        <Field label={t("requests.lastWord")} name="message" value={message} onChange={setMessage} rows={2} maxLength={MESSAGE_LIMIT} />
        <Actions>
          <Button look="primary" type="submit" isPending={answer.isPending && answer.variables.move === "accept"}>
            {t("requests.acceptDo")}
          </Button>
          <Button
            onPress={() => {
              answer.reset();
              onClose();
            }}
          >
            {t("app.cancel")}
          </Button>
        </Actions>
      </Form>
    </div>
  );
}

/** A no is an answer to people who have written: there is room for a kind word. */
function Decline({ answer }: { answer: Decide }) {
  const { t } = useTranslation();
  const form = useId();
  const [isOpen, setOpen] = useState(false);
  const [message, setMessage] = useState("");
  const close = () => {
    setOpen(false);
    answer.reset();
  };
  return (
    <div>
      <Button onPress={() => setOpen(true)}>{t("requests.decline")}</Button>
      <Question
        isOpen={isOpen}
        title={t("requests.declineAsk")}
        onClose={close}
        actions={
          <>
            <Button onPress={close}>{t("app.cancel")}</Button>
            <Button look="primary" type="submit" form={form} isPending={answer.isPending}>
              {t("requests.decline")}
            </Button>
          </>
        }
      >
        <Form id={form} error={answer.error} onSubmit={() => void (answer.isPending || answer.mutate({ move: "decline", message: message.trim() }))}>
          <p>{t("requests.declineText")}</p>
          <Field label={t("requests.kindWord")} hint={t("requests.kindWordHint")} name="message" value={message} onChange={setMessage} rows={4} maxLength={MESSAGE_LIMIT} />
        </Form>
      </Question>
    </div>
  );
}

function Withdraw({ answer }: { answer: Decide }) {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  return (
    <div>
      <Button onPress={() => setOpen(true)}>{t("requests.withdraw")}</Button>
      <Confirm
        isOpen={isOpen}
        title={t("requests.withdrawAsk")}
        doIt={t("requests.withdraw")}
        isPending={answer.isPending}
        error={answer.error}
        onConfirm={() => answer.mutate({ move: "withdraw" })}
        onClose={() => {
          setOpen(false);
          answer.reset();
        }}
      >
        <p>{t("requests.withdrawText")}</p>
      </Confirm>
    </div>
  );
}
