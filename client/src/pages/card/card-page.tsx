/** A login card was scanned: straight to this student's three pictures. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Redirect } from "wouter";
import { api, ApiFailure, nobodyHere, type Me } from "../../api";
import { clearOutboxes } from "../../space/outbox";
import { DoorButton } from "../../ui/door-button";
import { Skeleton, useFailureWords } from "../../ui/state";
import { SignInPage } from "../sign-in/sign-in-page";
import { readCard, type Card } from "./read-card";

export function CardPage({ person }: { person: Me | null | undefined }) {
  const { t } = useTranslation();
  const [card, setCard] = useState(() => readCard(location.hash));
  // Whoever sat at this tablet before the card was shown, until they are signed out.
  const [before, setBefore] = useState(person?.id);
  useEffect(() => {
    if (!person) setBefore(undefined);
  }, [person]);
  useEffect(() => {
    const read = () => setCard(readCard(location.hash));
    addEventListener("hashchange", read);
    return () => removeEventListener("hashchange", read);
  }, []);
  if (person && (person.id !== before || person.id === card?.studentId)) return <Redirect to="/" replace />;
  if (person) return <SomebodyElse person={person} />;
  if (!card) return <SignInPage notice={t("card.unknown")} />;
  return <Pictures key={card.studentId} card={card} />;
}

function Pictures({ card }: { card: Card }) {
  const { t } = useTranslation();
  const words = useFailureWords();
  const found = useQuery({
    queryKey: ["card", card.code],
    queryFn: () => api.signInClass(card.code),
    staleTime: Infinity,
    gcTime: 0,
  });
  if (found.isPending)
    return (
      <main className="alone">
        <Skeleton blocks={["title", "card"]} />
      </main>
    );
  const isUnknown = found.isError
    ? found.error instanceof ApiFailure && found.error.code === "sign_in_failed"
    : !found.data.students.some(({ id }) => id === card.studentId);
  if (isUnknown) return <SignInPage notice={t("card.unknown")} />;
  if (found.isError) return <SignInPage notice={words(found.error)} />;
  return <SignInPage start={{ roster: found.data, studentId: card.studentId }} />;
}

/** A tablet that the child before has not left: nobody goes on as somebody else by mistake. */
function SomebodyElse({ person }: { person: Me }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [isStaying, setStaying] = useState(false);
  if (isStaying) return <Redirect to="/" replace />;

  async function signOut() {
    clearOutboxes();
    await api.signOut().catch(() => undefined);
    queries.setQueryData(["session"], nobodyHere);
  }

  return (
    <main className="alone step">
      <h1>{t("card.other", { name: person.name })}</h1>
      <div className="step__ways">
        <DoorButton look="primary" onClick={() => void signOut()}>
          {t("card.goOn")}
        </DoorButton>
        <DoorButton onClick={() => setStaying(true)}>{t("card.stay")}</DoorButton>
      </div>
    </main>
  );
}
