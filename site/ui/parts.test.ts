import { beforeEach, expect, test } from "vitest";
import { dismissMissingPart, Part, partIsMissing } from "./parts.ts";

beforeEach(dismissMissingPart);

const found = async (): Promise<string> => "found";
const gone = (): Promise<string> => Promise.reject(new Error("404"));

test("a part that fails to load is null, and reported until the reader dismisses the note", async () => {
  expect(await new Part(gone).load()).toBeNull();
  expect(partIsMissing.value).toBe(true);
  dismissMissingPart();
  expect(partIsMissing.value).toBe(false);
});

test("loading another part doesn't clear the report; loading one of the same name does", async () => {
  await new Part(gone, "texts").load();
  expect(await new Part(found).load()).toBe("found");
  expect(partIsMissing.value).toBe(true);
  await new Part(found, "texts").load();
  expect(partIsMissing.value).toBe(false);
});

test("a part is loaded once for all callers; after a failure the next caller loads it again", async () => {
  let asked = 0;
  let isOffline = true;
  const part = new Part(() => {
    asked += 1;
    return isOffline ? gone() : found();
  });
  expect(await Promise.all([part.load(), part.load()])).toEqual([null, null]);
  expect([asked, part.now.value]).toEqual([1, null]);
  isOffline = false;
  expect(await Promise.all([part.load(), part.get(), part.load()])).toEqual(["found", "found", "found"]);
  expect([asked, part.now.value, partIsMissing.value]).toEqual([2, "found", false]);
  await part.load();
  expect(asked).toBe(2);
});

test("`get` rejects on failure, and the page reports nothing", async () => {
  await expect(new Part(gone).get()).rejects.toThrow("404");
  expect(partIsMissing.value).toBe(false);
});
