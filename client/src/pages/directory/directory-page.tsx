/** The staff of the schools that mine works with. Never students, and no e-mail addresses. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { wordsFor } from "../../i18n";
import { usePerson } from "../../person";
import { SelectField } from "../../ui/choices";
import { Page } from "../../ui/page";
import { PagedList, usePaged } from "../../ui/paged";
import { Initials, SchoolName } from "../../ui/school";
import { Empty } from "../../ui/state";
import { FinderTabs } from "../finder/finder-tabs";
import { SearchWords } from "../finder/search-words";
import { partnerships } from "../partnerships/calls";
import { directory, type DirectoryEntry } from "./calls";
import "../requests/requests.css";
import "./directory.css";

const AT_WORK: readonly string[] = ["active", "suspended"];

export function DirectoryPage() {
  const { t } = useTranslation();
  const [search, setSearch] = useState("");
  const [partnership, setPartnership] = useState("all");
  const records = useQuery({ queryKey: ["partnerships"], queryFn: partnerships });
  const working = records.data?.items.filter((each) => AT_WORK.includes(each.status)) ?? [];
  const paged = usePaged(["directory", search, partnership], (cursor) =>
    directory({ search, cursor, ...(partnership !== "all" && { partnership }) }),
  );
  return (
    <Page title={t("directory.title")}>
      <FinderTabs />
      <p className="soft">{t("directory.lead")}</p>
      <div className="narrow">
        <SearchWords label={t("directory.search")} value={search} onChange={setSearch} />
        {working.length > 0 && (
          <SelectField
            label={t("directory.partnership")}
            value={partnership}
            options={[{ value: "all", label: t("directory.all") }, ...working.map(({ id, name }) => ({ value: id, label: name }))]}
            onChange={setPartnership}
          />
        )}
      </div>
      <PagedList
        paged={paged}
        empty={<Empty title={t("directory.emptyTitle")}>{t(search ? "ui.nothingFound" : "directory.empty")}</Empty>}
      >
        {(items) => (
          <ul className="people">
            {items.map((entry) => (
              <PersonEntry key={entry.user_id} entry={entry} />
            ))}
          </ul>
        )}
      </PagedList>
    </Page>
  );
}

function PersonEntry({ entry }: { entry: DirectoryEntry }) {
  const { t } = useTranslation();
  const me = usePerson();
  const posts = entry.posts.map((post) => wordsFor(t, "post", post, "post.teacher"));
  return (
    <li className="person">
      <Initials name={entry.name} colour={entry.school.colour} size={44} />
      <div>
        <p className="person__name">
          <bdi>{entry.name}</bdi>
          {entry.user_id === me.id && <span className="soft"> {t("directory.you")}</span>}
        </p>
        <p className="soft">{posts.join(" · ")}</p>
      </div>
      <div>
        <Link href={`/schools/${entry.school.id}`} className="person__school">
          <SchoolName school={entry.school} />
        </Link>
        <p className="soft">
          {entry.partnerships.map((each, index) => (
            <span key={each.id}>
              {index > 0 && " · "}
              <Link href={`/partnerships/${each.id}`}>
                <bdi>{each.name}</bdi>
              </Link>
            </span>
          ))}
        </p>
      </div>
    </li>
  );
}
