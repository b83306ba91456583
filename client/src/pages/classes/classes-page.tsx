/** The classes of my school; for a teacher, their own. */
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "wouter";
import { usePerson } from "../../person";
import { Button } from "../../ui/button";
import { CheckField } from "../../ui/choices";
import { PagedList, usePaged } from "../../ui/paged";
import { Empty } from "../../ui/state";
import { DataTable } from "../../ui/table";
import { manages, SchoolFrame } from "../school/frame";
import { classes } from "./calls";
import { ClassQuestion } from "./class-question";

export function ClassesPage() {
  const { t, i18n } = useTranslation();
  const isManager = manages(usePerson());
  const queries = useQueryClient();
  const [, go] = useLocation();
  const [isArchive, setArchive] = useState(false);
  const [isAdding, setAdding] = useState(false);
  const paged = usePaged(["classes", isArchive], classes(isArchive));
  const names = new Intl.ListFormat(i18n.language, { type: "unit" });

  return (
    <SchoolFrame title={t("ourClasses.title")}>
      <div className="section__head">
        <p className="soft">{t(isManager ? "ourClasses.leadManager" : "ourClasses.lead")}</p>
        {isManager && (
          <Button look="primary" onPress={() => setAdding(true)}>
            {t("ourClasses.add")}
          </Button>
        )}
      </div>
      <PagedList
        paged={paged}
        empty={
          <Empty title={t("ourClasses.emptyTitle")}>
            {t(isArchive ? "ourClasses.emptyArchive" : isManager ? "ourClasses.emptyManager" : "ourClasses.emptyTeacher")}
          </Empty>
        }
      >
        {(items) => (
          <DataTable
            caption={t("ourClasses.title")}
            rows={items}
            rowKey={({ id }) => id}
            columns={[
              {
                key: "name",
                title: t("ourClasses.class"),
                cell: (each) => (
                  <Link href={`/classes/${each.id}`} className="row-link">
                    <bdi>{each.name}</bdi>
                  </Link>
                ),
              },
              { key: "year", title: t("ourClasses.year"), cell: (each) => <bdi>{each.school_year}</bdi> },
              {
                key: "teachers",
                title: t("ourClasses.teachers"),
                cell: (each) =>
                  each.teachers.length > 0 ? names.format(each.teachers.map(({ name }) => name)) : <span className="soft">{t("ourClasses.nobody")}</span>,
              },
              { key: "students", title: t("ourClasses.students"), isNumber: true, cell: (each) => each.student_count },
            ]}
          />
        )}
      </PagedList>
      <CheckField label={t("ourClasses.showArchive")} isChecked={isArchive} onChange={setArchive} />
      {isAdding && (
        <ClassQuestion
          year={paged.items[0]?.school_year ?? ""}
          onClose={() => setAdding(false)}
          onDone={(made) => {
            void queries.invalidateQueries({ queryKey: ["classes"] });
            go(`/classes/${made.id}`);
          }}
        />
      )}
    </SchoolFrame>
  );
}
