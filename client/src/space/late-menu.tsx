/** A menu that is fetched when it is first opened, behind one small button with three dots. */
import { useRef, useState, type Ref } from "react";
import { Button } from "../ui/button";

/** What closes a menu takes the focus back itself, mostly, within a frame or two. */
const RETURN_AFTER_MS = 100;

/** `isOpen` is undefined until it is opened for the first time: until then there is only the button. */
export function useLateMenu() {
  const [isOpen, setOpen] = useState<boolean>();
  const button = useRef<HTMLButtonElement>(null);
  const change = (next: boolean) => {
    setOpen(next);
    if (next) return;
    setTimeout(() => {
      // The button that opened it the first time is not the one that is there since: the menu does not know it.
      if (document.activeElement === document.body) button.current?.focus();
    }, RETURN_AFTER_MS);
  };
  return { isOpen, change, button };
}

interface DotsProps {
  label: string;
  className: string;
  ref: Ref<HTMLButtonElement>;
  excludeFromTabOrder?: boolean;
  onPress(): void;
}

export function Dots({ label, ...button }: DotsProps) {
  return (
    <Button look="quiet" aria-haspopup="menu" {...button}>
      <svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true">
        <circle cx="5" cy="12" r="2" />
        <circle cx="12" cy="12" r="2" />
        <circle cx="19" cy="12" r="2" />
      </svg>
      <span className="visually-hidden">{label}</span>
    </Button>
  );
}
