/** The changes of a roster's plan, sorted for people to read: class by class, then the rest. Pure. */
import type { RosterChange } from "./calls";

/** Somebody who comes into a class or goes out of it. */
export interface Mover {
  key: string;
  name: string;
  isStaff: boolean;
  /** New at the school. */
  isNew: boolean;
  /** The class they come from, or go to. */
  other: string;
}

export interface ClassPlan {
  key: string;
  name: string;
  /** What happens to the class itself: add_class, rename_class, reopen_class, archive_class. */
  changes: RosterChange[];
  come: Mover[];
  go: Mover[];
}

export interface SortedPlan {
  classes: ClassPlan[];
  /** Students and staff whose own record changes, wherever they are. */
  people: RosterChange[];
}

const OF_CLASS: ReadonlySet<string> = new Set(["add_class", "rename_class", "link_class", "reopen_class", "archive_class"]);
/** To link somebody only writes an id down, and nobody sees it. */
const UNSEEN: ReadonlySet<string> = new Set(["link_class", "link_student", "link_staff"]);

const classKey = ({ class_id, group }: RosterChange) => class_id ?? `new ${group}`;
const personKey = ({ person_id, person }: RosterChange) => person_id ?? `new ${person}`;

export function sortPlan(changes: readonly RosterChange[], language: string): SortedPlan {
  const classes = new Map<string, ClassPlan>();
  const classOf = (change: RosterChange, name: string) => {
    const key = classKey(change);
    const found = classes.get(key) ?? { key, name, changes: [], come: [], go: [] };
    classes.set(key, found);
    return found;
  };
  const of = (code: string) => changes.filter((change) => change.code === code);
  const isNew = new Set([...of("add_student"), ...of("add_staff")].map(personKey));
  const left = new Map(of("leave_class").map((change) => [personKey(change), change.class_name]));
  const joined = new Map(of("join_class").map((change) => [personKey(change), change.class_name]));

  for (const change of changes) {
    if (OF_CLASS.has(change.code) && !UNSEEN.has(change.code)) classOf(change, change.name).changes.push(change);
    if (change.code !== "join_class" && change.code !== "leave_class") continue;
    const isJoin = change.code === "join_class";
    const key = personKey(change);
    classOf(change, change.class_name)[isJoin ? "come" : "go"].push({
      key,
      name: change.name,
      isStaff: change.kind === "staff",
      isNew: isNew.has(key),
      other: (isJoin ? left : joined).get(key) ?? "",
    });
  }
  const placed = new Set(joined.keys());
  return {
    classes: [...classes.values()].sort((a, b) => a.name.localeCompare(b.name, language, { numeric: true })),
    people: changes.filter(
      (change) =>
        !OF_CLASS.has(change.code) &&
        !UNSEEN.has(change.code) &&
        change.code !== "join_class" &&
        change.code !== "leave_class" &&
        // A new student is told where they come in.
        !(change.code === "add_student" && placed.has(personKey(change))),
    ),
  };
}

/** What is counted for the reader, in this order. */
export const COUNTED = [
  "add_class",
  "rename_class",
  "reopen_class",
  "archive_class",
  "add_student",
  "return_student",
  "rename_student",
  "change_alias",
  "remove_student",
  "add_staff",
  "rename_staff",
  "change_email",
  "add_posts",
  "remove_staff",
  "join_class",
  "leave_class",
] as const;

/** A table that a secretary can begin with. */
export const EXAMPLE = [
  "type,id,given_name,family_name,email,class,school_year,posts",
  "student,1041,Amina,Khan,,5W,2026-27,",
  "student,1042,Tom,Evans,,5W,2026-27,",
  "staff,,Grace,Wanjiru,g.wanjiru@school.example,5W,2026-27,teacher",
  "staff,,Samuel,Price,s.price@school.example,,,headteacher safeguarding_lead",
].join("\r\n");
