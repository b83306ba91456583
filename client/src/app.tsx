/** Which page is shown: the front door while nobody is signed in, else the page of the address. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useEffect } from "react";
import { I18nProvider } from "react-aria-components/I18nProvider";
import { useTranslation } from "react-i18next";
import { Route, Switch } from "wouter";
import { api, whenSignedOut } from "./api";
import { formatLocale } from "./i18n";
import { SignInPage } from "./pages/sign-in/sign-in-page";
import { PersonContext } from "./person";
import { Failed } from "./ui/state";

const TodayPage = lazy(async () => ({ default: (await import("./pages/today/today-page")).TodayPage }));
const SignInsPage = lazy(async () => ({ default: (await import("./pages/sign-ins-page")).SignInsPage }));
const NotFoundPage = lazy(async () => ({ default: (await import("./pages/not-found-page")).NotFoundPage }));
const SpacePage = lazy(async () => ({ default: (await import("./space/space-page")).SpacePage }));
const PartnershipsPage = lazy(async () => ({
  default: (await import("./pages/partnerships/partnerships-page")).PartnershipsPage,
}));
const PartnershipPage = lazy(async () => ({
  default: (await import("./pages/partnerships/partnership-page")).PartnershipPage,
}));

export function App() {
  const { i18n } = useTranslation();
  const queries = useQueryClient();
  const session = useQuery({ queryKey: ["session"], queryFn: api.session, staleTime: Infinity });
  const person = session.data?.person;
  const personId = person?.id;
  const audience = person ? person.kind : "student";

  useEffect(() => {
    whenSignedOut(() => queries.setQueryData(["session"], { person: null }));
  }, [queries]);
  useEffect(() => {
    // Nothing of the person before may be seen by the next one on a shared tablet.
    queries.removeQueries({ predicate: (query) => query.queryKey[0] !== "session" });
  }, [personId, queries]);
  useEffect(() => {
    document.documentElement.dataset["audience"] = audience;
  }, [audience]);

  return (
    <I18nProvider locale={formatLocale(i18n.language)}>
      {session.isError ? (
        <main className="alone">
          <Failed error={session.error} onRetry={() => void session.refetch()} />
        </main>
      ) : session.isPending ? null : person ? (
        <PersonContext value={person}>
          <Suspense fallback={null}>
            <Switch>
              <Route path="/" component={TodayPage} />
              <Route path="/spaces/:id">{({ id }) => <SpacePage key={id} spaceId={id} />}</Route>
              {person.kind === "staff" && <Route path="/partnerships" component={PartnershipsPage} />}
              {person.kind === "staff" && (
                <Route path="/partnerships/:id">{({ id }) => <PartnershipPage key={id} id={id} />}</Route>
              )}
              <Route path="/sign-ins" component={SignInsPage} />
              <Route component={NotFoundPage} />
            </Switch>
          </Suspense>
        </PersonContext>
      ) : (
        <SignInPage />
      )}
    </I18nProvider>
  );
}
