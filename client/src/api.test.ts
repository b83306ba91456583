import { describe, expect, it, vi } from "vitest";

vi.stubGlobal("location", { origin: "http://commonroom.test" });
vi.stubGlobal("document", { cookie: "commonroom_csrf=token" });
const { ApiFailure, client, take } = await import("./api");

function answer(status: number, body: string, kind = "application/problem+json") {
  vi.stubGlobal("fetch", async () => new Response(body, { status, headers: { "content-type": kind } }));
}

async function failure() {
  // The client keeps the fetch of its making, unless a call brings its own.
  return take(client.GET("/api/today", { fetch: globalThis.fetch })).then(
    () => expect.fail("it should have failed"),
    (error: unknown) => error as InstanceType<typeof ApiFailure>,
  );
}

describe("a refusal", () => {
  it("carries the whole problem document", async () => {
    const problem = { code: "rules_not_met", detail: "…", failing: [{ code: "has_lead" }, "no rule"], status: 409 };
    answer(409, JSON.stringify(problem));
    const error = await failure();
    expect(error).toBeInstanceOf(ApiFailure);
    expect([error.code, error.status]).toEqual(["rules_not_met", 409]);
    expect(error.listOf("failing")).toEqual([{ code: "has_lead" }]);
    expect(error.listOf("rows")).toEqual([]);
    expect(error.fields).toEqual([]);
  });

  it("names the fields that do not fit", async () => {
    answer(400, JSON.stringify({ code: "invalid", fields: [{ field: "name", problem: "missing" }, { problem: "nowhere" }] }));
    expect((await failure()).fields).toEqual([{ field: "name", problem: "missing" }]);
  });

  it.each([
    [502, "<h1>Bad gateway</h1>", "unavailable"],
    [418, "", "general"],
    [400, "[]", "general"],
    [400, "null", "general"],
  ])("of status %i with %j is %s", async (status, body, code) => {
    answer(status, body, "text/html");
    expect((await failure()).code).toBe(code);
  });

  it("of a line that is down is told apart from one of the server", async () => {
    vi.stubGlobal("fetch", async () => Promise.reject(new TypeError("failed to fetch")));
    const error = await failure();
    expect([error.code, error.status]).toEqual(["network", 0]);
  });
});
