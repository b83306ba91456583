/**
 * The HTTP API: typed calls, the CSRF header, and refusals as `ApiFailure` with the server's stable code.
 *
 * `api` has the calls of the first load. A page of the records keeps its own beside it, made of `client` and
 * `take` (pages/partnerships/calls.ts), so that they travel with the page.
 */
import createClient from "openapi-fetch";
import type { components, paths } from "./api.gen";

type Schemas = components["schemas"];
export type Me = Schemas["Me"];
export type Session = Schemas["SessionView"];
export type School = Schemas["SchoolView"];
export type SpaceCard = Schemas["SpaceCard"];
export type PersonHere = Schemas["PersonHere"];
export type Today = Schemas["Today"];
export type ClassRoster = Schemas["ClassView"];
export type SignInInfo = Schemas["SignInView"];

const CSRF_COOKIE = "commonroom_csrf";
const CSRF_HEADER = "x-csrf-token";

/** A field of what was sent, and what does not fit in it: a stable code, or the server's own sentence. */
export interface FieldProblem {
  field: string;
  problem: string;
}

export class ApiFailure extends Error {
  constructor(
    /** Worded for the person as `errors.<code>`. */
    readonly code: string,
    readonly status: number,
    /** The whole problem document: some carry more than a code (`failing`, `rows`). */
    readonly problem: Readonly<Record<string, unknown>> = {},
  ) {
    super(code);
    this.name = "ApiFailure";
  }

  /** What does not fit, field by field, as far as the server says. */
  get fields(): FieldProblem[] {
    return this.listOf<FieldProblem>("fields").filter(({ field }) => typeof field === "string");
  }

  /** A list in the problem document: `failing` rules, `rows` of a file; none where there is no such list. */
  listOf<Item>(name: string): Item[] {
    const found = this.problem[name];
    return Array.isArray(found) ? found.filter((item) => typeof item === "object" && item !== null) : [];
  }
}

let onSignedOut: () => void = () => undefined;

/** Called when the server says that the session is over, whichever call hears it. */
export function whenSignedOut(callback: () => void): void {
  onSignedOut = callback;
}

export const client = createClient<paths>({
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

/** What a request that changes something has to carry, where it is not made by `client`. */
export function unsafeHeaders(): Record<string, string> {
  const token = cookie(CSRF_COOKIE);
  return token ? { [CSRF_HEADER]: token } : {};
}

/** The answer's data, or an `ApiFailure`. */
export async function take<T>(call: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  let answer;
  try {
    answer = await call;
  } catch {
    throw new ApiFailure("network", 0);
  }
  if (answer.response.ok) return answer.data as T;
  const problem = typeof answer.error === "object" ? (answer.error as Record<string, unknown> | null) ?? {} : {};
  const code = typeof problem["code"] === "string" ? problem["code"] : answer.response.status >= 500 ? "unavailable" : "general";
  if (code === "signed_out") onSignedOut();
  throw new ApiFailure(code, answer.response.status, problem);
}

const SIGN_OUT_PENDING = "commonroom.sign-out-pending";

/** What is known of this device when nobody is signed in any more: whose class-room it is in. */
export function nobodyHere(before: Pick<Session, "device"> | undefined): Session {
  return { person: null, device: before?.device ?? "", companions: [], idle_s: 0 };
}

const session = () => take(client.GET("/api/session"));

/** A shared tablet must not open as the child before: a sign-out that did not get through is made up for. */
async function sessionAfterSignOut(): Promise<Session> {
  const found = await session();
  if (!localStorage.getItem(SIGN_OUT_PENDING)) return found;
  if (found.person) await take(client.POST("/api/sign-out"));
  localStorage.removeItem(SIGN_OUT_PENDING);
  return nobodyHere(found);
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
};

function cookie(name: string): string | undefined {
  const found = document.cookie.split("; ").find((part) => part.startsWith(`${name}=`));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : undefined;
}
