/** The schools of a partnership, those that would like to come in, and the people who keep it going. */
import { useRef, useState } from "react";
import { Said } from "../../ui/parts";
import type { PartnershipDetail } from "./calls";
import { Bans } from "./bans";
import { Coordinators } from "./coordinators";
import { Delegates } from "./delegates";
import { InviteSchool } from "./invite-school";
import { JoinRequests } from "./join-requests";
import { Members } from "./members";
import { Visitors } from "./visitors";

export function People({ record, takesPart }: { record: PartnershipDetail; takesPart: boolean }) {
  const isOver = record.status === "ended";
  const [answered, setAnswered] = useState("");
  const said = useRef<HTMLDivElement>(null);
  return (
    <>
      <div ref={said} tabIndex={-1} className="said-here">
        <Said>{answered}</Said>
      </div>
      {record.join_requests.length > 0 && (
        <JoinRequests
          record={record}
          onDone={(words) => {
            setAnswered(words);
            // The request went with its buttons, so the reader is taken to what came of it.
            requestAnimationFrame(() => said.current?.focus());
          }}
        />
      )}
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
