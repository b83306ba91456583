/** A button, and in its place what it asks for once it is pressed. */
import { useEffect, useRef, useState, type ReactNode } from "react";
import { Button } from "../../ui/button";

/** Open or not, with the focus where the reader goes on: into the form, and back to the button. */
export function useFold() {
  const [isOpen, setOpen] = useState(false);
  const wasOpen = useRef(false);
  const opener = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (isOpen) panel.current?.querySelector<HTMLElement>("h3, input, select, textarea")?.focus();
    else if (wasOpen.current) opener.current?.focus();
    wasOpen.current = isOpen;
  }, [isOpen]);
  return { isOpen, opener, panel, open: () => setOpen(true), close: () => setOpen(false) };
}

interface UnfoldProps {
  /** On the button. */
  label: string;
  /** Over the form. */
  title: string;
  children(close: () => void): ReactNode;
  look?: "primary" | "secondary";
}

export function Unfold({ label, title, children, look = "secondary" }: UnfoldProps) {
  const fold = useFold();
  if (!fold.isOpen)
    return (
      <div>
        <Button ref={fold.opener} look={look} onPress={fold.open}>
          {label}
        </Button>
      </div>
    );
  return (
    <div className="card unfold" ref={fold.panel}>
      <h3 tabIndex={-1}>{title}</h3>
      {children(fold.close)}
    </div>
  );
}
