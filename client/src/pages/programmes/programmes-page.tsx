/** The programmes: what schools can take part in. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { formatLocale, wordsFor } from "../../i18n";
import { isOfOffice, usePerson } from "../../person";
import { countryName } from "../../time";
import { Page, useTitle } from "../../ui/page";
import { Badge } from "../../ui/parts";
import { Empty, Failed, Skeleton } from "../../ui/state";
import { takesPart } from "../finder/sides";
import { listWords } from "../finder/words";
import { programmes } from "./calls";
import "../finder/finder.css";
import "./programmes.css";

export function ProgrammesPage() {
  const { t, i18n } = useTranslation();
  const person = usePerson();
  const locale = formatLocale(i18n.language);
  const isOfficer = person.roles.includes("programme_officer");
  const heading = useTitle(t("programmes.title"));
  const list = useQuery({ queryKey: ["programmes"], queryFn: programmes });
  return (
    <Page
      title={t("programmes.title")}
      heading={
        <div className="school-head">
          <h1 ref={heading} tabIndex={-1}>
            {t("programmes.title")}
          </h1>
          {isOfficer && (
            <Link href="/programmes/new" className="button button--secondary">
              {t("programmes.new")}
            </Link>
          )}
        </div>
      }
    >
      {list.isPending ? (
        <Skeleton blocks={["card", "card"]} />
      ) : list.isError ? (
        <Failed error={list.error} onRetry={() => void list.refetch()} />
      ) : list.data.items.length === 0 ? (
        <Empty title={t("programmes.emptyTitle")}>{t("programmes.empty")}</Empty>
      ) : (
        <ul className="cards">
          {list.data.items.map((item) => (
            <li key={item.id} className="card entry programme">
              <div className="entry__text">
                <h2 className="entry__name">
                  <Link href={`/programmes/${item.id}`} className="entry__link">
                    <bdi>{item.name}</bdi>
                  </Link>
                </h2>
                <p>
                  {item.participating_countries.length === 0
                    ? t("programmes.homeAny", { country: countryName(item.home_country, locale) })
                    : item.participating_countries.length === 1
                      ? t("programmes.homeOne", {
                          country: countryName(item.home_country, locale),
                          other: countryName(item.participating_countries[0] ?? "", locale),
                        })
                      : t("programmes.homeMany", { country: countryName(item.home_country, locale), count: item.participating_countries.length })}
                </p>
                <p className="soft">{listWords(item.kinds.map((kind) => wordsFor(t, "kind", kind, "kind.cluster")), locale)}</p>
              </div>
              {item.can_edit ? (
                <Badge tone="good">{t("programmes.yours")}</Badge>
              ) : (
                !isOfOffice(person) && takesPart(item, person.school.country) && <Badge>{t("programmes.open")}</Badge>
              )}
            </li>
          ))}
        </ul>
      )}
    </Page>
  );
}
