/** What the pages of one's own school ask of the server. */
import { ApiFailure, client, take } from "../../api";
import type { components } from "../../api.gen";

type Schemas = components["schemas"];
export type SchoolDetail = Schemas["SchoolDetail"];
export type Profile = Schemas["Profile"];
export type CalendarView = Schemas["CalendarView"];
export type Period = Schemas["Period"];
export type NewDate = Schemas["NewDate"];
export type DateView = Schemas["DateView"];
export type ReadDate = Schemas["ReadDate"];
export type DateKind = Schemas["DateKind"];
export type StaffView = Schemas["StaffView"];
export type StaffRole = Schemas["StaffRole"];
export type RolloverBody = Schemas["RolloverBody"];
export type RosterPlan = Awaited<ReturnType<typeof planRoster>>;
export type RosterChange = RosterPlan["changes"][number];
export type Rollover = Awaited<ReturnType<typeof rollOver>>;

/** As `server/rosters/roster.py` names what has to be mended in a file. */
export interface RowError {
  file: string;
  row: number;
  column: string;
  problem: string;
}

/** A school of several in the files of an export. */
export interface Org {
  id: string;
  name: string;
}

const ofSchool = (id: string) => ({ params: { path: { school_id: id } } });
const ofPerson = (id: string) => ({ params: { path: { user_id: id } } });

export const school = (id: string) => take(client.GET("/api/schools/{school_id}", ofSchool(id)));

export const vocabulary = () => take(client.GET("/api/vocabulary"));

export const changeProfile = (id: string, body: Profile) =>
  atField(take(client.PUT("/api/schools/{school_id}", { ...ofSchool(id), body })));

export const calendar = (id: string) => take(client.GET("/api/schools/{school_id}/calendar", ofSchool(id)));

export const setBellTimes = (id: string, days: Period[][]) =>
  take(client.PUT("/api/schools/{school_id}/bell-times", { ...ofSchool(id), body: { days } }));

/** Changes the list as it stands on the server now, so that a colleague's new holiday stays. */
export async function editDates(id: string, edit: (dates: NewDate[]) => NewDate[]): Promise<CalendarView> {
  const { dates } = await calendar(id);
  return take(client.PUT("/api/schools/{school_id}/dates", { ...ofSchool(id), body: { dates: edit(dates) } }));
}

export const importDates = (id: string, text: string, otherwise: DateKind | null, dryRun: boolean) =>
  take(
    client.POST("/api/schools/{school_id}/dates/import", {
      ...ofSchool(id),
      body: { text, otherwise, dry_run: dryRun },
    }),
  );

export const publicHolidays = (id: string, year: number) =>
  take(
    client.GET("/api/schools/{school_id}/public-holidays", { params: { path: { school_id: id }, query: { year } } }),
  );

export const staff = (cursor: string) => take(client.GET("/api/staff", { params: { query: { cursor } } }));

/** Everybody, for a list to choose from: a school's staff are some hundred people at most. */
export const allStaff = () => allOf(staff);

export const addStaff = (body: Schemas["NewStaff"]) => take(client.POST("/api/staff", { body }));

export const editStaff = (id: string, name: string, posts: StaffRole[]) =>
  take(client.PUT("/api/staff/{user_id}", { ...ofPerson(id), body: { name, posts } }));

export const verifyStaff = (id: string) => take(client.POST("/api/staff/{user_id}/verification", ofPerson(id)));

export const disableStaff = (id: string) => take(client.POST("/api/staff/{user_id}/disabled", ofPerson(id)));

export const enableStaff = (id: string) => take(client.DELETE("/api/staff/{user_id}/disabled", ofPerson(id)));

export const welcomeLink = (id: string) => take(client.POST("/api/staff/{user_id}/welcome-link", ofPerson(id)));

/** Multipart: the types say "string" for a file, and the browser makes the envelope. */
const filesOf = (files: readonly File[], org: string, digest?: string) => ({
  body: { files: [] as string[], org, digest: digest ?? "" },
  bodySerializer: () => {
    const form = new FormData();
    for (const file of files) form.append("files", file, file.name);
    if (org) form.append("org", org);
    if (digest !== undefined) form.append("digest", digest);
    return form;
  },
});

export const planRoster = (files: readonly File[], org: string) =>
  take(client.POST("/api/rosters/plan", filesOf(files, org)));

export const importRoster = (files: readonly File[], org: string, digest: string) =>
  take(client.POST("/api/rosters/import", filesOf(files, org, digest)));

export const rollOver = (body: RolloverBody) => take(client.POST("/api/rosters/rollover", { body }));

/** All pages of a list. */
export async function allOf<Item>(load: (cursor: string) => Promise<{ items: Item[]; next: string }>): Promise<Item[]> {
  const found: Item[] = [];
  let cursor = "";
  do {
    const page = await load(cursor);
    found.push(...page.items);
    cursor = page.next;
  } while (cursor);
  return found;
}

/** A rule that names one `field` is said there, as the problems of a body are. */
async function atField<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    const field = error instanceof ApiFailure ? error.problem["field"] : undefined;
    if (!(error instanceof ApiFailure) || typeof field !== "string") throw error;
    throw new ApiFailure(error.code, error.status, { ...error.problem, fields: [{ field, problem: "unfit" }] });
  }
}
