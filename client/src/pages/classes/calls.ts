/** What the pages of the classes ask of the server. */
import { client, take } from "../../api";
import type { components } from "../../api.gen";
import { allOf } from "../school/calls";

type Schemas = components["schemas"];
export type ClassItem = Schemas["ClassItem"];
export type ClassDetail = Schemas["ClassDetail"];
export type RosterStudent = Schemas["RosterStudent"];

const ofClass = (id: string) => ({ params: { path: { class_id: id } } });
const ofStudent = (id: string, student: string) => ({ params: { path: { class_id: id, user_id: student } } });

export const classes = (archived: boolean) => (cursor: string) =>
  take(client.GET("/api/classes", { params: { query: { archived, cursor } } }));

export const allClasses = () => allOf(classes(false));

export const schoolClass = (id: string) => take(client.GET("/api/classes/{class_id}", ofClass(id)));

export const createClass = (name: string, schoolYear: string) =>
  take(client.POST("/api/classes", { body: { name, school_year: schoolYear } }));

export const editClass = (id: string, name: string, schoolYear: string) =>
  take(client.PUT("/api/classes/{class_id}", { ...ofClass(id), body: { name, school_year: schoolYear } }));

export const setTeachers = (id: string, userIds: string[]) =>
  take(client.PUT("/api/classes/{class_id}/teachers", { ...ofClass(id), body: { user_ids: userIds } }));

export const newCode = (id: string) => take(client.POST("/api/classes/{class_id}/code", ofClass(id)));

export const addStudents = (id: string, givenNames: string[]) =>
  take(client.POST("/api/classes/{class_id}/students", { ...ofClass(id), body: { given_names: givenNames } }));

export const aliases = (id: string, student: string) =>
  take(client.GET("/api/classes/{class_id}/students/{user_id}/aliases", ofStudent(id, student)));

export const editStudent = (id: string, student: string, givenName: string, alias: string) =>
  take(
    client.PUT("/api/classes/{class_id}/students/{user_id}", {
      ...ofStudent(id, student),
      body: { given_name: givenName, alias },
    }),
  );

export const removeStudent = (id: string, student: string) =>
  take(client.DELETE("/api/classes/{class_id}/students/{user_id}", ofStudent(id, student)));

/** The cards as PDF. */
export const cards = (id: string, studentIds: string[], withPictures: boolean) =>
  take<Blob>(
    client.POST("/api/classes/{class_id}/cards", {
      ...ofClass(id),
      body: { student_ids: studentIds, with_pictures: withPictures },
      parseAs: "blob",
    }),
  );
