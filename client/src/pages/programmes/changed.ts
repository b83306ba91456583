/** Which parts of a programme differ between two readings of it. */
import type { ProgrammeDetail, ProgrammeRules } from "./calls";

const PARTS: Readonly<Record<string, readonly (keyof ProgrammeRules)[]>> = {
  countries: ["home_country", "participating_countries"],
  kinds: ["kinds", "cluster_min_schools", "cluster_min_home", "cluster_min_overseas"],
  agreement: ["agreement_needed", "agreement_max_months"],
  roles: ["roles"],
  grants: ["grants"],
  kept: ["retention_days"],
};

type Read = Pick<ProgrammeDetail, "name" | "rules">;

export function changedParts(before: Read, after: Read): string[] {
  const differs = (fields: readonly (keyof ProgrammeRules)[]) =>
    fields.some((field) => JSON.stringify(before.rules[field]) !== JSON.stringify(after.rules[field]));
  return [
    ...(before.name === after.name ? [] : ["name"]),
    ...Object.entries(PARTS).flatMap(([part, fields]) => (differs(fields) ? [part] : [])),
  ];
}
