/** The menu of `MessageMenu`: reactions first, then what else can be done. */
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Header } from "react-aria-components/Header";
import { Menu, MenuItem, MenuSection, MenuTrigger } from "react-aria-components/Menu";
import { Popover } from "react-aria-components/Popover";
import type { MessageMenuProps } from "./message-menu";
import { KINDS, ReactionDrawing } from "./reactions";

interface PopupProps extends MessageMenuProps {
  /** The button it belongs to. */
  children: ReactNode;
  isOpen: boolean;
  onOpenChange(isOpen: boolean): void;
}

export default function MessageMenuPopup({ message, items, onReact, userId, children, isOpen, onOpenChange }: PopupProps) {
  const { t } = useTranslation();
  const mine = new Set(message.reactions?.filter(({ by }) => userId && by.includes(userId)).map(({ kind }) => kind));
  return (
    <MenuTrigger isOpen={isOpen} onOpenChange={onOpenChange}>
      {children}
      <Popover className="menu" placement="bottom end">
        <Menu className="menu__items">
          {onReact && (
            <MenuSection className="reaction-row" aria-label={t("chat.react")}>
              <Header className="visually-hidden">{t("chat.react")}</Header>
              {KINDS.map((kind) => (
                <MenuItem
                  key={kind}
                  id={`react-${kind}`}
                  className="menu__item reaction-row__one"
                  textValue={t(`chat.reaction.${kind}`)}
                  data-mine={mine.has(kind) ? "" : undefined}
                  onAction={() => onReact(kind, !mine.has(kind))}
                >
                  <ReactionDrawing kind={kind} />
                  <span className="reaction-row__word">{t(`chat.reaction.${kind}`)}</span>
                </MenuItem>
              ))}
            </MenuSection>
          )}
          <MenuSection aria-label={t("chat.more")}>
            {items.map((item) => (
              <MenuItem
                key={item.id}
                id={item.id}
                className="menu__item"
                data-danger={item.isDanger ? "" : undefined}
                onAction={item.onAction}
              >
                {item.label}
              </MenuItem>
            ))}
          </MenuSection>
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
