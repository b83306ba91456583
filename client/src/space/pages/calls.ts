/** What preparing the pages of a board asks of the server. */
import { client, take } from "../../api";
import type { components } from "../../api.gen";

type Schemas = components["schemas"];
export type PageView = Schemas["PageView"];
export type PageList = Schemas["PageList"];

const space = (id: string) => ({ path: { space_id: id } });
const page = (id: string, pageId: string) => ({ path: { space_id: id, page_id: pageId } });

export const pagesOf = (id: string) => take(client.GET("/api/spaces/{space_id}/pages", { params: space(id) }));
export const addPage = (id: string, body: Schemas["NewPage"]) =>
  take(client.POST("/api/spaces/{space_id}/pages", { params: space(id), body }));
export const changePage = (id: string, pageId: string, body: Schemas["PageChange"]) =>
  take(client.PATCH("/api/spaces/{space_id}/pages/{page_id}", { params: page(id, pageId), body }));
export const removePage = (id: string, pageId: string) =>
  take(client.DELETE("/api/spaces/{space_id}/pages/{page_id}", { params: page(id, pageId) }));
export const bringPageBack = (id: string, pageId: string) =>
  take(client.POST("/api/spaces/{space_id}/pages/{page_id}/return", { params: page(id, pageId) }));
