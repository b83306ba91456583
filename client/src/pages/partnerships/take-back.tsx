/** A button that ends something for a person, with a question before. */
import { useState } from "react";
import { Button } from "../../ui/button";
import { Confirm } from "../../ui/confirm";
import { useChange } from "./use-change";

interface TakeBackProps {
  partnershipId: string;
  label: string;
  /** Whom or what it is about, for those who hear the button alone. */
  about: string;
  title: string;
  text: string;
  isDanger?: boolean;
  act(): Promise<unknown>;
  onDone(): void;
}

export function TakeBack({ partnershipId, label, about, title, text, isDanger = true, act, onDone }: TakeBackProps) {
  const [isOpen, setOpen] = useState(false);
  const change = useChange(partnershipId, act, () => {
    setOpen(false);
    onDone();
  });
  return (
    <div className="person-line__do">
      <Button look="quiet" onPress={() => setOpen(true)} aria-label={`${label}: ${about}`}>
        {label}
      </Button>
      <Confirm
        isOpen={isOpen}
        title={title}
        doIt={label}
        isDanger={isDanger}
        isPending={change.isPending}
        error={change.error}
        onConfirm={() => change.mutate(undefined)}
        onClose={() => {
          change.reset();
          setOpen(false);
        }}
      >
        <p>{text}</p>
      </Confirm>
    </div>
  );
}
