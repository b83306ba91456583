/** What the log asks of the server. */
import { client, take } from "../../api";
import type { components } from "../../api.gen";

type Schemas = components["schemas"];
export type LogEntry = Schemas["AuditItem"];
export type LogPageOf = Schemas["AuditPage"];
export type Verdict = Schemas["VerdictView"];

export interface Wanted {
  act: string;
  partnership: string;
  /** Moments. */
  from: string;
  to: string;
}

export const entries = ({ act, partnership, from, to }: Wanted, cursor: string) =>
  take(
    client.GET("/api/audit", {
      params: {
        query: {
          act,
          cursor,
          ...(partnership && { partnership_id: partnership }),
          ...(from && { from }),
          ...(to && { to }),
        },
      },
    }),
  );

export const verdict = () => take(client.GET("/api/audit/verdict"));
