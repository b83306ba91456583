/** The door is closed: why, what was kept, and what to do now. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link, Redirect } from "wouter";
import { api, nobodyHere } from "../api";
import { formatLocale, wordsFor } from "../i18n";
import { usePerson } from "../person";
import { dayAndClock } from "../time";
import { Button } from "../ui/button";
import { Page, useTitle } from "../ui/page";

/** Staff still read what was said in a space of a partnership that rests or is over, or that they were sent out of. */
const STILL_READ: ReadonlySet<string> = new Set(["partnership_suspended", "partnership_ended", "removed_for_now"]);

export function ShutOut({ spaceId, reason }: { spaceId: string; reason: string }) {
  const { t } = useTranslation();
  const person = usePerson();
  const queries = useQueryClient();
  const title = wordsFor(t, "closed", `${reason}.title`, "closed.general.title");
  const heading = useTitle(title);
  if (reason === "ground_rules") return <Redirect to={`/rules/${spaceId}`} replace />;
  return (
    <Page
      title={title}
      heading={
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
      }
    >
      <div className="shut" role="status">
        <p>{wordsFor(t, "closed", `${reason}.why`, "closed.general.why")}</p>
        {reason === "outside_hours" && <OpensAgain spaceId={spaceId} />}
        {reason !== "not_found" && <p>{t("closed.kept")}</p>}
        {reason === "signed_out" ? (
          <Button look="primary" onPress={() => queries.setQueryData(["session"], nobodyHere)}>
            {t("signIn.signIn")}
          </Button>
        ) : reason === "wrong_version" || reason === "bad_frame" || reason === "too_many" ? (
          <Button look="primary" onPress={() => location.reload()}>
            {t("space.reload")}
          </Button>
        ) : (
          <>
            <p>{t(person.kind === "student" ? "closed.todoStudent" : "closed.todoStaff")}</p>
            <Link href="/" className="button button--primary">
              {t("space.back")}
            </Link>
            {person.kind === "staff" && STILL_READ.has(reason) && (
              <Link href={`/spaces/${spaceId}/past`} className="button button--secondary">
                {t("today.past")}
              </Link>
            )}
          </>
        )}
      </div>
    </Page>
  );
}

/** When the space opens by itself, where that is known; Today knows it. */
function OpensAgain({ spaceId }: { spaceId: string }) {
  const { t, i18n } = useTranslation();
  const { school } = usePerson();
  const today = useQuery({ queryKey: ["today"], queryFn: api.today });
  const opensAt = today.data?.spaces.find((space) => space.id === spaceId)?.opens_at;
  if (!opensAt) return null;
  const when = dayAndClock(new Date(opensAt), new Date(), school.timezone, formatLocale(i18n.language));
  return (
    <p>
      <strong>{t("closed.opensAt", { when })}</strong>
    </p>
  );
}
