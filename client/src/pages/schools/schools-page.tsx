/** The schools: for officers all of the countries they cover, verified or not; for others the verified ones. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "wouter";
import { formatLocale, wordsFor } from "../../i18n";
import { usePerson } from "../../person";
import { SelectField } from "../../ui/choices";
import { Page, useTitle } from "../../ui/page";
import { PagedList, usePaged } from "../../ui/paged";
import { Badge } from "../../ui/parts";
import { Empty } from "../../ui/state";
import { DataTable } from "../../ui/table";
import { vocabulary } from "../finder/calls";
import { Place } from "../finder/place";
import { SearchWords } from "../finder/search-words";
import { countryOptions } from "../finder/words";
import { schools, type SchoolItem } from "./calls";
import "../finder/finder.css";
import "../requests/requests.css";

export function SchoolsPage() {
  const { t, i18n } = useTranslation();
  const locale = formatLocale(i18n.language);
  const isOfficer = usePerson().roles.includes("programme_officer");
  const heading = useTitle(t("schools.title"));
  const [address, setAddress] = useSearchParams();
  const search = address.get("search") ?? "";
  const country = address.get("country") ?? "";
  const verified = address.get("verified") ?? "";
  const words = useQuery({ queryKey: ["vocabulary"], queryFn: vocabulary, staleTime: Infinity });
  const paged = usePaged(["schools", search, country, verified], (cursor) =>
    schools({ cursor, search: search.trim(), country, ...(verified && { verified: verified === "yes" }) }),
  );
  const put = (name: string, value: string) =>
    setAddress(
      (before) => {
        const next = new URLSearchParams(before);
        value ? next.set(name, value) : next.delete(name);
        return next;
      },
      { replace: true },
    );
  const any = { value: "any", label: t("finder.any") };

  return (
    <Page
      title={t("schools.title")}
      heading={
        <div className="school-head">
          <h1 ref={heading} tabIndex={-1}>
            {t("schools.title")}
          </h1>
          {isOfficer && (
            <Link href="/schools/new" className="button button--primary">
              {t("schools.register")}
            </Link>
          )}
        </div>
      }
    >
      <div className="narrow">
        <SearchWords value={search} onChange={(text) => put("search", text)} />
        <SelectField
          label={t("schools.country")}
          value={country || "any"}
          options={[any, ...countryOptions(words.data?.countries ?? [], locale)]}
          onChange={(code) => put("country", code === "any" ? "" : code)}
        />
        {isOfficer && (
          <SelectField
            label={t("schools.verification")}
            value={verified || "any"}
            options={[any, { value: "yes", label: t("schools.verified") }, { value: "no", label: t("schools.unverified") }]}
            onChange={(value) => put("verified", value === "any" ? "" : value)}
          />
        )}
      </div>
      <PagedList paged={paged} empty={<Empty title={t("schools.emptyTitle")}>{t("ui.nothingFound")}</Empty>}>
        {(items) => (
          <DataTable
            caption={t("schools.title")}
            rows={items}
            rowKey={(school) => school.id}
            columns={[
              {
                key: "name",
                title: t("schools.name"),
                isName: true,
                cell: (school: SchoolItem) => (
                  <Link href={`/schools/${school.id}`}>
                    <bdi>{school.name}</bdi>
                  </Link>
                ),
              },
              {
                key: "place",
                title: t("schools.place"),
                cell: (school) => (
                  <>
                    <Place town={school.town} country={school.country} />
                  </>
                ),
              },
              { key: "phase", title: t("schools.phase"), cell: (school) => wordsFor(t, "phase", school.phase, "phase.all_through") },
              ...(isOfficer
                ? [
                    {
                      key: "verified",
                      title: t("schools.verification"),
                      cell: (school: SchoolItem) => (
                        <Badge tone={school.is_verified ? "good" : "wait"}>{t(school.is_verified ? "schools.verified" : "schools.unverified")}</Badge>
                      ),
                    },
                  ]
                : []),
            ]}
          />
        )}
      </PagedList>
    </Page>
  );
}
