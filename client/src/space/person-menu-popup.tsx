/** The menu of `PersonMenu`. */
import { useEffect, useRef, useState, type ReactNode } from "react";
import { Menu, MenuItem, MenuTrigger } from "react-aria-components/Menu";
import { Popover } from "react-aria-components/Popover";
import { allowedOf, type PersonMenuItem } from "./person-menu";

interface PopupProps {
  items: readonly PersonMenuItem[];
  /** The button it belongs to. */
  children: ReactNode;
  isOpen: boolean;
  onOpenChange(isOpen: boolean): void;
}

export default function PersonMenuPopup({ items, children, isOpen, onOpenChange }: PopupProps) {
  const [allowed, setAllowed] = useState<ReadonlySet<string>>(new Set());
  const newest = useRef(items);
  newest.current = items;
  useEffect(() => {
    if (!isOpen) return;
    let isOver = false;
    void allowedOf(newest.current).then((found) => isOver || setAllowed(found));
    return () => {
      isOver = true;
    };
  }, [isOpen]);
  const offered = items.filter((item) => !item.when || allowed.has(item.id));
  return (
    <MenuTrigger isOpen={isOpen} onOpenChange={onOpenChange}>
      {children}
      <Popover className="menu" placement="bottom end">
        <Menu className="menu__items" onAction={(id) => items.find((item) => item.id === id)?.onAction()}>
          {offered.map((item) => (
            <MenuItem key={item.id} id={item.id} className="menu__item" data-danger={item.isDanger ? "" : undefined}>
              {item.label}
            </MenuItem>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
