/** The HTTP API: typed calls, the CSRF header, and refusals as `ApiFailure` with the server's stable code. */
import createClient from "openapi-fetch";
import type { components, paths } from "./api.gen";

type Schemas = components["schemas"];
export type Me = Schemas["Me"];
export type School = Schemas["SchoolView"];
export type SpaceCard = Schemas["SpaceCard"];
export type PersonHere = Schemas["PersonHere"];
export type Today = Schemas["Today"];
export type ClassRoster = Schemas["ClassView"];
export type SignInInfo = Schemas["SignInView"];
export type PartnershipItem = Schemas["PartnershipItem"];
export type PartnershipDetail = Schemas["PartnershipDetail"];
export type Rule = Schemas["Rule"];

const CSRF_COOKIE = "commonroom_csrf";
const CSRF_HEADER = "x-csrf-token";

export class ApiFailure extends Error {
  constructor(
    /** Worded for the person as `errors.<code>`. */
    readonly code: string,
    readonly status: number,
  ) {
    super(code);
    this.name = "ApiFailure";
  }
}

let onSignedOut: () => void = () => undefined;

/** Called when the server says that the session is over, whichever call hears it. */
export function whenSignedOut(callback: () => void): void {
  onSignedOut = callback;
}

const client = createClient<paths>({
  baseUrl: globalThis.location?.origin ?? "",
  credentials: "same-origin",
  headers: { accept: "application/json" },
});

client.use({
  onRequest({ request }) {
    const token = cookie(CSRF_COOKIE);
    if (token && request.method !== "GET") request.headers.set(CSRF_HEADER, token);
    return request;
  },
});

/** The answer's data, or an `ApiFailure`. */
async function take<T>(call: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  let answer;
  try {
    answer = await call;
  } catch {
    throw new ApiFailure("network", 0);
  }
  if (answer.response.ok) return answer.data as T;
  const problem = (typeof answer.error === "object" && answer.error !== null ? answer.error : {}) as {
    code?: unknown;
  };
  const code = typeof problem.code === "string" ? problem.code : answer.response.status >= 500 ? "unavailable" : "general";
  if (code === "signed_out") onSignedOut();
  throw new ApiFailure(code, answer.response.status);
}

const SIGN_OUT_PENDING = "commonroom.sign-out-pending";

const session = () => take(client.GET("/api/session"));

/** A shared tablet must not open as the child before: a sign-out that did not get through is made up for. */
async function sessionAfterSignOut() {
  const found = await session();
  if (!localStorage.getItem(SIGN_OUT_PENDING)) return found;
  if (found.person) await take(client.POST("/api/sign-out"));
  localStorage.removeItem(SIGN_OUT_PENDING);
  return { person: null };
}

/** Who has just signed in meant to: nothing is left to make up for. */
async function signedIn<T>(answer: Promise<T>): Promise<T> {
  const given = await answer;
  localStorage.removeItem(SIGN_OUT_PENDING);
  return given;
}

export const api = {
  session: sessionAfterSignOut,
  signInStaff: (email: string, password: string) =>
    signedIn(take(client.POST("/api/sign-in/staff", { body: { email, password } }))),
  signInClass: (code: string) => take(client.POST("/api/sign-in/class", { body: { code } })),
  signInStudent: (code: string, studentId: string, pictures: string[]) =>
    signedIn(take(client.POST("/api/sign-in/student", { body: { code, student_id: studentId, pictures } }))),
  /** Without a line this device stays signed in for now; it is signed out before the next page shows. */
  signOut: async () => {
    localStorage.setItem(SIGN_OUT_PENDING, "1");
    await take(client.POST("/api/sign-out"));
    localStorage.removeItem(SIGN_OUT_PENDING);
  },
  sessions: () => take(client.GET("/api/sessions")),
  endSession: (id: string) => take(client.DELETE("/api/sessions/{session_id}", { params: { path: { session_id: id } } })),
  today: () => take(client.GET("/api/today")),
  space: (id: string) => take(client.GET("/api/spaces/{space_id}", { params: { path: { space_id: id } } })),
  partnerships: () => take(client.GET("/api/partnerships")),
  partnership: (id: string) =>
    take(client.GET("/api/partnerships/{partnership_id}", { params: { path: { partnership_id: id } } })),
  move: (id: string, move: string, reason: string) =>
    take(
      client.POST("/api/partnerships/{partnership_id}/moves", {
        params: { path: { partnership_id: id } },
        body: { move, reason },
      }),
    ),
};

function cookie(name: string): string | undefined {
  const found = document.cookie.split("; ").find((part) => part.startsWith(`${name}=`));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : undefined;
}
