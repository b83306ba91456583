/** What messages said before they were edited or deleted: for safeguarding leads, one at a time, with a reason. */
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { formatLocale } from "../../i18n";
import { usePerson } from "../../person";
import { clockAt, dayAt } from "../../time";
import { Button } from "../../ui/button";
import { SelectField } from "../../ui/choices";
import { usePaged } from "../../ui/paged";
import { Failed, Skeleton } from "../../ui/state";
import { openSealed, sealedIn, type SealedItem, type SealedReason } from "./calls";

const REASONS: readonly SealedReason[] = ["report", "concern", "family", "authority"];

export function Sealed({ id }: { id: string }) {
  const { t } = useTranslation();
  const paged = usePaged<SealedItem>(["sealed", id], (cursor) => sealedIn(id, cursor));
  if (paged.isFirstPending) return <Skeleton blocks={["line"]} />;
  if (paged.error && paged.items.length === 0) return <Failed error={paged.error} onRetry={paged.tryAgain} />;
  return (
    <section className="section" aria-labelledby="sealed">
      <h2 id="sealed">{t("past.sealed")}</h2>
      <p className="soft">{t(paged.items.length > 0 ? "past.sealedWhy" : "past.sealedNone")}</p>
      <ul className="past">
        {paged.items.map((item) => (
          <One key={item.message.message_id} id={id} item={item} />
        ))}
      </ul>
      {paged.hasMore && (
        <Button isPending={paged.isMorePending} onPress={paged.showMore}>
          {t("past.older")}
        </Button>
      )}
    </section>
  );
}

function One({ id, item: { message, author, deleted_by: deletedBy } }: { id: string; item: SealedItem }) {
  const { t, i18n } = useTranslation();
  const zone = usePerson().school.timezone;
  const locale = formatLocale(i18n.language);
  const [isAsked, setAsked] = useState(false);
  const [reason, setReason] = useState<SealedReason | "">("");
  const opened = useMutation({ mutationFn: (why: SealedReason) => openSealed(id, message.message_id, why) });
  const at = (moment: string) => `${dayAt(new Date(moment), zone, locale)}, ${clockAt(new Date(moment), zone, locale)}`;
  return (
    <li className="past__one">
      <p className="past__who">
        <strong>
          <bdi>{author.name}</bdi>
        </strong>
        <time className="soft" dateTime={message.sent_at}>
          {at(message.sent_at)}
        </time>
        <span className="soft">
          {message.deleted_at
            ? t("past.deletedBy", { name: deletedBy?.name ?? "?", time: at(message.deleted_at) })
            : t("past.editedAt", { time: at(message.last_at) })}
        </span>
      </p>
      {opened.data ? (
        <ol>
          {opened.data.map((words) => (
            <li key={words.replaced_at}>
              <p className="past__text" dir="auto">
                {words.text}
              </p>
            </li>
          ))}
        </ol>
      ) : isAsked ? (
        <form
          className="form"
          onSubmit={(event) => {
            event.preventDefault();
            if (reason !== "") opened.mutate(reason);
          }}
        >
          <SelectField
            label={t("past.reason")}
            value={reason}
            options={REASONS.map((each) => ({ value: each, label: t(`past.reasons.${each}`) }))}
            onChange={setReason}
            hint={t("past.reasonHint")}
          />
          {opened.error && <Failed error={opened.error} onRetry={() => opened.reset()} />}
          <Button type="submit" look="primary" isDisabled={reason === ""} isPending={opened.isPending}>
            {t("past.openWords")}
          </Button>
        </form>
      ) : (
        <Button onPress={() => setAsked(true)}>{t("past.openAsk")}</Button>
      )}
    </li>
  );
}
