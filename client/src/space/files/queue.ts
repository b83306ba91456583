/**
 * Files on their way up, one after the other, as a pure function of what happened to them.
 *
 * A line on an old tablet carries one file at a time best, and the others say that they wait.
 */

export interface Upload {
  id: number;
  name: string;
  sizeBytes: number;
  /** Who picked it, of those who share this device; undefined: the one who signed in first. */
  asId?: string | undefined;
  /** `waiting` for its turn, `sending`, `checking` by the server; `failed` stays until it is put away. */
  state: "waiting" | "sending" | "checking" | "failed";
  /** 0 to 1. */
  share: number;
  /** Of one that failed: the stable code, and the most bytes where it was too large. */
  failure?: string;
  mostBytes?: number | undefined;
}

export type UploadEvent =
  | { type: "picked"; uploads: readonly Upload[] }
  | { type: "progress"; id: number; share: number }
  | { type: "failed"; id: number; failure: string; mostBytes?: number | undefined }
  | { type: "again"; id: number }
  | { type: "gone"; id: number };

export function uploadsAfter(uploads: readonly Upload[], event: UploadEvent): readonly Upload[] {
  if (event.type === "picked") return [...uploads, ...event.uploads];
  if (event.type === "gone") return uploads.filter((upload) => upload.id !== event.id);
  return uploads.map((upload) => (upload.id === event.id ? changed(upload, event) : upload));
}

function changed(upload: Upload, event: Exclude<UploadEvent, { type: "picked" | "gone" }>): Upload {
  switch (event.type) {
    case "progress":
      return { ...upload, state: event.share >= 1 ? "checking" : "sending", share: event.share };
    case "failed":
      return { ...upload, state: "failed", failure: event.failure, mostBytes: event.mostBytes };
    case "again":
      return { ...upload, state: "waiting", share: 0 };
  }
}

/** The one whose turn it is; none while another is under way. */
export function nextUpload(uploads: readonly Upload[]): Upload | undefined {
  const isBusy = uploads.some(({ state }) => state === "sending" || state === "checking");
  return isBusy ? undefined : uploads.find(({ state }) => state === "waiting");
}

/** What is wrong with a file before it is sent: the server would say the same after minutes. */
export function unfit(name: string, sizeBytes: number, taken: Readonly<Record<string, number>>): { failure: string; mostBytes?: number } | undefined {
  const ending = endingOf(name);
  const mostBytes = taken[SAME[ending] ?? ending];
  if (mostBytes === undefined) return { failure: "file_type" };
  if (sizeBytes === 0) return { failure: "file_empty" };
  return sizeBytes > mostBytes ? { failure: "file_too_large", mostBytes } : undefined;
}

/** What a device's file picker offers: the endings that are taken, with their other names. */
export function accepted(taken: Readonly<Record<string, number>>): string {
  const others = Object.entries(SAME).flatMap(([other, ending]) => (ending in taken ? [other] : []));
  return [...Object.keys(taken), ...others].map((ending) => `.${ending}`).join(",");
}

const SAME: Readonly<Record<string, string>> = { jpeg: "jpg", jpe: "jpg", oga: "ogg", opus: "ogg" };

function endingOf(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1).toLowerCase();
}
