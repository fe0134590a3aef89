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

/** Bundlings that are running, now and when the build folder was removed. */
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
  "reports a folder that can't be written (%s) without a stack",
  async (code) => {
    failure.code = code;
    await expect(buildProduct("/clone")).rejects.toThrow(
      expect.objectContaining({
        name: "SettingsError",
        message: `/clone/dist can't be written (${code}), so the build can't run: free disk space, give this user write access, or use your own clone`,
      }),
    );
  },
);

test("passes on other errors unchanged", async () => {
  failure.code = "ENOENT";
  await expect(buildProduct("/clone")).rejects.toThrow(/^open failed$/);
});

test("removes the folder of a failed build only after every bundler has ended, because a running one would recreate it", async () => {
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
