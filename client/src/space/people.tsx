/** Who is here, by school. */
import { useTranslation } from "react-i18next";
import { formatLocale } from "../i18n";
import { Avatar } from "../ui/avatar";
import { SchoolName } from "../ui/school";
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
