/** Where I am signed in, and a way to end it from here. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api } from "../api";
import { formatLocale } from "../i18n";
import { usePerson } from "../person";
import { dateAndClock } from "../time";
import { Button } from "../ui/button";
import { Page } from "../ui/page";
import { Failed, Skeleton, useFailureWords } from "../ui/state";

export function SignInsPage() {
  const { t, i18n } = useTranslation();
  const { timezone } = usePerson().school;
  const queries = useQueryClient();
  const words = useFailureWords();
  const signIns = useQuery({ queryKey: ["sign-ins"], queryFn: api.sessions });
  const end = useMutation({
    mutationFn: api.endSession,
    onSettled: () => queries.invalidateQueries({ queryKey: ["sign-ins"] }),
  });
  const when = (moment: string) => dateAndClock(new Date(moment), timezone, formatLocale(i18n.language));

  return (
    <Page title={t("signIns.title")}>
      <p>{t("signIns.lead")}</p>
      <p role="status" className="saying">
        {end.isSuccess && t("signIns.ended")}
        {end.isError && words(end.error)}
      </p>
      {signIns.isPending ? (
        <Skeleton blocks={["card", "card"]} />
      ) : signIns.isError ? (
        <Failed error={signIns.error} onRetry={() => void signIns.refetch()} />
      ) : (
        <ul className="cards">
          {signIns.data.map((each) => (
            <li key={each.id} className="card entry">
              <div className="entry__text">
                <h2 className="entry__name">
                  <bdi>{each.device || t("signIns.unknown")}</bdi>
                </h2>
                {each.current && <p className="here-mark">{t("signIns.this")}</p>}
                <p className="soft">{t("signIns.since", { when: when(each.signed_in_at) })}</p>
                <p className="soft">{t("signIns.lastSeen", { when: when(each.last_seen_at) })}</p>
              </div>
              {!each.current && (
                <Button
                  className="entry__go"
                  aria-label={t("signIns.endOn", { device: each.device || t("signIns.unknown") })}
                  isPending={end.isPending && end.variables === each.id}
                  onPress={() => end.mutate(each.id)}
                >
                  {t("signIns.end")}
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
    </Page>
  );
}
