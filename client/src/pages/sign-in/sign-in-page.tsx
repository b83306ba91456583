/** The front door. Students: class code, then their animal, then three pictures. Staff: e-mail and password. */
import { useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useEffect, useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { ApiFailure, api, type ClassRoster } from "../../api";
import { pageWith } from "../../i18n";
import { Brand } from "../../ui/brand";
import { DoorButton } from "../../ui/door-button";
import { Field } from "../../ui/field";
import { LanguageChoice } from "../../ui/language";
import { useFailureWords } from "../../ui/state";
import { toNextHeading } from "../../ui/title";
import "./sign-in.css";

const DeviceDoor = lazy(async () => ({
  default: (await pageWith(["records/devices"], () => import("./device-door"))).DeviceDoor,
}));
const ClassSteps = lazy(async () => ({ default: (await import("./class-steps")).ClassSteps }));

interface SignInPageProps {
  /** A login card was shown: the class is known, and who it is. */
  start?: { roster: ClassRoster; studentId: string };
  /** Why somebody who came with a card is here all the same. */
  notice?: string;
  /** This is a device of a class-room, called so. */
  device?: string | undefined;
}

export function SignInPage({ start, notice, device }: SignInPageProps) {
  const { t } = useTranslation();
  const [roster, setRoster] = useState(start?.roster);
  const [isElsewhere, setElsewhere] = useState(false);
  useEffect(() => {
    document.title = `${t("signIn.title")} · Commonroom`;
  }, [t]);
  return (
    <div className="door">
      <header className="top top--door">
        <Brand />
        <LanguageChoice />
      </header>
      <main className="door__main">
        {roster ? (
          <Suspense fallback={null}>
            <ClassSteps
              roster={roster}
              studentId={roster === start?.roster ? start?.studentId : undefined}
              onLeave={() => setRoster(undefined)}
            />
          </Suspense>
        ) : device && !isElsewhere ? (
          <Suspense fallback={null}>
            <DeviceDoor name={device} onLeave={() => setElsewhere(true)} />
          </Suspense>
        ) : (
          <>
            <div className="door__welcome">
              <h1>{t("signIn.title")}</h1>
              <p>{t("signIn.lead")}</p>
            </div>
            {notice && (
              <p className="notice" role="alert">
                {notice}
              </p>
            )}
            <div className="door__ways">
              <ClassCodeForm onFound={setRoster} />
              <StaffForm />
            </div>
          </>
        )}
      </main>
    </div>
  );
}

function ClassCodeForm({ onFound }: { onFound(roster: ClassRoster): void }) {
  const { t } = useTranslation();
  const [code, setCode] = useState("");
  const { error, setError, isBusy, run } = useAttempt(t("signIn.wrongCode"));

  function submit(event: FormEvent) {
    event.preventDefault();
    if (code.trim() === "") return setError(t("signIn.missingCode"));
    void run(async () => onFound(await api.signInClass(code.trim())));
  }

  return (
    <form className="card way" onSubmit={submit} noValidate aria-labelledby="way-student">
      <h2 id="way-student">{t("signIn.student")}</h2>
      <Field
        label={t("signIn.code")}
        hint={t("signIn.codeHint")}
        error={error}
        value={code}
        onChange={(value) => setCode(spacedCode(value))}
        className="field__input--code"
        autoComplete="off"
        autoCorrect="off"
        spellCheck={false}
        maxLength={20}
      />
      <DoorButton type="submit" look="primary" isBusy={isBusy}>
        {t("signIn.goIn")}
      </DoorButton>
      <p className="soft">{t("signIn.cardHint")}</p>
    </form>
  );
}

function StaffForm() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [missing, setMissing] = useState<{ email?: string; password?: string }>({});
  const [isHelpShown, setHelpShown] = useState(false);
  const { error, setError, isBusy, run } = useAttempt(t("signIn.wrongStaff"));

  function submit(event: FormEvent) {
    event.preventDefault();
    setError(undefined);
    const gaps = {
      ...(email.trim() === "" && { email: t("signIn.missingEmail") }),
      ...(password === "" && { password: t("signIn.missingPassword") }),
    };
    setMissing(gaps);
    if (Object.keys(gaps).length > 0) return;
    void run(async () => {
      const session = await api.signInStaff(email.trim(), password);
      toNextHeading();
      queries.setQueryData(["session"], session);
    });
  }

  return (
    <form className="card way" onSubmit={submit} noValidate aria-labelledby="way-staff">
      <h2 id="way-staff">{t("signIn.staff")}</h2>
      <Field
        label={t("signIn.email")}
        error={missing.email}
        type="email"
        autoComplete="username"
        maxLength={254}
        value={email}
        onChange={setEmail}
      />
      <Field
        label={t("signIn.password")}
        error={missing.password ?? error}
        type="password"
        autoComplete="current-password"
        maxLength={1024}
        value={password}
        onChange={setPassword}
      />
      <div className="way__actions">
        <DoorButton type="submit" look="primary" isBusy={isBusy}>
          {t("signIn.signIn")}
        </DoorButton>
        <DoorButton look="quiet" aria-expanded={isHelpShown} onClick={() => setHelpShown(!isHelpShown)}>
          {t("signIn.forgot")}
        </DoorButton>
      </div>
      <p role="status" className="way__help">
        {isHelpShown && t("signIn.forgotHelp")}
      </p>
    </form>
  );
}

/** One try at the door: busy while it runs, and a sentence when it fails. */
function useAttempt(wrong: string) {
  const words = useFailureWords();
  const [error, setError] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  async function run(attempt: () => Promise<unknown>) {
    setBusy(true);
    setError(undefined);
    try {
      await attempt();
    } catch (failure) {
      setError(failure instanceof ApiFailure && failure.code === "sign_in_failed" ? wrong : words(failure));
    } finally {
      setBusy(false);
    }
  }
  return { error, setError, isBusy, run };
}

/** Capitals, and the dash that the card shows: "abc123" reads ABC-123. */
export function spacedCode(typed: string): string {
  const plain = typed.toUpperCase().replace(/[^\p{L}\p{N}]/gu, "");
  return plain.length > 3 && plain.length <= 6 ? `${plain.slice(0, 3)}-${plain.slice(3)}` : plain;
}
