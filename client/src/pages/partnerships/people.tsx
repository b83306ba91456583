/** The schools of a partnership, those that would like to come in, and the people who keep it going. */
import type { PartnershipDetail } from "./calls";
import { Bans } from "./bans";
import { Coordinators } from "./coordinators";
import { Delegates } from "./delegates";
import { InviteSchool } from "./invite-school";
import { JoinRequests } from "./join-requests";
import { Members } from "./members";
import { useSaid } from "./use-said";
import { Visitors } from "./visitors";

export function People({ record, takesPart }: { record: PartnershipDetail; takesPart: boolean }) {
  const isOver = record.status === "ended";
  const [said, say] = useSaid();
  return (
    <>
      {said}
      {record.join_requests.length > 0 && <JoinRequests record={record} onDone={say} />}
      <Members record={record}>{record.may.includes("invite") && <InviteSchool record={record} />}</Members>
      <Coordinators record={record} />
      {takesPart && !isOver && (
        <>
          <Delegates record={record} />
          <Visitors record={record} />
          {record.may.includes("ban") && <Bans record={record} />}
        </>
      )}
    </>
  );
}
