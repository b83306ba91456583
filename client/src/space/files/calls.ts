/** The calls for files. A file goes up by XMLHttpRequest, the only one that says how far it is. */
import { ApiFailure, client, take, unsafeHeaders } from "../../api";
import type { components } from "../../api.gen";

export type SpaceFile = components["schemas"]["FileView"];
export type FilePage = components["schemas"]["FilePage"];
export type SealedReason = components["schemas"]["SealedReason"];

export const SEALED_REASONS: readonly SealedReason[] = ["report", "concern", "family", "authority"];

const byId = (id: string) => ({ params: { path: { file_id: id } } });

/** Who does it, of those who share this device; undefined: the one who signed in first. */
type AsId = string | undefined;

export const calls = {
  page: (spaceId: string, cursor: string, sealed: boolean, asId: AsId) =>
    take(client.GET("/api/spaces/{space_id}/files", { params: { path: { space_id: spaceId }, query: { cursor, sealed, as_id: asId } } })),
  show: (id: string) => take(client.POST("/api/files/{file_id}/show", byId(id))),
  refuse: (id: string) => take(client.POST("/api/files/{file_id}/refuse", byId(id))),
  remove: (id: string, asId: AsId) =>
    take(client.DELETE("/api/files/{file_id}", { params: { path: { file_id: id }, query: { as_id: asId } } })),
  openSealed: (id: string, reason: SealedReason) =>
    take(client.POST("/api/files/{file_id}/sealed", { ...byId(id), body: { reason }, parseAs: "blob" })) as Promise<unknown> as Promise<Blob>,
};

const named = (path: string, asId: AsId) => (asId === undefined ? path : `${path}?as_id=${asId}`);

export const contentOf = (id: string, asId: AsId) => named(`/api/files/${id}`, asId);
export const thumbnailOf = (id: string, asId: AsId) => named(`/api/files/${id}/thumbnail`, asId);

export interface Sending {
  /** The file as it is kept, or an `ApiFailure`. */
  done: Promise<SpaceFile>;
  stop(): void;
}

/** Args: onProgress: the share that is sent, 0 to 1; at 1 the server looks at it. */
export function send(spaceId: string, file: File, asId: AsId, onProgress: (share: number) => void): Sending {
  const request = new XMLHttpRequest();
  const done = new Promise<SpaceFile>((resolve, reject) => {
    request.open("POST", named(`/api/spaces/${spaceId}/files`, asId));
    for (const [name, value] of Object.entries(unsafeHeaders())) request.setRequestHeader(name, value);
    request.setRequestHeader("x-file-name", encodeURIComponent(file.name.slice(-200)));
    request.setRequestHeader("content-type", "application/octet-stream");
    request.responseType = "json";
    request.upload.onprogress = (event) => onProgress(event.lengthComputable ? event.loaded / event.total : 0);
    request.upload.onload = () => onProgress(1);
    request.onerror = () => reject(new ApiFailure("network", 0));
    request.onabort = () => reject(new ApiFailure("stopped", 0));
    request.onload = () => {
      const answer = (request.response ?? {}) as Record<string, unknown>;
      if (request.status === 201) return resolve(answer as unknown as SpaceFile);
      const code = typeof answer["code"] === "string" ? answer["code"] : request.status === 413 ? "file_too_large" : "unavailable";
      reject(new ApiFailure(code, request.status, answer));
    };
    request.send(file);
  });
  return { done, stop: () => request.abort() };
}
