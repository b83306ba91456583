/** The ground rules, before a space is first entered: one idea a line, and a yes. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link, Redirect, useLocation } from "wouter";
import { client, take } from "../../api";
import { usePerson } from "../../person";
import { Button } from "../../ui/button";
import { Animal } from "../../ui/drawing";
import { Page, useTitle } from "../../ui/page";
import { Failed, Skeleton, useFailureWords } from "../../ui/state";
import "./rules.css";

const RULES = ["r1", "r2", "r3", "r4", "r5", "r6", "r7"] as const;
const aboutMe = () => take(client.GET("/api/me"));
const accept = (version: number) => take(client.POST("/api/me/ground-rules", { body: { version } }));

export function RulesPage({ spaceId }: { spaceId: string }) {
  const { t } = useTranslation();
  const person = usePerson();
  const queries = useQueryClient();
  const [, go] = useLocation();
  const heading = useTitle(t("rules.title"));
  const words = useFailureWords();
  const me = useQuery({ queryKey: ["me"], queryFn: aboutMe, gcTime: 0, staleTime: Infinity });
  const due = me.data?.ground_rules;
  const yes = useMutation({
    mutationFn: accept,
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ["today"] });
      go(`/spaces/${spaceId}`, { replace: true });
    },
    onError: () => void me.refetch(),
  });
  if (due?.accepted_at && !yes.isPending) return <Redirect to={`/spaces/${spaceId}`} replace />;

  return (
    <Page
      title={t("rules.title")}
      heading={
        <div className="hello">
          {person.kind === "student" && <Animal slug={person.avatar} size={72} />}
          <h1 ref={heading} tabIndex={-1}>
            {t("rules.title")}
          </h1>
        </div>
      }
    >
      {me.isPending ? (
        <Skeleton blocks={["line", "card", "card"]} />
      ) : !due ? (
        <Failed error={me.error} onRetry={() => void me.refetch()} />
      ) : (
        <div className="rules">
          <p className="rules__lead">{t(`rules.${due.wording}.lead`)}</p>
          <ol className="rules__list">
            {RULES.map((rule) => (
              <li key={rule} className="rules__one">
                {t(`rules.${due.wording}.${rule}`)}
              </li>
            ))}
          </ol>
          {yes.isError && (
            <p className="notice notice--danger" role="alert">
              {words(yes.error)}
            </p>
          )}
          <div className="rules__end">
            <Button look="primary" className="rules__yes" isPending={yes.isPending} onPress={() => yes.mutate(due.version)}>
              {t(`rules.${due.wording}.yes`)}
            </Button>
            <Link href="/" className="button button--quiet">
              {t("rules.back")}
            </Link>
          </div>
        </div>
      )}
    </Page>
  );
}
