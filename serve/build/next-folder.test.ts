import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { nextFolder } from "./next-folder.ts";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "mycelium-next-"));
});
afterEach(() => rm(root, { recursive: true }));

test("what builds that were broken off have left goes, what others are at stays, and so does all else", async () => {
  const gone = spawnSync(process.execPath, ["--version"]).pid;
  const kept = ["build", `build.next-${process.ppid}`, "build.txt"];
  const left = [
    `build.next-${gone}`,
    `build.next-${gone}.earlier`,
    `build.next-${process.pid}`,
    "build.next-aB3xYz",
  ];
  for (const name of [...kept, ...left]) await mkdir(join(root, name, "page"), { recursive: true });
  const folder = await nextFolder(root);
  expect((await readdir(root)).sort()).toEqual([...kept, basename(folder)].sort());
  expect(await readdir(folder)).toEqual([]);
  expect((await stat(folder)).mode & 0o777).toBe(0o755);
});
