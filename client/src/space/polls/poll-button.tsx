/** The way to ask a question, for the teacher's bar. */
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../ui/button";
import type { Room } from "../room";

const PollMaker = lazy(() => import("./poll-maker"));

export function PollButton({ room, isDisabled = false }: { room: Room; isDisabled?: boolean }) {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button aria-haspopup="dialog" isDisabled={isDisabled} onPress={() => setOpen(true)}>
        {t("poll.button")}
      </Button>
      {isOpen && (
        <Suspense fallback={null}>
          <PollMaker room={room} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
