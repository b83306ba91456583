/** A programme of my office that is not there yet. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { ApiFailure } from "../../api";
import { usePerson } from "../../person";
import { Button } from "../../ui/button";
import { Field } from "../../ui/field";
import { Actions, Form } from "../../ui/form";
import { Page } from "../../ui/page";
import { useFailureWords } from "../../ui/state";
import { create } from "./calls";
import { draftOf, problemsOf, rulesOf, RulesFields } from "./rules-form";
import { slugOf } from "./slug";

export function NewProgrammePage() {
  const { t } = useTranslation();
  const { school } = usePerson();
  const words = useFailureWords();
  const queries = useQueryClient();
  const [, go] = useLocation();
  const [draft, setDraft] = useState(() => draftOf("", { ...USUAL, home_country: school.country }));
  const [slug, setSlug] = useState("");
  const [isOwnSlug, setOwnSlug] = useState(false);
  const add = useMutation({
    mutationFn: () => create({ slug, name: draft.name.trim(), rules: rulesOf(draft) }),
    onSuccess: (made) => {
      queries.setQueryData(["programme", made.id], made);
      void queries.invalidateQueries({ queryKey: ["programmes"] });
      go(`/programmes/${made.id}`);
    },
  });
  const isTaken = add.error instanceof ApiFailure && add.error.code === "slug_taken";
  return (
    <Page title={t("programmes.newTitle")}>
      <Form
        error={add.error}
        onSubmit={() => {
          const problems = {
            ...problemsOf(t, draft),
            ...(/^[a-z0-9]+(-[a-z0-9]+)*$/.test(slug) ? {} : { slug: t("programmes.problem.slug") }),
          };
          if (Object.keys(problems).length > 0) return problems;
          if (!add.isPending) add.mutate();
        }}
      >
        <RulesFields
          draft={draft}
          onChange={(next) => {
            setDraft(next);
            if (!isOwnSlug) setSlug(slugOf(next.name));
          }}
        />
        <Field
          label={t("programmes.slug")}
          hint={t("programmes.slugHint")}
          name="slug"
          value={slug}
          onChange={(value) => {
            setOwnSlug(true);
            setSlug(value);
          }}
          error={isTaken ? words(add.error) : undefined}
          maxLength={64}
          autoComplete="off"
        />
        <Actions>
          <Button look="primary" type="submit" isPending={add.isPending}>
            {t("programmes.add")}
          </Button>
        </Actions>
      </Form>
    </Page>
  );
}

/** What the server would take where nothing is said. */
const USUAL = {
  agreement_max_months: 24,
  agreement_needed: false,
  cluster_min_home: 0,
  cluster_min_overseas: 1,
  cluster_min_schools: 4,
  retention_days: { chat: 365, sealed: 90, board: 365, files: 365, polls: 365, lessons: 730, reports: 1095 },
  roles: {
    lead: { invites: true, opens_cluster_wide: true, hosts: "yes" as const },
    partner: { invites: false, opens_cluster_wide: false, hosts: "yes" as const },
    network: { invites: false, opens_cluster_wide: false, hosts: "with_mentor" as const },
  },
};
