/** What the pages of the partnerships ask of the server. */
import { client, take } from "../../api";
import type { components } from "../../api.gen";

type Schemas = components["schemas"];
export type PartnershipItem = Schemas["PartnershipItem"];
export type PartnershipDetail = Schemas["PartnershipDetail"];
export type Membership = Schemas["MembershipView"];
export type Coordinator = Schemas["CoordinatorView"];
export type SpaceItem = Schemas["SpaceItem"];
export type JoinRequest = Schemas["JoinRequestView"];
export type Rule = Schemas["Rule"];
export type BoardPartnership = Schemas["BoardPartnership"];
export type BoardSpace = Schemas["BoardSpace"];
export type Week = Schemas["Week"];
export type TimelineEntry = Schemas["TimelineEntry"];
export type Colleague = Schemas["ColleagueView"];
export type Delegation = Schemas["DelegationView"];
export type Visit = Schemas["VisitView"];
export type Ban = Schemas["BanView"];
export type Cluster = Schemas["ClusterView"];
export type SchoolItem = Schemas["SchoolItem"];
export type Grant = Schemas["GrantStanding"];
export type GrantCondition = Schemas["Condition"];
export type Agreement = Schemas["AgreementView"];
export type MemberRole = Schemas["MemberRole"];
export type PartnershipKind = Schemas["PartnershipKind"];
export type SpaceKind = Schemas["SpaceKind"];
export type Duty = Schemas["Duty"];

const at = (id: string) => ({ path: { partnership_id: id } });

// --- lists

export const partnerships = () => take(client.GET("/api/partnerships"));
export const board = () => take(client.GET("/api/partnerships/board"));

export const clusters = (search: string, cursor: string) =>
  take(client.GET("/api/clusters", { params: { query: { q: search, cursor } } }));

export const joinRequests = (cursor: string) => take(client.GET("/api/join-requests", { params: { query: { cursor } } }));

export const programmes = () => take(client.GET("/api/programmes"));
export const programme = (id: string) =>
  take(client.GET("/api/programmes/{programme_id}", { params: { path: { programme_id: id } } }));

/** Verified schools with this in their name, town or country; the first by name. */
export const schools = (search: string) =>
  take(client.GET("/api/schools", { params: { query: { search, verified: true, limit: 50 } } }));
export const school = (id: string) =>
  take(client.GET("/api/schools/{school_id}", { params: { path: { school_id: id } } }));

/** The classes that I teach, or all of my school for those who run it. */
export const myClasses = () => take(client.GET("/api/classes", { params: { query: { limit: 100 } } }));
export const classPeople = (id: string) =>
  take(client.GET("/api/classes/{class_id}", { params: { path: { class_id: id } } }));

// --- one partnership

export const partnership = (id: string) => take(client.GET("/api/partnerships/{partnership_id}", { params: at(id) }));

export const startPartnership = (body: Schemas["NewPartnership"]) => take(client.POST("/api/partnerships", { body }));

export const move = (id: string, name: string, reason: string, confirmed = false) =>
  take(
    client.POST("/api/partnerships/{partnership_id}/moves", {
      params: at(id),
      body: { move: name, reason, confirmed },
    }),
  );

export const leaving = (id: string) => take(client.GET("/api/partnerships/{partnership_id}/leaving", { params: at(id) }));

export const timeline = (id: string, cursor: string) =>
  take(
    client.GET("/api/partnerships/{partnership_id}/timeline", {
      params: { ...at(id), query: { cursor, limit: 25 } },
    }),
  );

export const agreement = (id: string) => take(client.GET("/api/partnerships/{partnership_id}/agreement", { params: at(id) }));
export const grants = (id: string) => take(client.GET("/api/partnerships/{partnership_id}/grants", { params: at(id) }));
export const evidenceUrl = (id: string, code: string, form: "csv" | "pdf") =>
  `/api/partnerships/${id}/grants/${code}/evidence.${form}`;

export const openSpace = (body: Schemas["NewSpace"]) => take(client.POST("/api/spaces", { body }));

// --- its schools

export const invite = (id: string, schoolId: string, role: MemberRole) =>
  take(
    client.POST("/api/partnerships/{partnership_id}/invitations", {
      params: at(id),
      body: { school_id: schoolId, role },
    }),
  );

export const withdrawInvitation = (id: string, schoolId: string) =>
  take(
    client.DELETE("/api/partnerships/{partnership_id}/invitations/{school_id}", {
      params: { path: { partnership_id: id, school_id: schoolId } },
    }),
  );

export const changeMember = (id: string, schoolId: string, role: MemberRole, mentorId: string | null) =>
  take(
    client.PUT("/api/partnerships/{partnership_id}/members/{school_id}", {
      params: { path: { partnership_id: id, school_id: schoolId } },
      body: { role, mentor_id: mentorId },
    }),
  );

export const askToJoin = (id: string, message: string) =>
  take(client.POST("/api/partnerships/{partnership_id}/join-requests", { params: at(id), body: { message } }));

export const withdrawRequest = (id: string) =>
  take(client.DELETE("/api/join-requests/{request_id}", { params: { path: { request_id: id } } }));

export const decideRequest = (id: string, body: Schemas["JoinDecision"]) =>
  take(client.POST("/api/join-requests/{request_id}/decision", { params: { path: { request_id: id } }, body }));

// --- its people

const PAGES_MOST = 10;

/** Everybody one can choose among: the list has no search of its own, and a cluster's fits into some pages. */
export async function staff(id: string): Promise<Colleague[]> {
  const all: Colleague[] = [];
  let cursor = "";
  for (let page = 0; page < PAGES_MOST; page++) {
    const found = await take(
      client.GET("/api/partnerships/{partnership_id}/staff", { params: { ...at(id), query: { cursor, limit: 100 } } }),
    );
    all.push(...found.items);
    if (!(cursor = found.next)) break;
  }
  return all;
}

/** Args: from: who holds the seat; null fills an empty one. */
export const handOver = (id: string, from: string | null, to: string) =>
  take(client.POST("/api/partnerships/{partnership_id}/coordinators", { params: at(id), body: { from, to } }));

export const delegations = (id: string) =>
  take(client.GET("/api/partnerships/{partnership_id}/delegations", { params: at(id) }));
export const delegate = (id: string, body: Schemas["NewDelegation"]) =>
  take(client.POST("/api/partnerships/{partnership_id}/delegations", { params: at(id), body }));
export const revokeDelegation = (id: string, delegationId: string) =>
  take(
    client.DELETE("/api/partnerships/{partnership_id}/delegations/{delegation_id}", {
      params: { path: { partnership_id: id, delegation_id: delegationId } },
    }),
  );

export const visits = (id: string) => take(client.GET("/api/partnerships/{partnership_id}/visits", { params: at(id) }));
export const inviteVisitor = (id: string, body: Schemas["NewVisit"]) =>
  take(client.POST("/api/partnerships/{partnership_id}/visits", { params: at(id), body }));
export const revokeVisit = (id: string, visitId: string) =>
  take(
    client.DELETE("/api/partnerships/{partnership_id}/visits/{visit_id}", {
      params: { path: { partnership_id: id, visit_id: visitId } },
    }),
  );

export const bans = (id: string, cursor: string) =>
  take(client.GET("/api/partnerships/{partnership_id}/bans", { params: { ...at(id), query: { cursor } } }));
export const ban = (id: string, userId: string, reason: string) =>
  take(
    client.POST("/api/partnerships/{partnership_id}/bans", { params: at(id), body: { user_id: userId, reason } }),
  );
export const liftBan = (id: string, userId: string) =>
  take(
    client.DELETE("/api/partnerships/{partnership_id}/bans/{user_id}", {
      params: { path: { partnership_id: id, user_id: userId } },
    }),
  );
