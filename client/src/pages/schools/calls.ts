/** What the pages of the schools ask of the server. */
import { client, take } from "../../api";
import type { components, operations } from "../../api.gen";

type Schemas = components["schemas"];
export type SchoolItem = Schemas["SchoolItem"];
export type SchoolDetail = Schemas["SchoolDetail"];
export type Profile = Schemas["Profile"];
export type SchoolQuery = NonNullable<operations["ApiSchoolsListSchools"]["parameters"]["query"]>;

const at = (id: string) => ({ path: { school_id: id } });

export const schools = (query: SchoolQuery) => take(client.GET("/api/schools", { params: { query } }));
export const school = (id: string) => take(client.GET("/api/schools/{school_id}", { params: at(id) }));
export const register = (body: Schemas["NewSchool"]) => take(client.POST("/api/schools", { body }));
export const verify = (id: string) => take(client.POST("/api/schools/{school_id}/verification", { params: at(id) }));
export const unverify = (id: string) => take(client.DELETE("/api/schools/{school_id}/verification", { params: at(id) }));
