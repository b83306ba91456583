/** Changing a programme, in two steps: what it would do, then doing it. What was written is kept throughout. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiFailure } from "../../api";
import { wordsFor } from "../../i18n";
import { Button } from "../../ui/button";
import { Actions, Form } from "../../ui/form";
import { edit, preview, programme, type Affected, type Preview, type ProgrammeDetail, type ProgrammeRules } from "./calls";
import { changedParts } from "./changed";
import { draftOf, merged, problemsOf, rulesOf, RulesFields, type Draft } from "./rules-form";

interface Seen {
  rules: ProgrammeRules;
  found: Preview;
}

export function EditProgramme({ record, onClose }: { record: ProgrammeDetail; onClose(said: string): void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  // The programme as it was read, which a refetch in the background must not change under the writer.
  const [base, setBase] = useState(record);
  const [draft, setDraft] = useState(() => draftOf(record.name, record.rules));
  const [seen, setSeen] = useState<Seen>();
  const [theirs, setTheirs] = useState<ProgrammeDetail>();
  const [isStale, setStale] = useState(false);
  const told = useRef<HTMLHeadingElement>(null);

  const look = useMutation({
    mutationFn: async () => {
      const rules = rulesOf(draft);
      return { rules, found: await preview(base.id, rules) };
    },
    onSuccess: setSeen,
  });
  const save = useMutation({
    mutationFn: ({ rules, found }: Seen) => edit(base.id, { version: base.version, name: draft.name.trim(), rules, digest: found.digest }),
    onSuccess: (after) => {
      queries.setQueryData(["programme", base.id], after);
      for (const key of ["programmes", "partnerships", "partnership"]) void queries.invalidateQueries({ queryKey: [key] });
      onClose(t("programmes.savedText"));
    },
    onError: async (error) => {
      if (!(error instanceof ApiFailure)) return;
      if (error.code === "preview_first") {
        setSeen(undefined);
        setStale(true);
        look.mutate();
      }
      if (error.code === "changed_meanwhile") setTheirs(await programme(base.id).catch(() => undefined));
    },
  });

  useEffect(() => {
    if (seen) told.current?.focus();
  }, [seen]);

  function change(next: Draft) {
    setDraft(next);
    setSeen(undefined);
    setStale(false);
    save.reset();
  }

  if (theirs) {
    return (
      <Conflict
        parts={changedParts(base, theirs)}
        onMine={() => {
          setDraft(merged(base, draft, theirs));
          setBase(theirs);
          setTheirs(undefined);
          setSeen(undefined);
          save.reset();
        }}
        onTheirs={() => {
          queries.setQueryData(["programme", base.id], theirs);
          onClose("");
        }}
      />
    );
  }

  return (
    <>
      <Form
        error={look.error}
        onSubmit={() => {
          const problems = problemsOf(t, draft);
          if (Object.keys(problems).length > 0) return problems;
          if (!look.isPending) look.mutate();
        }}
      >
        <p className="soft">{t("programmes.editLead")}</p>
        <RulesFields draft={draft} onChange={change} />
        <Actions>
          <Button look={seen ? "secondary" : "primary"} type="submit" isPending={look.isPending}>
            {t("programmes.preview")}
          </Button>
          <Button onPress={() => onClose("")}>{t("app.cancel")}</Button>
        </Actions>
      </Form>
      {seen && (
        <section className="section preview" aria-labelledby="programme-preview">
          <h2 id="programme-preview" ref={told} tabIndex={-1}>
            {t("programmes.previewTitle")}
          </h2>
          {isStale && <p className="notice">{t("errors.preview_first")}</p>}
          <Effects found={seen.found} />
          <Form error={save.error} onSubmit={() => void (save.isPending || save.mutate(seen))}>
            <Actions>
              <Button look={seen.found.would_fail.length > 0 ? "danger" : "primary"} type="submit" isPending={save.isPending}>
                {t(seen.found.would_fail.some((each) => each.status === "active") ? "programmes.saveAnyway" : "programmes.save")}
              </Button>
            </Actions>
          </Form>
        </section>
      )}
    </>
  );
}

function Effects({ found }: { found: Preview }) {
  const { t } = useTranslation();
  const suspended = found.would_fail.filter((each) => each.status === "active");
  const others = found.would_fail.filter((each) => each.status !== "active");
  return (
    <>
      {found.would_fail.length === 0 && <p>{t("programmes.noneFails")}</p>}
      {suspended.length > 0 && <AffectedList title={t("programmes.wouldSuspend", { count: suspended.length })} items={suspended} />}
      {others.length > 0 && <AffectedList title={t("programmes.wouldFail", { count: others.length })} items={others} />}
      {found.fail_already.length > 0 && <AffectedList title={t("programmes.failAlready", { count: found.fail_already.length })} items={found.fail_already} />}
      {found.would_mend > 0 && <p>{t("programmes.wouldMend", { count: found.would_mend })}</p>}
    </>
  );
}

function AffectedList({ title, items }: { title: string; items: readonly Affected[] }) {
  const { t } = useTranslation();
  return (
    <div className="affected">
      <h3>{title}</h3>
      <ul className="lines">
        {items.map((item) => (
          <li key={item.id} className="line affected__one">
            <p>
              <bdi>{item.name}</bdi>{" "}
              <span className="soft">
                {wordsFor(t, "kind", item.kind, "kind.cluster")} · {wordsFor(t, "status", item.status, "status.draft")}
              </span>
            </p>
            <ul className="bullets">
              {item.failing.map((rule) => (
                <li key={rule.code}>
                  {t("partnerships.unmet")}: {wordsFor(t, "rule", rule.code, "programmes.otherRule", { ...rule.params, detail: rule.detail })}
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Two officers at once: what the other one has changed, and a choice. Nothing that was written is lost. */
function Conflict({ parts, onMine, onTheirs }: { parts: readonly string[]; onMine(): void; onTheirs(): void }) {
  const { t } = useTranslation();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <section className="section" aria-labelledby="programme-conflict">
      <h2 id="programme-conflict" ref={heading} tabIndex={-1}>
        {t("programmes.conflictTitle")}
      </h2>
      <p>{t("programmes.conflictText")}</p>
      <ul className="bullets">
        {parts.map((part) => (
          <li key={part}>{t(`programmes.part.${part}` as "programmes.part.name")}</li>
        ))}
      </ul>
      <Actions>
        <Button look="primary" onPress={onMine}>
          {t("programmes.conflictMine")}
        </Button>
        <Button onPress={onTheirs}>{t("programmes.conflictTheirs")}</Button>
      </Actions>
    </section>
  );
}
