/** What shared devices ask of the server. */
import { client, take } from "../api";
import type { components } from "../api.gen";

export type Classmate = components["schemas"]["Classmate"];
export type ClassroomDevice = components["schemas"]["DeviceView"];

export const classmates = () => take(client.GET("/api/session/classmates"));

export const join = (userId: string, pictures: string[]) =>
  take(client.POST("/api/session/companions", { body: { user_id: userId, pictures } }));

export const leave = (userId: string) =>
  take(client.DELETE("/api/session/companions/{user_id}", { params: { path: { user_id: userId } } }));

/** An adult who runs a space takes a student of their school off the devices of others. */
export const takeOff = (spaceId: string, userId: string) =>
  take(client.DELETE("/api/spaces/{space_id}/companions/{user_id}", { params: { path: { space_id: spaceId, user_id: userId } } }));

export const touch = () => take(client.POST("/api/session/touch"));

export const classOfDevice = () => take(client.GET("/api/sign-in/device"));

const ofClass = (classId: string) => ({ params: { path: { class_id: classId } } });

export const devicesOf = (classId: string) => take(client.GET("/api/classes/{class_id}/devices", ofClass(classId)));

export const makeDevice = (classId: string, name: string) =>
  take(client.POST("/api/classes/{class_id}/devices", { ...ofClass(classId), body: { name } }));

export const revokeDevice = (classId: string, deviceId: string) =>
  take(
    client.DELETE("/api/classes/{class_id}/devices/{device_id}", {
      params: { path: { class_id: classId, device_id: deviceId } },
    }),
  );
