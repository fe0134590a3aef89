import { beforeEach, expect, test } from "vitest";
import { dismissMissingPart, part, partIsMissing } from "./parts.ts";

beforeEach(dismissMissingPart);

const found = async (): Promise<string> => "found";
const gone = (): Promise<string> => Promise.reject(new Error("404"));

test("a part that can't be had is null, and said until the reader has read it", async () => {
  expect(await part(gone)).toBeNull();
  expect(partIsMissing.value).toBe(true);
  dismissMissingPart();
  expect(partIsMissing.value).toBe(false);
});

test("another part that can be had says nothing of it; the same one does", async () => {
  await part(gone, "texts");
  expect(await part(found)).toBe("found");
  expect(partIsMissing.value).toBe(true);
  await part(found, "texts");
  expect(partIsMissing.value).toBe(false);
});
