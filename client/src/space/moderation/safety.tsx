/** What anybody may do to keep people safe: report, and for adults, send somebody out. */
import { createContext, lazy, Suspense, useContext, useMemo, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useQueryClient } from "@tanstack/react-query";
import { pageWith } from "../../i18n";
import { usePerson } from "../../person";
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
  const [leaving, setLeaving] = useState<Person>();
  const [banning, setBanning] = useState<Person>();
  const queries = useQueryClient();
  const isStaff = usePerson().kind === "staff";
  const partnershipId = state.space?.partnership_id;
  const mayRun = state.grants.includes("space:moderate");
  const { userId } = state;
  const items = useMemo<PersonItems>(
    () => (person) => {
      if (person.user_id === userId) return [];
      const found: PersonMenuItem[] = [];
      if (mayRun) found.push({ id: "remove", label: t("safety.remove"), isDanger: true, onAction: () => setLeaving(person) });
      found.push({
        id: "report",
        label: t("safety.report"),
        onAction: () => setAbout({ kind: "person", subjectId: person.user_id, name: person.name }),
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
    [t, mayRun, userId, isStaff, partnershipId, queries],
  );
  const messageItems = useMemo<MessageItems>(
    () => (message) =>
      message.author.user_id === userId
        ? []
        : [
            {
              id: "report",
              label: t("safety.report"),
              onAction: () => setAbout({ kind: "message", subjectId: message.id, name: message.author.name }),
            },
          ],
    [t, userId],
  );
  const dialogs = (
    <Suspense fallback={null}>
      {about && <ReportDialog spaceId={spaceId} about={about} onClose={() => setAbout(undefined)} />}
      {leaving && state.space && <RemoveDialog space={state.space} person={leaving} onClose={() => setLeaving(undefined)} />}
      {banning && state.space && <BanDialog space={state.space} person={banning} onClose={() => setBanning(undefined)} />}
    </Suspense>
  );
  return { items, messageItems, report: setAbout, dialogs };
}

export function SafetyProvider({ safety, children }: { safety: Safety; children: ReactNode }) {
  return (
    <Reporting value={safety.report}>
      {children}
      {safety.dialogs}
    </Reporting>
  );
}
