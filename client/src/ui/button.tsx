/** A button with a word on it. One primary button a view. */
import type { Ref } from "react";
import { Button as AriaButton, type ButtonProps as AriaButtonProps } from "react-aria-components/Button";

export interface ButtonProps extends Omit<AriaButtonProps, "className"> {
  look?: "primary" | "secondary" | "quiet" | "danger";
  className?: string;
  ref?: Ref<HTMLButtonElement>;
}

export function Button({ look = "secondary", className = "", ...props }: ButtonProps) {
  return <AriaButton {...props} className={`button button--${look} ${className}`} />;
}
