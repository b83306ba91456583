/** One report: what was reported, how things stood, and where it stands at each school. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { ApiFailure } from "../../api";
import { formatLocale, wordsFor } from "../../i18n";
import { usePerson } from "../../person";
import { dateAndClock } from "../../time";
import { Button } from "../../ui/button";
import { Field } from "../../ui/field";
import { Page } from "../../ui/page";
import { Section } from "../../ui/parts";
import { Failed, Skeleton, useFailureWords } from "../../ui/state";
import { NotFoundPage } from "../not-found-page";
import { acknowledge, close, report as load, type Receipt, type ReportView, type SaidMessage } from "./calls";
import { ReportMark } from "./report-mark";
import { ShownObject } from "./shown-object";
import "./reports.css";

const NOTE_LIMIT = 2000;

export function ReportPage({ id }: { id: string }) {
  const { t, i18n } = useTranslation();
  const { timezone } = usePerson().school;
  const locale = formatLocale(i18n.language);
  const found = useQuery({ queryKey: ["report", id], queryFn: () => load(id) });
  if (found.error instanceof ApiFailure && found.error.status === 404) return <NotFoundPage />;
  const view = found.data;
  const title = view ? wordsFor(t, "safeguarding.reason", view.item.reason, "safeguarding.reason.other") : t("safeguarding.reports.one");
  return (
    <Page title={title}>
      <p>
        <Link href="/reports">{t("safeguarding.reports.back")}</Link>
      </p>
      {found.isPending && <Skeleton blocks={["line", "line", "card"]} />}
      {found.isError && <Failed error={found.error} onRetry={() => void found.refetch()} />}
      {view && (
        <>
          <ReportMark item={view.item} />
          <p>
            {t("safeguarding.reports.by", { name: view.item.reporter.name, school: view.item.reporter.school })}
            {" · "}
            <time dateTime={view.item.reported_at}>{dateAndClock(new Date(view.item.reported_at), timezone, locale)}</time>
            {view.item.space_name && ` · ${t("safeguarding.reports.inSpace", { space: view.item.space_name })}`}
          </p>
          <p className="notice">{t("safeguarding.reports.secret")}</p>
          {view.words && (
            <Section title={t("safeguarding.reports.words")}>
              <blockquote className="report-words" dir="auto">
                {view.words}
              </blockquote>
            </Section>
          )}
          <Then view={view} />
          <Receipts view={view} />
        </>
      )}
    </Page>
  );
}

function Then({ view }: { view: ReportView }) {
  const { t } = useTranslation();
  const { person, messages = [], file, object } = view.snapshot;
  const kind = view.item.kind;
  return (
    <>
      {person && (
        <Section title={t("safeguarding.reports.aboutTitle")}>
          <p>
            <strong>
              <bdi>{person.name}</bdi>
            </strong>
            {" · "}
            <bdi>{person.school}</bdi>
            {person.class_name && ` · ${t("safeguarding.reports.class", { name: person.class_name })}`}
          </p>
        </Section>
      )}
      <Section title={t("safeguarding.reports.then")}>
        {file && (
          <p>
            <bdi>{file.name}</bdi> <span className="soft">{file.media_type}</span>
          </p>
        )}
        {object && <ShownObject object={object} about={person ?? undefined} />}
        {(kind === "message" || kind === "person") &&
          (messages.length > 0 ? (
            <ol className="report-said">
              {messages.map((message) => (
                <Message key={message.id} message={message} />
              ))}
            </ol>
          ) : (
            <p className="soft">{t("safeguarding.reports.noMessages")}</p>
          ))}
      </Section>
    </>
  );
}

function Message({ message }: { message: SaidMessage }) {
  const { t, i18n } = useTranslation();
  const { timezone } = usePerson().school;
  const at = new Date(message.sent_at);
  return (
    <li className="report-said__one" data-reported={message.is_reported ? "" : undefined}>
      <p className="soft">
        <bdi>{message.name}</bdi> · <bdi>{message.school}</bdi> ·{" "}
        <time dateTime={message.sent_at}>{dateAndClock(at, timezone, formatLocale(i18n.language))}</time>
        {message.is_reported && <strong> · {t("safeguarding.reports.reported")}</strong>}
        {message.is_deleted && ` · ${t("safeguarding.reports.deleted")}`}
      </p>
      <p dir="auto">{message.text}</p>
    </li>
  );
}

function Receipts({ view }: { view: ReportView }) {
  const { t } = useTranslation();
  return (
    <Section title={t("safeguarding.reports.schools")}>
      <ul className="cards">
        {view.receipts.map((receipt) => (
          <li key={receipt.school_id} className="card report-receipt">
            <h3>
              <bdi>{receipt.school_name}</bdi> {receipt.is_mine && <span className="soft">({t("safeguarding.reports.mine")})</span>}
            </h3>
            {!receipt.has_lead && <p>{t("safeguarding.reports.noLead")}</p>}
            <Stands receipt={receipt} />
            {receipt.is_mine && <Moves id={view.item.id} receipt={receipt} />}
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Stands({ receipt }: { receipt: Receipt }) {
  const { t, i18n } = useTranslation();
  const { timezone } = usePerson().school;
  const when = (moment: string) => dateAndClock(new Date(moment), timezone, formatLocale(i18n.language));
  if (!receipt.acknowledged_at) return <p>{t("safeguarding.reports.notYet")}</p>;
  return (
    <>
      <p>{t("safeguarding.reports.acknowledged", { name: receipt.acknowledged_by, time: when(receipt.acknowledged_at) })}</p>
      {receipt.closed_at && <p>{t("safeguarding.reports.closedBy", { name: receipt.closed_by, time: when(receipt.closed_at) })}</p>}
      {receipt.note && (
        <blockquote className="report-words" dir="auto">
          {receipt.note}
        </blockquote>
      )}
    </>
  );
}

function Moves({ id, receipt }: { id: string; receipt: Receipt }) {
  const { t } = useTranslation();
  const failureWords = useFailureWords();
  const queries = useQueryClient();
  const [note, setNote] = useState("");
  const move = useMutation({
    mutationFn: (isClosing: boolean) => (isClosing ? close(id, note) : acknowledge(id)),
    onSuccess: (after) => {
      queries.setQueryData(["report", id], after);
      for (const key of ["reports", "today"]) void queries.invalidateQueries({ queryKey: [key] });
    },
    onError: () => void queries.invalidateQueries({ queryKey: ["report", id] }),
  });
  if (receipt.closed_at) return null;
  return (
    <div className="report-moves">
      {!receipt.acknowledged_at ? (
        <>
          <p className="soft">{t("safeguarding.reports.acknowledgeWhy")}</p>
          <Button look="primary" isPending={move.isPending} onPress={() => move.mutate(false)}>
            {t("safeguarding.reports.acknowledge")}
          </Button>
        </>
      ) : (
        <>
          <Field label={t("safeguarding.reports.note")} hint={t("safeguarding.reports.noteHint")} value={note} onChange={setNote} rows={3} maxLength={NOTE_LIMIT} />
          <Button look="primary" isPending={move.isPending} isDisabled={note.trim() === ""} onPress={() => move.mutate(true)}>
            {t("safeguarding.reports.close")}
          </Button>
        </>
      )}
      {move.isError && <p role="alert">{failureWords(move.error)}</p>}
    </div>
  );
}
