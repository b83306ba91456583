import { describe, expect, it } from "vitest";
import { accepted, nextUpload, unfit, uploadsAfter, type Upload } from "./queue";

const TAKEN = { jpg: 1000, txt: 10, ogg: 50 };

function upload(id: number, state: Upload["state"] = "waiting"): Upload {
  return { id, name: `${id}.jpg`, sizeBytes: 5, state, share: 0 };
}

describe("files on their way up", () => {
  it("go one after the other, in order", () => {
    let uploads = uploadsAfter([], { type: "picked", uploads: [upload(1), upload(2)] });
    expect(nextUpload(uploads)?.id).toBe(1);
    uploads = uploadsAfter(uploads, { type: "progress", id: 1, share: 0.5 });
    expect(nextUpload(uploads)).toBeUndefined();
    uploads = uploadsAfter(uploads, { type: "progress", id: 1, share: 1 });
    expect(uploads[0]?.state).toBe("checking");
    expect(nextUpload(uploads)).toBeUndefined();
    uploads = uploadsAfter(uploads, { type: "gone", id: 1 });
    expect(nextUpload(uploads)?.id).toBe(2);
  });

  it("stay with their reason when they fail, and hold up no other", () => {
    let uploads: readonly Upload[] = [upload(1, "sending"), upload(2)];
    uploads = uploadsAfter(uploads, { type: "failed", id: 1, failure: "network" });
    expect(uploads[0]).toMatchObject({ state: "failed", failure: "network" });
    expect(nextUpload(uploads)?.id).toBe(2);
    uploads = uploadsAfter(uploads, { type: "again", id: 1 });
    expect(nextUpload(uploads)?.id).toBe(1);
  });
});

describe("a file that does not fit is told of before it is sent", () => {
  it.each([
    ["a.jpg", 1000, undefined],
    ["a.JPEG", 1, undefined],
    ["a.opus", 50, undefined],
    ["a.jpg", 1001, { failure: "file_too_large", mostBytes: 1000 }],
    ["a.exe", 1, { failure: "file_type" }],
    ["noending", 1, { failure: "file_type" }],
    ["a.txt", 0, { failure: "file_empty" }],
  ])("%s of %d bytes", (name, size, expected) => {
    expect(unfit(name, size, TAKEN)).toEqual(expected);
  });

  it("offers every name of what is taken", () => {
    expect(accepted(TAKEN)).toBe(".jpg,.txt,.ogg,.jpeg,.jpe,.oga,.opus");
    expect(accepted({ pdf: 1 })).toBe(".pdf");
  });
});
