/** The head of a space: the way back, which room this is, and what else there is to know of it. */
import type { RefObject } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { usePerson } from "../person";
import { Clocks } from "../ui/clocks";
import { SchoolName } from "../ui/school";
import { Where } from "./groups/moving";
import type { Layout } from "./layout";
import { HelpButton } from "./moderation/help";
import type { Room } from "./room";
import type { SpaceState } from "./state";

interface SpaceHeadProps {
  spaceId: string;
  room: Room;
  state: SpaceState;
  layout: Layout;
  /** Of the space also in its groups; undefined until it is known. */
  name: string | undefined;
  heading: RefObject<HTMLHeadingElement | null>;
  /** Who runs the lesson is asked for help, and does not ask. */
  mayRun: boolean;
  /** From a group back to what shows all of them. */
  onBack(): void;
}

export function SpaceHead({ spaceId, room, state, layout, name, heading, mayRun, onBack }: SpaceHeadProps) {
  const { t } = useTranslation();
  const person = usePerson();
  const partners = state.schools.filter((school) => school.id !== person.school.id);
  return (
    <header className="space__head">
      <Link href="/" className="button button--quiet space__back">
        <svg className="flips" viewBox="0 0 24 24" width="20" height="20" aria-hidden="true">
          <path d="M15 5l-7 7l7 7" />
        </svg>
        {t("nav.today")}
      </Link>
      <div className="space__title" data-group={state.root && state.at !== state.root.id ? "" : undefined}>
        <h1 ref={heading} tabIndex={-1}>
          {name ? <bdi>{name}</bdi> : <span className="soft">{t("space.opening")}</span>}
        </h1>
        <Where room={room} state={state} isStaff={person.kind === "staff"} onBack={onBack} />
        {layout !== "phone" && (
          <ul className="schools">
            {state.schools.map((school) => (
              <li key={school.id}>
                <SchoolName school={school} isShort />
              </li>
            ))}
          </ul>
        )}
      </div>
      {person.kind === "staff" && layout !== "phone" && (
        <Link href={`/spaces/${spaceId}/record`} className="button button--quiet">
          {t("space.record")}
        </Link>
      )}
      {layout !== "phone" && (
        <Link href={`/spaces/${spaceId}/recaps`} className="button button--quiet">
          {t("space.past")}
        </Link>
      )}
      {layout !== "phone" && <Clocks here={person.school.timezone} there={partners} isMarked />}
      {name && !mayRun && <HelpButton room={room} state={state} isShort={layout === "phone"} />}
    </header>
  );
}
