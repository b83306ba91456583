/** What the pages of the programmes ask of the server. */
import { client, take } from "../../api";
import type { components } from "../../api.gen";

type Schemas = components["schemas"];
export type ProgrammeItem = Schemas["ProgrammeItem"];
export type ProgrammeDetail = Schemas["ProgrammeDetail"];
export type ProgrammeRules = Schemas["ProgrammeRules"];
export type Preview = Schemas["Preview"];
export type Affected = Schemas["Affected"];
export type GrantRules = Schemas["GrantRules"];

const at = (id: string) => ({ path: { programme_id: id } });

export const programmes = () => take(client.GET("/api/programmes"));
export const programme = (id: string) => take(client.GET("/api/programmes/{programme_id}", { params: at(id) }));
export const create = (body: Schemas["NewProgramme"]) => take(client.POST("/api/programmes", { body }));
export const preview = (id: string, rules: ProgrammeRules) =>
  take(client.POST("/api/programmes/{programme_id}/preview", { params: at(id), body: { rules } }));
export const edit = (id: string, body: Schemas["ProgrammeEdit"]) =>
  take(client.PUT("/api/programmes/{programme_id}", { params: at(id), body }));
