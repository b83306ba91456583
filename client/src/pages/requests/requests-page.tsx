/** The letters between my school and others that begin a partnership. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { formatLocale, wordsFor } from "../../i18n";
import { usePerson } from "../../person";
import { countryName, dateAt, dateWords } from "../../time";
import { SelectField } from "../../ui/choices";
import { Page } from "../../ui/page";
import { PagedList, usePaged } from "../../ui/paged";
import { Empty } from "../../ui/state";
import { FinderTabs } from "../finder/finder-tabs";
import { requests, type PartnerRequestItem, type RequestQuery } from "./calls";
import { RequestMark } from "./request-mark";
import "./requests.css";

const SIDES = ["all", "theirs", "ours"] as const;
const STATES = ["any", "open", "accepted", "declined", "withdrawn"] as const;

export function RequestsPage() {
  const { t } = useTranslation();
  const [side, setSide] = useState<(typeof SIDES)[number]>("all");
  const [state, setState] = useState<(typeof STATES)[number]>("any");
  const paged = usePaged(["partner-requests", side, state], (cursor) =>
    requests({
      cursor,
      ...(side !== "all" && { mine: side === "ours" }),
      ...(state !== "any" && { status: state as NonNullable<RequestQuery["status"]> }),
    }),
  );
  return (
    <Page title={t("requests.title")}>
      <FinderTabs />
      <p className="soft">{t("requests.lead")}</p>
      <div className="narrow">
        <SelectField label={t("requests.side")} value={side} options={SIDES.map((value) => ({ value, label: t(`requests.${value}`) }))} onChange={setSide} />
        <SelectField
          label={t("requests.state")}
          value={state}
          options={STATES.map((value) => ({ value, label: value === "any" ? t("finder.any") : wordsFor(t, "request", value, "finder.any") }))}
          onChange={setState}
        />
      </div>
      <PagedList
        paged={paged}
        empty={
          <Empty title={t("requests.emptyTitle")}>
            {t("requests.empty")} <Link href="/find-a-partner">{t("finder.title")}</Link>
          </Empty>
        }
      >
        {(items) => (
          <ul className="cards">
            {items.map((item) => (
              <RequestEntry key={item.id} item={item} />
            ))}
          </ul>
        )}
      </PagedList>
    </Page>
  );
}

function RequestEntry({ item }: { item: PartnerRequestItem }) {
  const { t, i18n } = useTranslation();
  const locale = formatLocale(i18n.language);
  const { timezone } = usePerson().school;
  const other = item.is_mine ? item.to_school : item.from_school;
  const date = dateWords(dateAt(new Date(item.asked_at), timezone), locale);
  return (
    <li className="card entry letter">
      <div className="entry__text">
        <h2 className="entry__name">
          <Link href={`/partner-requests/${item.id}`} className="entry__link">
            <bdi>{other.name}</bdi>
          </Link>
        </h2>
        <p className="soft">
          {countryName(other.country, locale)} · {wordsFor(t, "kind", item.kind, "kind.cluster")} · <bdi>{item.programme_name}</bdi>
        </p>
        <p>{t(item.is_mine ? "requests.youAsked" : "requests.theyAsked", { date })}</p>
      </div>
      <RequestMark request={item} />
    </li>
  );
}
