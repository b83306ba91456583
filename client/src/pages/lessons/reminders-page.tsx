/** My calendar's address, and which reminders I get. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { formatLocale } from "../../i18n";
import { usePerson } from "../../person";
import { dateAt, dateWords } from "../../time";
import { Button } from "../../ui/button";
import { CheckField } from "../../ui/choices";
import { Confirm } from "../../ui/confirm";
import { Actions } from "../../ui/form";
import { Page } from "../../ui/page";
import { CopyBox, Said, Section } from "../../ui/parts";
import { Failed, Skeleton, useFailureWords } from "../../ui/state";
import { endFeed, feed, makeFeed, remindByMail, reminders, type Reminders } from "./calls";
import { canPush, isPushed, startPush, stopPush } from "./push";
import "./lessons.css";

export function RemindersPage() {
  const { t } = useTranslation();
  const found = useQuery({ queryKey: ["reminders"], queryFn: reminders });
  return (
    <Page title={t("lessons.remindersTitle")}>
      <Feed />
      <Section title={t("lessons.remindMe")}>
        {found.isPending ? (
          <Skeleton blocks={["line", "line"]} />
        ) : found.isError ? (
          <Failed error={found.error} onRetry={() => void found.refetch()} />
        ) : (
          <>
            <ByMail found={found.data} />
            <ByPush found={found.data} />
          </>
        )}
      </Section>
    </Page>
  );
}

function Feed() {
  const { t, i18n } = useTranslation();
  const { timezone } = usePerson().school;
  const queries = useQueryClient();
  const failure = useFailureWords();
  const [isAsking, ask] = useState(false);
  const known = useQuery({ queryKey: ["calendar-feed"], queryFn: feed });
  const refresh = () => void queries.invalidateQueries({ queryKey: ["calendar-feed"] });
  const make = useMutation({
    mutationFn: makeFeed,
    onSuccess: () => {
      ask(false);
      refresh();
    },
  });
  const end = useMutation({
    mutationFn: endFeed,
    onSuccess: () => {
      make.reset();
      refresh();
    },
  });
  const since = known.data?.made_at;
  return (
    <Section title={t("lessons.feedTitle")}>
      <p>{t("lessons.feedText")}</p>
      {make.data ? (
        <CopyBox label={t("lessons.feedAddress")} text={`${location.origin}${make.data.path}`} hint={t("lessons.feedOnce")} />
      ) : (
        since && <p className="soft">{t("lessons.feedSince", { date: dateWords(dateAt(new Date(since), timezone), formatLocale(i18n.language)) })}</p>
      )}
      <Actions>
        <Button isPending={make.isPending || known.isPending} onPress={() => (since ? ask(true) : make.mutate())}>
          {t(since ? "lessons.feedRenew" : "lessons.feedMake")}
        </Button>
        {since && (
          <Button look="quiet" isPending={end.isPending} onPress={() => end.mutate()}>
            {t("lessons.feedEnd")}
          </Button>
        )}
      </Actions>
      <Said tone="danger">{end.error ? failure(end.error) : !isAsking && make.error ? failure(make.error) : ""}</Said>
      <Confirm
        isOpen={isAsking}
        title={t("lessons.feedRenewAsk")}
        doIt={t("lessons.feedRenew")}
        isPending={make.isPending}
        error={make.error}
        onConfirm={() => make.mutate()}
        onClose={() => ask(false)}
      >
        <p>{t("lessons.feedRenewText")}</p>
      </Confirm>
    </Section>
  );
}

function useKeep() {
  const queries = useQueryClient();
  return (after: Reminders) => queries.setQueryData(["reminders"], after);
}

function ByMail({ found }: { found: Reminders }) {
  const { t } = useTranslation();
  const failure = useFailureWords();
  const choose = useMutation({ mutationFn: remindByMail, onSuccess: useKeep() });
  if (!found.mail_is_sent) return <p className="soft">{t("lessons.noMail")}</p>;
  return (
    <>
      <CheckField
        label={t("lessons.byMail")}
        hint={t("lessons.byMailHint")}
        isChecked={choose.isPending ? choose.variables : found.by_mail}
        onChange={(wanted) => choose.mutate(wanted)}
      />
      <Said tone="danger">{choose.error ? failure(choose.error) : ""}</Said>
    </>
  );
}

function ByPush({ found }: { found: Reminders }) {
  const { t, i18n } = useTranslation();
  const failure = useFailureWords();
  const keep = useKeep();
  const [said, say] = useState("");
  const here = useQuery({ queryKey: ["push-here"], queryFn: isPushed, enabled: canPush() });
  const choose = useMutation({
    mutationFn: (wanted: boolean) => (wanted ? startPush(found.push_key, i18n.language) : stopPush()),
    onSuccess: (after, wanted) => {
      if (after) keep(after);
      say(wanted && !after ? t("lessons.pushDenied") : "");
      void here.refetch();
    },
  });
  if (!found.push_key) return null;
  if (!canPush()) return <p className="soft">{t("lessons.noPush")}</p>;
  return (
    <>
      <CheckField
        label={t("lessons.byPush")}
        hint={t("lessons.byPushHint")}
        isChecked={choose.isPending ? choose.variables : (here.data ?? false)}
        onChange={(wanted) => choose.mutate(wanted)}
      />
      <Said tone="danger">{choose.error ? failure(choose.error) : said}</Said>
    </>
  );
}
