/** Before the lesson: a student is in the right place, and sees who else is. */
import { useTranslation } from "react-i18next";
import { formatLocale } from "../../i18n";
import { Avatar } from "../../ui/avatar";
import { Clocks } from "../../ui/clocks";
import { SchoolName } from "../../ui/school";
import { bySchool } from "../roster";
import type { SpaceState } from "../state";

interface LobbyProps {
  state: SpaceState;
  mySchool: { id: string; timezone: string };
}

export default function Lobby({ state, mySchool }: LobbyProps) {
  const { t, i18n } = useTranslation();
  const groups = bySchool(state, mySchool.id, formatLocale(i18n.language));
  return (
    // On a phone it is longer than its place: the keyboard scrolls it, too.
    <section className="lobby" aria-labelledby="lobby-title" tabIndex={0}>
      <h2 id="lobby-title">{t("lesson.lobbyTitle")}</h2>
      <p className="lobby__text">{t("lesson.lobbyText")}</p>
      {state.lesson.lesson && (
        <p className="lobby__lesson">
          <bdi>{state.lesson.lesson.title}</bdi>
        </p>
      )}
      <Clocks here={mySchool.timezone} there={state.schools.filter((each) => each.id !== mySchool.id)} isMarked />
      <div className="lobby__schools">
        {groups.map(({ school, people }) => (
          <div key={school.id}>
            <h3>
              <SchoolName school={school} />
            </h3>
            {people.length === 0 ? (
              <p className="soft">{t("lesson.lobbyNobody")}</p>
            ) : (
              <ul className="lobby__people">
                {people.map((person) => (
                  <li key={person.user_id}>
                    <Avatar person={person} colour={school.colour} size={48} />
                    <bdi>{person.name}</bdi>
                  </li>
                ))}
              </ul>
            )}
          </div>
        ))}
      </div>
    </section>
  );
}
