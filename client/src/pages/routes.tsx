/**
 * The pages of the records, for staff. Each is fetched when it is first opened, with the words it speaks.
 *
 * A new page is one entry here; its link in the navigation (`nav.ts`) then shows by itself.
 */
import { lazy, type ComponentType, type ReactNode } from "react";
import { pageWith, type WordPart } from "../i18n";

interface StaffRoute {
  /** As wouter reads it: "/partnerships/:id". */
  path: string;
  show(parts: Record<string, string | undefined>): ReactNode;
}

/** `recordPage(() => import("./log/log-page"), "LogPage", "records/agreements")`: the last are the areas whose words it speaks. */
function recordPage<Name extends string, Props>(
  load: () => Promise<Record<Name, ComponentType<Props>>>,
  name: Name,
  ...areas: WordPart[]
) {
  return lazy(async () => ({ default: (await pageWith(["records", ...areas], load))[name] }));
}

const PartnershipsPage = recordPage(() => import("./partnerships/partnerships-page"), "PartnershipsPage", "records/life");
const PartnershipPage = recordPage(() => import("./partnerships/partnership-page"), "PartnershipPage", "records/life");
const NewPartnershipPage = recordPage(() => import("./partnerships/new-partnership-page"), "NewPartnershipPage", "records/life");
const ClustersPage = recordPage(() => import("./partnerships/clusters-page"), "ClustersPage", "records/life");
const AgreementPage = recordPage(() => import("./agreement/agreement-page"), "AgreementPage", "records/agreements");
const ProposePage = recordPage(() => import("./agreement/propose-page"), "ProposePage", "records/agreements");
const LogPage = recordPage(() => import("./log/log-page"), "LogPage", "records/agreements");
const ReportsPage = recordPage(() => import("./reports/reports-page"), "ReportsPage", "records/safeguarding");
const ReportPage = recordPage(() => import("./reports/report-page"), "ReportPage", "records/safeguarding");
const PastPage = recordPage(() => import("./past/past-page"), "PastPage", "records/agreements");
const ProfilePage = recordPage(() => import("./school/profile-page"), "ProfilePage", "records/school");
const CalendarPage = recordPage(() => import("./school/calendar-page"), "CalendarPage", "records/school");
const PeoplePage = recordPage(() => import("./school/people-page"), "PeoplePage", "records/school");
const ImportPage = recordPage(() => import("./school/import-page"), "ImportPage", "records/school");
const NewYearPage = recordPage(() => import("./school/new-year-page"), "NewYearPage", "records/school");
const ClassesPage = recordPage(() => import("./classes/classes-page"), "ClassesPage", "records/school");
const ClassPage = recordPage(() => import("./classes/class-page"), "ClassPage", "records/school", "records/consent", "records/devices");
const ConsentClassesPage = recordPage(() => import("./consent/consent-classes-page"), "ConsentClassesPage", "records/school", "records/consent");
const ConsentPage = recordPage(() => import("./consent/consent-page"), "ConsentPage", "records/school", "records/consent");

const FinderPage = recordPage(() => import("./finder/finder-page"), "FinderPage", "records/finder");
const FinderSchoolPage = recordPage(() => import("./finder/finder-school-page"), "FinderSchoolPage", "records/finder");
const RequestsPage = recordPage(() => import("./requests/requests-page"), "RequestsPage", "records/finder");
const RequestPage = recordPage(() => import("./requests/request-page"), "RequestPage", "records/finder");
const DirectoryPage = recordPage(() => import("./directory/directory-page"), "DirectoryPage", "records/finder");
const SpaceRecordPage = recordPage(() => import("./space-record/space-record-page"), "SpaceRecordPage", "records/finder", "records/consent");
const AttendancePage = recordPage(() => import("./attendance/attendance-page"), "AttendancePage", "records/running", "records/balance");
const ProgrammesPage = recordPage(() => import("./programmes/programmes-page"), "ProgrammesPage", "records/finder");
const ProgrammePage = recordPage(() => import("./programmes/programme-page"), "ProgrammePage", "records/finder");
const NewProgrammePage = recordPage(() => import("./programmes/new-programme-page"), "NewProgrammePage", "records/finder");
const SchoolsPage = recordPage(() => import("./schools/schools-page"), "SchoolsPage", "records/finder");
const SchoolPage = recordPage(() => import("./schools/school-page"), "SchoolPage", "records/finder");
const NewSchoolPage = recordPage(() => import("./schools/new-school-page"), "NewSchoolPage", "records/finder");

const LessonsPage = recordPage(() => import("./lessons/lessons-page"), "LessonsPage", "records/lessons");
const PlanPage = recordPage(() => import("./lessons/plan-page"), "PlanPage", "records/lessons");
const StepsPage = recordPage(() => import("./steps/steps-page"), "StepsPage", "records/steps", "room");
const RemindersPage = recordPage(() => import("./lessons/reminders-page"), "RemindersPage", "records/lessons");

/** Of lessons that are over: for students too, so without the words of the records. */
const overPage = <Name extends string, Props>(load: () => Promise<Record<Name, ComponentType<Props>>>, name: Name) =>
  lazy(async () => ({ default: (await pageWith(["room", "records/recap"], load))[name] }));
const RecapPage = overPage(() => import("./recap/recap-page"), "RecapPage");
const RecapsPage = overPage(() => import("./recap/recaps-page"), "RecapsPage");
const PollsPage = overPage(() => import("./recap/polls-page"), "PollsPage");

export const SHARED_ROUTES: readonly StaffRoute[] = [
  { path: "/lessons/:id/recap", show: ({ id = "" }) => <RecapPage key={id} id={id} /> },
  { path: "/spaces/:id/recaps", show: ({ id = "" }) => <RecapsPage key={id} id={id} /> },
  { path: "/spaces/:id/polls", show: ({ id = "" }) => <PollsPage key={id} id={id} /> },
];

export const STAFF_ROUTES: readonly StaffRoute[] = [
  { path: "/partnerships", show: () => <PartnershipsPage /> },
  { path: "/partnerships/new", show: () => <NewPartnershipPage /> },
  { path: "/partnerships/:id", show: ({ id = "" }) => <PartnershipPage key={id} id={id} /> },
  { path: "/partnerships/:id/people", show: ({ id = "" }) => <PartnershipPage key={id} id={id} part="people" /> },
  { path: "/partnerships/:id/spaces", show: ({ id = "" }) => <PartnershipPage key={id} id={id} part="spaces" /> },
  { path: "/partnerships/:id/timeline", show: ({ id = "" }) => <PartnershipPage key={id} id={id} part="timeline" /> },
  { path: "/clusters", show: () => <ClustersPage /> },
  { path: "/partnerships/:id/agreement", show: ({ id = "" }) => <AgreementPage key={id} id={id} /> },
  { path: "/partnerships/:id/agreement/new", show: ({ id = "" }) => <ProposePage key={id} id={id} /> },
  { path: "/log", show: () => <LogPage /> },
  { path: "/reports", show: () => <ReportsPage /> },
  { path: "/reports/:id", show: ({ id = "" }) => <ReportPage key={id} id={id} /> },
  { path: "/spaces/:id/past", show: ({ id = "" }) => <PastPage key={id} id={id} /> },
  { path: "/school", show: () => <ProfilePage /> },
  { path: "/school/calendar", show: () => <CalendarPage /> },
  { path: "/school/people", show: () => <PeoplePage /> },
  { path: "/school/import", show: () => <ImportPage /> },
  { path: "/school/new-year", show: () => <NewYearPage /> },
  { path: "/classes", show: () => <ClassesPage /> },
  { path: "/classes/:id", show: ({ id = "" }) => <ClassPage key={id} id={id} /> },
  { path: "/consent", show: () => <ConsentClassesPage /> },
  { path: "/classes/:id/consent", show: ({ id = "" }) => <ConsentPage key={id} id={id} /> },
  { path: "/find-a-partner", show: () => <FinderPage /> },
  { path: "/find-a-partner/:schoolId", show: ({ schoolId = "" }) => <FinderSchoolPage key={schoolId} id={schoolId} /> },
  { path: "/partner-requests", show: () => <RequestsPage /> },
  { path: "/partner-requests/:id", show: ({ id = "" }) => <RequestPage key={id} id={id} /> },
  { path: "/directory", show: () => <DirectoryPage /> },
  { path: "/spaces/:id/record", show: ({ id = "" }) => <SpaceRecordPage key={id} id={id} /> },
  { path: "/spaces/:id/attendance", show: ({ id = "" }) => <AttendancePage key={id} id={id} /> },
  { path: "/spaces/:id/lessons", show: ({ id = "" }) => <LessonsPage key={id} id={id} /> },
  { path: "/spaces/:id/lessons/past", show: ({ id = "" }) => <LessonsPage key={`${id} past`} id={id} past /> },
  { path: "/spaces/:id/lessons/new", show: ({ id = "" }) => <PlanPage key={id} id={id} /> },
  { path: "/spaces/:id/lessons/:lesson/move", show: ({ id = "", lesson = "" }) => <PlanPage key={lesson} id={id} moving={lesson} /> },
  { path: "/lessons/:id/plan", show: ({ id = "" }) => <StepsPage key={id} id={id} /> },
  { path: "/reminders", show: () => <RemindersPage /> },
  { path: "/programmes", show: () => <ProgrammesPage /> },
  { path: "/programmes/new", show: () => <NewProgrammePage /> },
  { path: "/programmes/:id", show: ({ id = "" }) => <ProgrammePage key={id} id={id} /> },
  { path: "/schools", show: () => <SchoolsPage /> },
  { path: "/schools/new", show: () => <NewSchoolPage /> },
  { path: "/schools/:id", show: ({ id = "" }) => <SchoolPage key={id} id={id} /> },
];
