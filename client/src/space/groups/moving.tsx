/** What everyone sees of groups: where the page goes, where it is, and what was said to all of them. */
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Avatar } from "../../ui/avatar";
import { Button } from "../../ui/button";
import { SchoolShape } from "../../ui/school";
import type { ChatMessage } from "../frames";
import type { Room } from "../room";
import { colourOf } from "../roster";
import type { SpaceState } from "../state";
import { groupWith, nextStep } from "./going";
import { useMoving } from "./use-moving";
import "./moving.css";

const ANNOUNCED_MS = 10_000;

/** A card that says where the page goes. It takes nothing: not the focus, not a tap. */
export function Moving({ room, state, isStudent }: { room: Room; state: SpaceState; isStudent: boolean }) {
  const { t } = useTranslation();
  const notice = useMoving(room, state, isStudent);
  return (
    <div role="status" className="moving">
      {notice && (
        <div className="moving__card">
          <p className="moving__where">
            {notice.kind === "group" ? t("groups.goTo", { no: notice.no }) : t(`groups.${notice.kind}`)}
          </p>
          {notice.kind === "group" && notice.people.length > 0 && (
            <>
              <p>{t("groups.with")}</p>
              <ul className="moving__people">
                {notice.people.map((person) => {
                  const colour = colourOf(state.schools, person.school_id);
                  return (
                    <li key={person.user_id}>
                      <Avatar person={person} colour={colour} size={32} />
                      <SchoolShape colour={colour} />
                      <bdi>{person.name}</bdi>
                    </li>
                  );
                })}
              </ul>
            </>
          )}
        </div>
      )}
    </div>
  );
}

/** For a student in the space itself while the others are in groups. */
export function GroupStrip({ state, isStudent }: { state: SpaceState; isStudent: boolean }) {
  const { t } = useTranslation();
  const step = state.line === "joined" && state.space ? nextStep(state.groups, state.at, isStudent).kind : "stay";
  return (
    <div role="status" className="group-strip">
      {(step === "wait" || step === "refused") && <p className="notice line-strip__notice">{t(`groups.${step}`)}</p>}
    </div>
  );
}

/** In which room of the space the page is; for staff, the way back. */
export function Where({ room, state, isStaff, onBack }: { room: Room; state: SpaceState; isStaff: boolean; onBack(): void }) {
  const { t } = useTranslation();
  const { told } = state.groups;
  const no = state.space?.group_no ?? told?.groups.find((group) => group.id === state.at)?.no;
  const root = told?.root_id ?? state.root?.id;
  if (root === undefined || state.at === root) return null;
  return (
    <span className="where">
      <strong className="where__group">{no === undefined || no === null ? t("groups.before") : t("groups.group", { no })}</strong>
      {isStaff && (
        <Button
          onPress={() => {
            room.moveTo(root);
            onBack();
          }}
        >
          {t("groups.toEveryone")}
        </Button>
      )}
    </span>
  );
}

/** Where somebody is who is not in this room. For adults. */
export function InGroup({ state, userId }: { state: SpaceState; userId: string }) {
  const { t } = useTranslation();
  const group = groupWith(state.groups, userId);
  return group && group.id !== state.at ? <span className="soft">{t("groups.group", { no: group.no })}</span> : null;
}

/** Something that was said to all groups at once, while it is new. It is in the chat as well. */
export function Announcement({ state }: { state: SpaceState }) {
  const { t } = useTranslation();
  const [shown, setShown] = useState<ChatMessage>();
  const seen = useRef(new Set<string>());
  const news = state.messages.filter((message) => message.announced && message.seq > state.joinedSeq && !message.deleted).at(-1);
  const key = news && `${news.author.user_id} ${news.client_id}`;
  useEffect(() => {
    // Whoever goes from one room to the other meanwhile finds it in both.
    if (!news || !key || seen.current.has(key)) return;
    seen.current.add(key);
    if (news.author.user_id !== state.userId) setShown(news);
  }, [key]);
  useEffect(() => {
    if (!shown) return;
    const timer = setTimeout(() => setShown(undefined), ANNOUNCED_MS);
    return () => clearTimeout(timer);
  }, [shown]);
  return (
    <div role="status" className="announcement-strip">
      {shown && (
        <div className="announcement">
          <p>
            <span className="announcement__who">{t("groups.announcedBy", { name: shown.author.name })}</span>{" "}
            <span dir="auto">{shown.text}</span>
          </p>
          <Button look="quiet" onPress={() => setShown(undefined)}>
            {t("app.close")}
          </Button>
        </div>
      )}
    </div>
  );
}
