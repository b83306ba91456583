/** Which page is shown: the front door while nobody is signed in, else the page of the address. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { lazy, useEffect } from "react";
import { I18nProvider } from "react-aria-components/I18nProvider";
import { useTranslation } from "react-i18next";
import { Route, Switch, useLocation } from "wouter";
import { api, nobodyHere, whenSignedOut } from "./api";
import { formatLocale, pageWith } from "./i18n";
import { SHARED_ROUTES, STAFF_ROUTES } from "./pages/routes";
import { SignInPage } from "./pages/sign-in/sign-in-page";
import { PersonContext } from "./person";
import { PageBoundary } from "./ui/page-boundary";
import { Failed } from "./ui/state";

const TodayPage = lazy(async () => ({ default: (await import("./pages/today/today-page")).TodayPage }));
const SignInsPage = lazy(async () => ({ default: (await import("./pages/sign-ins-page")).SignInsPage }));
const NotFoundPage = lazy(async () => ({ default: (await import("./pages/not-found-page")).NotFoundPage }));
const CardPage = lazy(async () => ({ default: (await import("./pages/card/card-page")).CardPage }));
const WelcomePage = lazy(async () => ({
  default: (await pageWith(["records", "records/agreements"], () => import("./pages/welcome/welcome-page"))).WelcomePage,
}));
const SpacePage = lazy(async () => ({
  default: (await pageWith(["room"], () => import("./space/space-page"))).SpacePage,
}));

const RulesPage = lazy(async () => ({
  default: (await pageWith(["rules"], () => import("./pages/rules/rules-page"))).RulesPage,
}));

export function App() {
  const { i18n } = useTranslation();
  const queries = useQueryClient();
  const [path] = useLocation();
  const session = useQuery({ queryKey: ["session"], queryFn: api.session, staleTime: Infinity });
  const person = session.data?.person;
  const personId = person?.id;
  const audience = person ? person.kind : "student";

  useEffect(() => {
    whenSignedOut(() => queries.setQueryData(["session"], nobodyHere));
  }, [queries]);
  useEffect(() => {
    // Nothing of the person before may be seen by the next one on a shared tablet.
    queries.removeQueries({ predicate: (query) => query.queryKey[0] !== "session" });
  }, [personId, queries]);
  const idleS = person ? (session.data?.idle_s ?? 0) : 0;
  useEffect(() => {
    if (idleS === 0) return;
    let stop = () => undefined as void;
    let isOver = false;
    void import("./devices/watch").then(({ watch }) => {
      if (!isOver) stop = watch(idleS, () => queries.setQueryData(["session"], nobodyHere));
    });
    return () => {
      isOver = true;
      stop();
    };
  }, [idleS, personId, queries]);
  useEffect(() => {
    document.documentElement.dataset["audience"] = audience;
  }, [audience]);

  return (
    <I18nProvider locale={formatLocale(i18n.language)}>
      {session.isError ? (
        <main className="alone">
          <Failed error={session.error} onRetry={() => void session.refetch()} />
        </main>
      ) : session.isPending ? null : path === "/welcome" || path === "/card" ? (
        <PageBoundary>{path === "/card" ? <CardPage person={person} /> : <WelcomePage />}</PageBoundary>
      ) : person ? (
        <PersonContext value={person}>
          <PageBoundary>
            <Switch>
              <Route path="/" component={TodayPage} />
              <Route path="/spaces/:id">{({ id }) => <SpacePage key={id} spaceId={id} />}</Route>
              <Route path="/rules/:id">{({ id }) => <RulesPage key={id} spaceId={id} />}</Route>
              {[...SHARED_ROUTES, ...(person.kind === "staff" ? STAFF_ROUTES : [])].map(({ path, show }) => (
                <Route key={path} path={path}>
                  {show}
                </Route>
              ))}
              <Route path="/sign-ins" component={SignInsPage} />
              <Route component={NotFoundPage} />
            </Switch>
          </PageBoundary>
        </PersonContext>
      ) : (
        <SignInPage device={session.data.device} />
      )}
    </I18nProvider>
  );
}
