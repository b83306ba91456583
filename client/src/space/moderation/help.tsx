/** Asking for help, and who asks: it reaches every adult in the room. */
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../ui/button";
import { SchoolShape } from "../../ui/school";
import { actorOf } from "../devices/known";
import { everyone, groupWith } from "../groups/going";
import { InGroup } from "../groups/moving";
import { useRequest } from "../polls/use-request";
import type { Room } from "../room";
import { colourOf } from "../roster";
import type { SpaceState } from "../state";
import "./moderation.css";

/** So long it is said that somebody comes. */
const COMING_MS = 20_000;

/** For everybody who does not run the room themselves. */
export function HelpButton({ room, state, isShort }: { room: Room; state: SpaceState; isShort: boolean }) {
  const { t } = useTranslation();
  const { ask, isPending, failure } = useRequest(room);
  const me = actorOf(state);
  const isAsking = me !== undefined && state.moderation.help.has(me);
  return (
    <>
      <Button
        className="help__button"
        isPending={isPending}
        isDisabled={isAsking || state.line !== "joined"}
        onPress={() => void ask({ type: "help.ask", as_id: null })}
      >
        {t(isShort ? "safety.helpShort" : "safety.help")}
      </Button>
      {failure && <span role="alert">{failure}</span>}
    </>
  );
}

/** That help was asked for: for who asked, and for adults, wherever they look in the space. */
export function HelpStrip({ room, state }: { room: Room; state: SpaceState }) {
  return (
    <div role="status" className="help-strip">
      {state.grants.includes("space:moderate") ? <Asking room={room} state={state} /> : <Mine state={state} />}
    </div>
  );
}

function Mine({ state }: { state: SpaceState }) {
  const { t } = useTranslation();
  const { help, helper } = state.moderation;
  const [isOld, setOld] = useState(false);
  useEffect(() => {
    setOld(false);
    if (!helper) return;
    const timer = setTimeout(() => setOld(true), COMING_MS);
    return () => clearTimeout(timer);
  }, [helper]);
  const name = helper && !isOld ? state.people.get(helper)?.name : undefined;
  const isAsking = state.userId !== undefined && help.has(state.userId);
  if (!name && !isAsking) return null;
  return <p className="notice line-strip__notice">{name ? t("safety.helpComes", { name }) : `${t("safety.helpAsked")} ${t("safety.helpWait")}`}</p>;
}

function Asking({ room, state }: { room: Room; state: SpaceState }) {
  const { t } = useTranslation();
  const { ask, isPending, failure } = useRequest(room);
  // Those in groups, too; who says that they come goes there.
  const known = everyone(state);
  const asking = [...state.moderation.help.keys()].flatMap((id) => known.get(id) ?? []);
  const come = async (userId: string) => {
    const group = groupWith(state.groups, userId);
    if ((await ask({ type: "help.answer", user_id: userId })) && group) room.moveTo(group.id);
  };
  return (
    <>
      {asking.map((person) => (
        <div key={person.user_id} className="notice line-strip__notice">
          <p className="help-strip__who">
            <SchoolShape colour={colourOf(state.schools, person.school_id)} />
            {t("safety.asksHelp", { name: person.name })} <InGroup state={state} userId={person.user_id} />
          </p>
          <Button
            look="quiet"
            className="line-strip__try"
            isPending={isPending}
            onPress={() => void come(person.user_id)}
          >
            {t("safety.coming")}
          </Button>
        </div>
      ))}
      {failure && <p role="alert">{failure}</p>}
    </>
  );
}
