/** Clusters that my school may ask to join, and what it has asked. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { formatLocale, wordsFor } from "../../i18n";
import { usePerson } from "../../person";
import { countryName, dateAt, dateWords } from "../../time";
import { Button } from "../../ui/button";
import { SearchField } from "../../ui/choices";
import { Confirm } from "../../ui/confirm";
import { Field } from "../../ui/field";
import { Actions, Form } from "../../ui/form";
import { Page } from "../../ui/page";
import { PagedList, usePaged } from "../../ui/paged";
import { Badge, Section, type Tone } from "../../ui/parts";
import { SchoolName } from "../../ui/school";
import { Empty } from "../../ui/state";
import { askToJoin, clusters, joinRequests, withdrawRequest, type Cluster, type JoinRequest } from "./calls";
import { joined } from "./checklist";
import { useSettled } from "./school-combo";
import { Unfold } from "./unfold";
import { useSaid } from "./use-said";
import "./partnerships.css";

export function ClustersPage() {
  const { t } = useTranslation();
  const [search, setSearch] = useState("");
  const [said, say] = useSaid();
  const settled = useSettled(search);
  const paged = usePaged(["clusters", "open", settled], (cursor) => clusters(settled, cursor));
  return (
    <Page title={t("life.clusters.title")}>
      <p className="soft">{t("life.clusters.lead")}</p>
      {said}
      <MyRequests onDone={say} />
      <Section title={t("life.clusters.list")}>
        <div className="narrow">
          <SearchField label={t("life.clusters.search")} value={search} onChange={setSearch} maxLength={100} hint={t("life.clusters.searchHint")} />
        </div>
        <PagedList
          paged={paged}
          empty={
            settled ? (
              <p>{t("ui.nothingFound")}</p>
            ) : (
              <Empty title={t("life.clusters.noneTitle")}>{t("life.clusters.none")}</Empty>
            )
          }
        >
          {(items) => (
            <ul className="cards">
              {items.map((cluster) => (
                <ClusterCard key={cluster.id} cluster={cluster} onDone={say} />
              ))}
            </ul>
          )}
        </PagedList>
      </Section>
    </Page>
  );
}

function ClusterCard({ cluster, onDone }: { cluster: Cluster; onDone(words: string): void }) {
  const { t, i18n } = useTranslation();
  const locale = formatLocale(i18n.language);
  const countries = [...new Set(cluster.schools.map(({ country }) => countryName(country, locale)))];
  return (
    <li className="card glance">
      <div className="glance__head">
        <div>
          <h3 className="entry__name">
            <bdi>{cluster.name}</bdi>
          </h3>
          <p className="soft">
            <bdi>{cluster.programme_name}</bdi> · {t("life.clusters.count", { count: cluster.schools.length })} · {joined(countries, locale)}
          </p>
        </div>
        <Badge tone={cluster.status === "active" ? "good" : "wait"}>{wordsFor(t, "status", cluster.status, "status.proposed")}</Badge>
      </div>
      <ul className="schools">
        {cluster.schools.map((school) => (
          <li key={school.id}>
            <SchoolName school={school} />
          </li>
        ))}
      </ul>
      {cluster.coordinator_school && <p className="soft">{t("life.clusters.coordinator", { school: cluster.coordinator_school.name })}</p>}
      {cluster.request_id ? (
        <p className="mark-line" data-met="">
          {t("life.clusters.waits")}
        </p>
      ) : (
        <Unfold label={t("life.clusters.ask")} title={t("life.clusters.askTitle", { name: cluster.name })}>
          {(close) => (
            <AskForm
              cluster={cluster}
              onClose={close}
              onDone={() => {
                close();
                onDone(t("life.clusters.asked", { name: cluster.name }));
              }}
            />
          )}
        </Unfold>
      )}
    </li>
  );
}

function AskForm({ cluster, onClose, onDone }: { cluster: Cluster; onClose(): void; onDone(): void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [message, setMessage] = useState("");
  const send = useMutation({
    mutationFn: () => askToJoin(cluster.id, message.trim()),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["clusters"] });
      onDone();
    },
    onError: () => void queries.invalidateQueries({ queryKey: ["clusters"] }),
  });
  return (
    <Form
      error={send.error}
      onSubmit={() => {
        if (!message.trim()) return { message: t("life.missing.message") };
        send.mutate();
      }}
    >
      <Field label={t("life.clusters.message")} name="message" value={message} onChange={setMessage} rows={4} maxLength={1000} hint={t("life.clusters.messageHint")} />
      <Actions>
        <Button look="primary" type="submit" isPending={send.isPending}>
          {t("life.clusters.send")}
        </Button>
        <Button look="quiet" onPress={onClose}>
          {t("app.cancel")}
        </Button>
      </Actions>
    </Form>
  );
}

const TONES: Readonly<Record<string, Tone>> = { open: "wait", accepted: "good" };

function MyRequests({ onDone }: { onDone(words: string): void }) {
  const { t } = useTranslation();
  const paged = usePaged(["clusters", "asked"], joinRequests);
  if (paged.items.length === 0 && !paged.error) return null;
  return (
    <Section title={t("life.clusters.mine")}>
      <PagedList paged={paged} empty={null}>
        {(items) => (
          <ul className="lines">
            {items.map((request) => (
              <Asked key={request.id} request={request} onDone={onDone} />
            ))}
          </ul>
        )}
      </PagedList>
    </Section>
  );
}

function Asked({ request, onDone }: { request: JoinRequest; onDone(words: string): void }) {
  const { t, i18n } = useTranslation();
  const { timezone } = usePerson().school;
  const locale = formatLocale(i18n.language);
  const queries = useQueryClient();
  const [isOpen, setOpen] = useState(false);
  const withdraw = useMutation({
    mutationFn: () => withdrawRequest(request.id),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["clusters"] });
      setOpen(false);
      onDone(t("life.clusters.withdrawn", { name: request.partnership_name }));
    },
    onError: () => void queries.invalidateQueries({ queryKey: ["clusters"] }),
  });
  return (
    <li className="person-line">
      <div className="person-line__text">
        <p className="person-line__name">
          <bdi>{request.partnership_name}</bdi>
          <Badge tone={TONES[request.status] ?? "quiet"}>{wordsFor(t, "request", request.status, "request.open")}</Badge>
        </p>
        <p className="soft">{t("life.requests.asked", { date: dateWords(dateAt(new Date(request.asked_at), timezone), locale) })}</p>
        <p>
          <bdi>{request.message}</bdi>
        </p>
        {request.answer && <p>{t("life.clusters.answer", { answer: request.answer })}</p>}
        {request.status === "accepted" && <p>{t("life.clusters.headSays")}</p>}
      </div>
      {request.status === "open" && (
        <div className="person-line__do">
          <Button look="quiet" onPress={() => setOpen(true)} aria-label={`${t("life.clusters.withdraw")}: ${request.partnership_name}`}>
            {t("life.clusters.withdraw")}
          </Button>
        </div>
      )}
      <Confirm
        isOpen={isOpen}
        title={t("life.clusters.withdrawTitle")}
        doIt={t("life.clusters.withdraw")}
        isDanger
        isPending={withdraw.isPending}
        error={withdraw.error}
        onConfirm={() => withdraw.mutate()}
        onClose={() => {
          withdraw.reset();
          setOpen(false);
        }}
      >
        <p>{t("life.clusters.withdrawText", { name: request.partnership_name })}</p>
      </Confirm>
    </li>
  );
}
