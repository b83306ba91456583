/** A button, and in its place what it asks for once it is pressed. */
import { useEffect, useRef, useState, type ReactNode } from "react";
import { Button } from "../../ui/button";

interface UnfoldProps {
  /** On the button. */
  label: string;
  /** Over the form. */
  title: string;
  children(close: () => void): ReactNode;
  look?: "primary" | "secondary";
}

export function Unfold({ label, title, children, look = "secondary" }: UnfoldProps) {
  const [isOpen, setOpen] = useState(false);
  const wasOpen = useRef(false);
  const heading = useRef<HTMLHeadingElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (isOpen) heading.current?.focus();
    else if (wasOpen.current) opener.current?.focus();
    wasOpen.current = isOpen;
  }, [isOpen]);

  if (!isOpen)
    return (
      <div>
        <Button ref={opener} look={look} onPress={() => setOpen(true)}>
          {label}
        </Button>
      </div>
    );
  return (
    <div className="card unfold">
      <h3 ref={heading} tabIndex={-1}>
        {title}
      </h3>
      {children(() => setOpen(false))}
    </div>
  );
}
