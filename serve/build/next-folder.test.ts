import { chmod, chown, mkdir, mkdtemp, readdir, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { nextFolder, replace } from "./next-folder.ts";

/** The user `nobody`, needed when the tests run as root, for whom file modes don't apply. */
const ANOTHER = 65_534;

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "mycelium-next-"));
});
afterEach(() => rm(root, { recursive: true }));

/** Makes a folder that isn't empty and was last modified `minutes` ago. */
async function make(name: string, minutes: number): Promise<string> {
  const folder = join(root, name);
  await mkdir(join(folder, "page"), { recursive: true });
  const at = Date.now() / 1000 - minutes * 60;
  await utimes(folder, at, at);
  return folder;
}

test("removes the folders of interrupted builds, and keeps those of running builds and all other files", async () => {
  const kept = ["build", "build.txt", "build.next-b", `build.next-${process.pid}`];
  for (const name of kept) await make(name, name.startsWith("build.next-") ? 50 : 70);
  for (const name of ["build.next-a", "build.next-1", "build.next-1.earlier"]) await make(name, 70);
  const folder = await nextFolder(root);
  expect((await readdir(root)).sort()).toEqual([...kept, basename(folder)].sort());
  expect(await readdir(folder)).toEqual([]);
  expect((await stat(folder)).mode & 0o777).toBe(0o755);
});

test("gives two builds of one process separate folders", async () => {
  const folders = [await nextFolder(root), await nextFolder(root)];
  expect((await readdir(root)).sort()).toEqual(folders.map((folder) => basename(folder)).sort());
});

test("builds even when another user owns the old product or an abandoned build folder", async () => {
  const theirs = [await make("build.next-1", 70), await make("build", 70)];
  await make("build.next-2", 70);
  for (const folder of theirs) await chmod(folder, 0o500);
  const isRoot = process.getuid?.() === 0;
  if (isRoot) for (const name of ["", "build.next-2"]) await chown(join(root, name), ANOTHER, ANOTHER);
  try {
    if (isRoot) process.seteuid?.(ANOTHER);
    const folder = await nextFolder(root);
    await writeFile(join(folder, "serve.js"), "");
    await replace(folder, join(root, "build"));
    expect((await readdir(root)).sort()).toEqual(
      ["build", "build.next-1", `${basename(folder)}.earlier`].sort(),
    );
    expect(await readdir(join(root, "build"))).toEqual(["serve.js"]);
  } finally {
    if (isRoot) process.seteuid?.(0);
    for (const name of await readdir(root)) await chmod(join(root, name), 0o700);
  }
});
