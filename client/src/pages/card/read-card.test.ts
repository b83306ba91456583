import { describe, expect, it } from "vitest";
import { readCard } from "./read-card";

const ID = "0ead716f-944f-5adf-9499-34050d48c64a";

describe("a login card", () => {
  it("names the class and the student", () => {
    expect(readCard(`#WLW5RV/${ID}`)).toEqual({ code: "WLW5RV", studentId: ID });
    expect(readCard(`#WLW-5RV/${ID.toUpperCase()}`)).toEqual({ code: "WLW-5RV", studentId: ID });
  });

  it.each(["", "#", "#WLW5RV", `#/${ID}`, `#WLW5RV/${ID}/x`, "#WLW5RV/someone", `#%20W5RV/${ID}`])("is not %j", (hash) => {
    expect(readCard(hash)).toBeUndefined();
  });
});
