import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { expect, test, vi } from "vitest";
import { buildProduct } from "./build.ts";

const failure = vi.hoisted(() => ({ code: "", path: "/clone/dist" }));
vi.mock("./build/page.ts", () => ({
  buildPage: async () => {
    if (failure.code !== "") throw Object.assign(new Error("open failed"), failure);
  },
}));

/** What a bundler is at, in a build whose worker can't be bundled. */
const bundling = vi.hoisted(() => ({ now: 0, atRemoval: -1 }));
vi.mock("./build/worker-description.ts", () => ({ describeWorker: () => ({}) }));
vi.mock("./build/worker.ts", () => ({ bundleWorker: () => Promise.reject(new Error("no worker")) }));
vi.mock("vite", () => ({
  build: async () => {
    bundling.now += 1;
    await turn();
    bundling.now -= 1;
  },
}));
vi.mock("./build/next-folder.ts", async (original) => {
  const real = await original<typeof import("./build/next-folder.ts")>();
  const removeNext = (folder: string) => {
    bundling.atRemoval = bundling.now;
    return real.removeNext(folder);
  };
  return { ...real, removeNext };
});

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

test("a build that fails is cleared away when all of it has ended: a bundler that went on would make its folder anew", async () => {
  failure.code = "";
  const root = await mkdtemp(join(tmpdir(), "mycelium-build-"));
  try {
    await mkdir(join(root, "dist"));
    await writeFile(join(root, "dist/index.html"), "");
    await expect(buildProduct(root)).rejects.toThrow("no worker");
    expect(bundling.atRemoval).toBe(0);
    expect(await readdir(root)).toEqual(["dist"]);
  } finally {
    await rm(root, { recursive: true });
  }
});
