/** Who is at this device: a classmate joins by their own three pictures, and anybody may take one off. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { Dialog } from "react-aria-components/Dialog";
import { Modal, ModalOverlay } from "react-aria-components/Modal";
import { useTranslation } from "react-i18next";
import { api } from "../api";
import { Aliases, PicturesStep } from "../pages/sign-in/class-steps";
import "../pages/sign-in/sign-in.css";
import { usePerson } from "../person";
import { Button } from "../ui/button";
import { Animal } from "../ui/drawing";
import { Failed, Skeleton, useFailureWords } from "../ui/state";
import { classmates, join, leave, type Classmate } from "./calls";
import "./devices.css";

/** As `server.devices.rules.COMPANIONS_MAX`. */
const MOST = 5;

export default function SharingDialog({ onClose }: { onClose(): void }) {
  const { t } = useTranslation();
  const [joining, setJoining] = useState<Classmate>();
  const queries = useQueryClient();
  const refresh = () => queries.invalidateQueries({ queryKey: ["session"] });
  return (
    <ModalOverlay className="veil" isOpen isDismissable onOpenChange={(open) => open || onClose()}>
      <Modal className="dialog dialog--devices">
        <Dialog className="dialog__body" aria-label={t("devices.title")}>
          {joining ? (
            <PicturesStep
              student={joining}
              onPictures={async (pictures) => {
                await join(joining.id, pictures);
                await refresh();
                onClose();
              }}
              onLeave={() => setJoining(undefined)}
            />
          ) : (
            <Who onChosen={setJoining} onChanged={refresh} onClose={onClose} />
          )}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

interface WhoProps {
  onChosen(mate: Classmate): void;
  onChanged(): Promise<void>;
  onClose(): void;
}

function Who({ onChosen, onChanged, onClose }: WhoProps) {
  const { t } = useTranslation();
  const me = usePerson();
  const words = useFailureWords();
  const session = useQuery({ queryKey: ["session"], queryFn: api.session, staleTime: 0, refetchOnMount: "always" });
  const mates = useQuery({ queryKey: ["classmates"], queryFn: classmates });
  const [problem, setProblem] = useState("");
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const here = session.data?.companions ?? [];
  const isFull = here.length >= MOST;
  const others = (mates.data ?? []).filter(({ id }) => here.every((each) => each.id !== id));

  async function takeOff(id: string) {
    setProblem("");
    try {
      await leave(id);
    } catch (failure) {
      setProblem(words(failure));
    }
    await onChanged();
  }

  return (
    <div className="step">
      <h1 ref={heading} tabIndex={-1}>
        {t("devices.title")}
      </h1>
      <ul className="device-people">
        <li>
          <Animal slug={me.avatar} size={48} />
          <bdi>{me.name}</bdi>
        </li>
        {here.map((each) => (
          <li key={each.id}>
            <Animal slug={each.avatar} size={48} />
            <bdi>{each.alias}</bdi>
            <Button onPress={() => void takeOff(each.id)}>{t("devices.goes", { name: each.alias })}</Button>
          </li>
        ))}
      </ul>
      <p className="step__error" role="alert">
        {problem}
      </p>
      <p>{t(isFull ? "devices.full" : "devices.lead")}</p>
      {!isFull &&
        (mates.isPending ? (
          <Skeleton blocks={["card"]} />
        ) : mates.isError ? (
          <Failed error={mates.error} onRetry={() => void mates.refetch()} />
        ) : (
          <Aliases students={others} onChosen={onChosen} />
        ))}
      <Button onPress={onClose}>{t("devices.done")}</Button>
    </div>
  );
}
