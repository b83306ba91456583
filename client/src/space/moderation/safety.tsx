/** What anybody may do to keep people safe: report, and for adults, send somebody out. */
import { createContext, lazy, Suspense, useCallback, useContext, useMemo, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useQueryClient } from "@tanstack/react-query";
import { pageWith } from "../../i18n";
import { usePerson } from "../../person";
import { actorOf, hostOf } from "../devices/known";
import type { TakingOff } from "../devices/take-off-dialog";
import type { Person } from "../frames";
import type { MessageItems } from "../message-menu";
import type { PersonItems, PersonMenuItem } from "../person-menu";
import type { SpaceState } from "../state";
import { mayBan, type About } from "./calls";

const ReportDialog = lazy(async () => ({
  default: (await pageWith(["records/safeguarding"], () => import("./report-dialog"))).ReportDialog,
}));
const RemoveDialog = lazy(async () => ({
  default: (await pageWith(["records/safeguarding"], () => import("./remove-dialog"))).RemoveDialog,
}));
const BanDialog = lazy(async () => ({
  default: (await pageWith(["records/safeguarding"], () => import("./ban-dialog"))).BanDialog,
}));

const TakeOffDialog = lazy(() => pageWith(["records/devices"], () => import("../devices/take-off-dialog")));

/** So long the server's word on who may keep people out is good, ms; it is asked again when it is used. */
const MAY_BAN_FOR_MS = 60_000;

const Reporting = createContext<(about: About) => void>(() => {});

/** Opens the report of a message, a file, an object on the board or a person. */
export const useReport = () => useContext(Reporting);

interface Safety {
  items: PersonItems;
  messageItems: MessageItems;
  report(about: About): void;
  dialogs: ReactNode;
}

export function useSafety(spaceId: string, state: SpaceState): Safety {
  const { t } = useTranslation();
  const [about, setAbout] = useState<About>();
  const asId = state.devices.acting;
  // Whoever is chosen at this device when it begins, even if another one is tapped meanwhile.
  const tell = useCallback((found: About) => setAbout({ ...found, asId }), [asId]);
  const [leaving, setLeaving] = useState<Person>();
  const [banning, setBanning] = useState<Person>();
  const [parting, setParting] = useState<TakingOff>();
  const queries = useQueryClient();
  const me = usePerson();
  const isStaff = me.kind === "staff";
  const mySchoolId = me.school.id;
  const partnershipId = state.space?.partnership_id;
  const mayRun = state.grants.includes("space:moderate");
  const userId = actorOf(state);
  const { devices, people } = state;
  const items = useMemo<PersonItems>(
    () => (person) => {
      if (person.user_id === userId) return [];
      const found: PersonMenuItem[] = [];
      const { user_id, name, school_id } = person;
      const friend = people.get(hostOf(devices, user_id) ?? "")?.name;
      if (mayRun && school_id === mySchoolId && friend !== undefined)
        found.push({ id: "takeOff", label: t("safety.takeOff"), onAction: () => setParting({ userId: user_id, name, friend }) });
      if (mayRun) found.push({ id: "remove", label: t("safety.remove"), isDanger: true, onAction: () => setLeaving(person) });
      found.push({
        id: "report",
        label: t("safety.report"),
        onAction: () => tell({ kind: "person", subjectId: person.user_id, name: person.name }),
      });
      if (isStaff && partnershipId)
        // The last of the menu: it comes when the server has answered, and must not move what is there.
        found.push({
          id: "ban",
          label: t("safety.ban"),
          isDanger: true,
          when: () =>
            queries.fetchQuery({ queryKey: ["may-ban", partnershipId], queryFn: () => mayBan(partnershipId), staleTime: MAY_BAN_FOR_MS }),
          onAction: () => setBanning(person),
        });
      return found;
    },
    [t, tell, mayRun, mySchoolId, devices, people, userId, isStaff, partnershipId, queries],
  );
  const messageItems = useMemo<MessageItems>(
    () => (message) =>
      message.author.user_id === userId
        ? []
        : [
            {
              id: "report",
              label: t("safety.report"),
              onAction: () => tell({ kind: "message", subjectId: message.id, name: message.author.name }),
            },
          ],
    [t, tell, userId],
  );
  const reporter = state.devices.mine ? state.people.get(about?.asId ?? state.userId ?? "")?.name : undefined;
  const dialogs = (
    <Suspense fallback={null}>
      {about && <ReportDialog spaceId={spaceId} about={about} reporter={reporter} onClose={() => setAbout(undefined)} />}
      {leaving && state.space && <RemoveDialog space={state.space} person={leaving} onClose={() => setLeaving(undefined)} />}
      {parting && <TakeOffDialog spaceId={spaceId} {...parting} onClose={() => setParting(undefined)} />}
      {banning && state.space && <BanDialog space={state.space} person={banning} onClose={() => setBanning(undefined)} />}
    </Suspense>
  );
  return { items, messageItems, report: tell, dialogs };
}

export function SafetyProvider({ safety, children }: { safety: Safety; children: ReactNode }) {
  return (
    <Reporting value={safety.report}>
      {children}
      {safety.dialogs}
    </Reporting>
  );
}
