import type { ButtonHTMLAttributes } from "react";

interface DoorButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  look?: "primary" | "secondary" | "quiet";
  isBusy?: boolean;
}

/** The button of the front door: the browser's own, so that a first visit on a thin line is short. */
export function DoorButton({ look = "secondary", isBusy = false, className = "", type = "button", ...props }: DoorButtonProps) {
  return (
    <button
      {...props}
      type={type}
      className={`button button--${look} ${className}`}
      aria-busy={isBusy}
      onClick={isBusy ? (event) => event.preventDefault() : props.onClick}
    />
  );
}
