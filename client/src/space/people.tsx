/** Who is here, by school. */
import { useTranslation } from "react-i18next";
import { formatLocale } from "../i18n";
import { Avatar } from "../ui/avatar";
import { SchoolName } from "../ui/school";
import { besides } from "./devices/known";
import { PersonMenu, type PersonItems } from "./person-menu";
import { bySchool } from "./roster";
import type { SpaceState } from "./state";

interface PeopleProps {
  state: SpaceState;
  mySchoolId: string;
  /** What this person may do about each of the others. */
  items: PersonItems;
}

export function People({ state, mySchoolId, items }: PeopleProps) {
  const { t, i18n } = useTranslation();
  return (
    <div className="people">
      {bySchool(state, mySchoolId, formatLocale(i18n.language)).map(({ school, people }) => (
        <section key={school.id} className="people__school" aria-labelledby={`school-${school.id}`}>
          <h3 id={`school-${school.id}`}>
            <SchoolName school={school} />
          </h3>
          {people.length === 0 ? (
            <p className="soft">{t("space.nobodyFrom")}</p>
          ) : (
            <ul>
              {people.map((person) => (
                <li key={person.user_id} className="people__person">
                  <Avatar person={person} colour={school.colour} size={32} />
                  <bdi>{person.name}</bdi>
                  {person.user_id === state.userId && <span className="soft">({t("space.you")})</span>}
                  <AtOneDevice state={state} userId={person.user_id} />
                  {person.kind === "staff" && <span className="soft">{t("space.staff")}</span>}
                  {state.lesson.hands.includes(person.user_id) && <span className="people__hand">{t("lesson.hand")}</span>}
                  <PersonMenu person={person} items={items(person)} />
                </li>
              ))}
            </ul>
          )}
        </section>
      ))}
    </div>
  );
}

/** Several sit at one device: staff should know whom a word reaches, and whose picture it is. */
function AtOneDevice({ state, userId }: { state: SpaceState; userId: string }) {
  const { t } = useTranslation();
  const names = besides(state.devices, userId).flatMap((id) => state.people.get(id)?.name ?? []);
  return names.length === 0 ? null : <span className="soft">{t("space.atOneDevice", { names: names.join(", ") })}</span>;
}
