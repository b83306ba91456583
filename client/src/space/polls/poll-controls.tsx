/** What those who run the room do with a poll: open it, close it, show the results; and delete it. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../ui/button";
import { Question } from "../../ui/dialog";
import type { PollInfo, PollMove } from "../frames";
import type { Room } from "../room";
import { useRequest } from "./use-request";

/** What comes next, and beside it what else there is. */
const MOVES: Record<PollInfo["status"], readonly [PollMove, string][]> = {
  draft: [["open", "poll.open"]],
  open: [
    ["revealed", "poll.reveal"],
    ["closed", "poll.close"],
  ],
  closed: [
    ["revealed", "poll.reveal"],
    ["open", "poll.openAgain"],
  ],
  revealed: [["closed", "poll.hideResults"]],
};

export function PollControls({ room, poll }: { room: Room; poll: PollInfo }) {
  const { t } = useTranslation();
  const { ask, isPending, failure } = useRequest(room);
  return (
    <div className="poll__controls">
      {MOVES[poll.status].map(([to, words], at) => (
        <Button
          // The same button says what is next: who pressed it is still there.
          key={at}
          look={at === 0 && poll.status !== "revealed" ? "primary" : "secondary"}
          isPending={isPending}
          onPress={() => void ask({ type: "poll.set", poll_id: poll.id, to })}
        >
          {t(words)}
        </Button>
      ))}
      <p className="field__error" role="alert">
        {failure}
      </p>
    </div>
  );
}

/** Not beside what is done in a lesson: it cannot be taken back. */
export function DeletePoll({ room, poll }: { room: Room; poll: PollInfo }) {
  const { t } = useTranslation();
  const { ask, isPending, failure } = useRequest(room);
  const [isAsking, setAsking] = useState(false);
  const close = () => setAsking(false);
  const remove = async () => {
    if (await ask({ type: "poll.delete", poll_id: poll.id })) close();
  };
  return (
    <>
      <Button look="quiet" className="poll__delete" onPress={() => setAsking(true)}>
        {t("poll.delete")}
      </Button>
      <Question
        isOpen={isAsking}
        title={t("poll.deleteTitle")}
        onClose={close}
        actions={
          <>
            <Button look="quiet" onPress={close}>
              {t("app.cancel")}
            </Button>
            <Button look="danger" isPending={isPending} onPress={() => void remove()}>
              {t("poll.delete")}
            </Button>
          </>
        }
      >
        <p>
          <bdi>{poll.question}</bdi>
        </p>
        <p>{t("poll.deleteText")}</p>
        <p className="field__error" role="alert">
          {failure}
        </p>
      </Question>
    </>
  );
}
