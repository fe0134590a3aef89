import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { setUp } from "../../test/support/servers/deployment.ts";
import { replaceFile } from "./files.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "mycelium-files-"));
});
afterEach(() => rm(folder, { recursive: true }));

test("where a file can't be written none is left, and what was there stays", async () => {
  await writeFile(join(folder, "nats"), "another's");
  const { ok, output } = await setUp(["--nats-url", "ws://127.0.0.1:9222", "--folder", folder]);
  expect(ok).toBe(false);
  expect(output).toMatch(/^\S+\/nats\/\.gitignore can't be written \(E\w+\): see to its folder$/);
  expect(await readdir(folder)).toEqual(["nats"]);
  expect(await readFile(join(folder, "nats"), "utf8")).toBe("another's");
});

test("a file that can't be replaced is named, stays, and leaves nothing beside it", async () => {
  await mkdir(join(folder, "kept"));
  await expect(replaceFile(folder, { path: "kept", text: "new" })).rejects.toThrow(
    /kept can't be written \(E\w+\)/,
  );
  expect(await readdir(folder)).toEqual(["kept"]);
});
