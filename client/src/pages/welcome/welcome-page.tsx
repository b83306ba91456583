/** A member of staff chooses a password: the first one, or a new one in place of a forgotten one. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { ApiFailure, api, nobodyHere } from "../../api";
import { clearOutboxes } from "../../space/outbox";
import { Brand } from "../../ui/brand";
import { DoorButton } from "../../ui/door-button";
import { Field } from "../../ui/field";
import { Form } from "../../ui/form";
import { LanguageChoice } from "../../ui/language";
import { Failed, Skeleton } from "../../ui/state";
import { choosePassword, look } from "./calls";
import "../sign-in/sign-in.css";
import "./welcome.css";

const PASSWORD_LEAST = 10;
const PASSWORD_MOST = 1024;

export function WelcomePage() {
  const token = useToken();
  return token ? <Link key={token} token={token} /> : <Over isMissing />;
}

/** What stands after `#` is read once and then taken out of the address bar: nobody reads it over a shoulder. */
function useToken(): string {
  const [token, setToken] = useState(() => location.hash.slice(1));
  useEffect(() => {
    const read = () => {
      const found = location.hash.slice(1);
      if (!found) return;
      setToken(found);
      history.replaceState(history.state, "", location.pathname);
    };
    read();
    addEventListener("hashchange", read);
    return () => removeEventListener("hashchange", read);
  }, []);
  return token;
}

function Link({ token }: { token: string }) {
  const { t } = useTranslation();
  const found = useQuery({ queryKey: ["welcome", token], queryFn: () => look(token), staleTime: Infinity, gcTime: 0 });
  const [isDone, setDone] = useState(false);
  if (isDone) return <Done />;
  if (found.isPending)
    return (
      <Door title={t("welcome.title")}>
        <Skeleton blocks={["line", "card"]} />
      </Door>
    );
  if (found.isError && isOver(found.error)) return <Over />;
  if (found.isError)
    return (
      <Door title={t("welcome.title")}>
        <Failed error={found.error} onRetry={() => void found.refetch()} />
      </Door>
    );
  return <Choose token={token} name={found.data.name} school={found.data.school_name} onDone={() => setDone(true)} />;
}

const isOver = (error: unknown) =>
  error instanceof ApiFailure && (error.code === "link_over" || error.code === "invalid");

function Choose({ token, name, school, onDone }: { token: string; name: string; school: string; onDone(): void }) {
  const { t } = useTranslation();
  const [password, setPassword] = useState("");
  const [again, setAgain] = useState("");
  const send = useMutation({ mutationFn: () => choosePassword(token, password), onSuccess: onDone });
  if (send.error instanceof ApiFailure && send.error.code === "link_over") return <Over />;

  function submit() {
    if (send.isPending) return;
    const gaps = {
      ...(Array.from(password).length < PASSWORD_LEAST && { password: t("welcome.short", { count: PASSWORD_LEAST }) }),
      ...(again !== password && { again: t("welcome.notSame") }),
    };
    if (Object.keys(gaps).length > 0) return gaps;
    send.mutate();
  }

  return (
    <Door title={t("welcome.title")}>
      <p className="welcome__who">
        <strong>
          <bdi>{name}</bdi>
        </strong>
        <span className="soft">
          <bdi>{school}</bdi>
        </span>
      </p>
      <Form className="card way" error={send.error} onSubmit={submit}>
        <p>{t("welcome.rules", { count: PASSWORD_LEAST })}</p>
        <Field
          label={t("welcome.password")}
          name="password"
          type="password"
          autoComplete="new-password"
          maxLength={PASSWORD_MOST}
          value={password}
          onChange={setPassword}
        />
        <Field
          label={t("welcome.again")}
          name="again"
          type="password"
          autoComplete="new-password"
          maxLength={PASSWORD_MOST}
          value={again}
          onChange={setAgain}
        />
        <div className="way__actions">
          <DoorButton type="submit" look="primary" isBusy={send.isPending}>
            {t("welcome.keep")}
          </DoorButton>
        </div>
      </Form>
    </Door>
  );
}

function Done() {
  const { t } = useTranslation();
  const signIn = useWayToSignIn();
  return (
    <Door title={t("welcome.doneTitle")}>
      <p>{t("welcome.doneText")}</p>
      <DoorButton look="primary" onClick={signIn}>
        {t("signIn.signIn")}
      </DoorButton>
    </Door>
  );
}

function Over({ isMissing = false }: { isMissing?: boolean }) {
  const { t } = useTranslation();
  const signIn = useWayToSignIn();
  return (
    <Door title={t(isMissing ? "welcome.missingTitle" : "welcome.overTitle")}>
      <p>{t(isMissing ? "welcome.missingText" : "welcome.overText")}</p>
      <p>{t("welcome.ask")}</p>
      <DoorButton onClick={signIn}>{t("signIn.signIn")}</DoorButton>
    </Door>
  );
}

/** To the front door, whoever was signed in at this computer. */
function useWayToSignIn() {
  const queries = useQueryClient();
  const [, go] = useLocation();
  return () => {
    void (async () => {
      if (queries.getQueryData<{ person: unknown }>(["session"])?.person) {
        clearOutboxes();
        await api.signOut().catch(() => undefined);
      }
      queries.setQueryData(["session"], nobodyHere);
      go("/", { replace: true });
    })();
  };
}

function Door({ title, children }: { title: string; children: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Commonroom`;
    heading.current?.focus();
  }, [title]);
  return (
    <div className="door">
      <header className="top top--door">
        <Brand />
        <LanguageChoice />
      </header>
      <main className="door__main welcome">
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {children}
      </main>
    </div>
  );
}
