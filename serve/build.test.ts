import { expect, test, vi } from "vitest";
import { buildProduct } from "./build.ts";

const failure = vi.hoisted(() => ({ code: "", path: "/clone/dist" }));
vi.mock("./build/page.ts", () => ({
  buildPage: async () => {
    throw Object.assign(new Error("open failed"), failure);
  },
}));

test.each(["EACCES", "EROFS", "ENOSPC"])(
  "where nothing can be written (%s) that is said, without a stack",
  async (code) => {
    failure.code = code;
    await expect(buildProduct("/clone")).rejects.toThrow(
      expect.objectContaining({
        name: "SettingsError",
        message: `/clone/dist can't be written (${code}), so that nothing can be built: make room or let this user write there, or work in a clone of your own`,
      }),
    );
  },
);

test("what else goes wrong keeps its own words", async () => {
  failure.code = "ENOENT";
  await expect(buildProduct("/clone")).rejects.toThrow(/^open failed$/);
});
