/**
 * What can be done about one person, behind one small button beside their name.
 *
 * The list comes from whoever has something to offer (`PersonItems`); without any there is no button. The
 * menu itself is fetched when it is first opened.
 */
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import type { Person } from "./frames";
import { Dots, useLateMenu } from "./late-menu";
import "./person-menu.css";

export interface PersonMenuItem {
  /** Unlike all others of the menu. */
  id: string;
  label: string;
  isDanger?: boolean;
  /** Asked each time the menu opens; offered only once the answer is yes. */
  when?(): Promise<boolean>;
  onAction(): void;
}

/** What a part of the space offers to do about a person; nothing, for most. */
export type PersonItems = (person: Person) => readonly PersonMenuItem[];

/** Several parts' offers as one, in this order. */
export function together(...parts: readonly PersonItems[]): PersonItems {
  return (person) => parts.flatMap((part) => part(person));
}

/** Which of these are offered, as far as that had to be asked for. Where nobody answers, none is. */
export async function allowedOf(items: readonly PersonMenuItem[]): Promise<ReadonlySet<string>> {
  const asked = items.flatMap(({ id, when }) => (when ? [when().then((may) => (may ? [id] : []), () => [])] : []));
  return new Set((await Promise.all(asked)).flat());
}

const Popup = lazy(() => import("./person-menu-popup"));

export function PersonMenu({ person, items }: { person: Person; items: readonly PersonMenuItem[] }) {
  const { t } = useTranslation();
  const { isOpen, change, button: ref } = useLateMenu();
  if (items.length === 0) return null;
  const button = <Dots label={t("lesson.menu", { name: person.name })} className="person-menu" ref={ref} onPress={() => change(true)} />;
  if (isOpen === undefined) return button;
  return (
    <Suspense fallback={button}>
      <Popup items={items} isOpen={isOpen} onOpenChange={change}>
        {button}
      </Popup>
    </Suspense>
  );
}
