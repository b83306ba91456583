/** The menu of `PersonMenu`. */
import type { ReactNode } from "react";
import { Menu, MenuItem, MenuTrigger } from "react-aria-components/Menu";
import { Popover } from "react-aria-components/Popover";
import type { PersonMenuItem } from "./person-menu";

interface PopupProps {
  items: readonly PersonMenuItem[];
  /** The button it belongs to. */
  children: ReactNode;
  isOpen: boolean;
  onOpenChange(isOpen: boolean): void;
}

export default function PersonMenuPopup({ items, children, isOpen, onOpenChange }: PopupProps) {
  return (
    <MenuTrigger isOpen={isOpen} onOpenChange={onOpenChange}>
      {children}
      <Popover className="menu" placement="bottom end">
        <Menu className="menu__items" onAction={(id) => items.find((item) => item.id === id)?.onAction()}>
          {items.map((item) => (
            <MenuItem key={item.id} id={item.id} className="menu__item" data-danger={item.isDanger ? "" : undefined}>
              {item.label}
            </MenuItem>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
