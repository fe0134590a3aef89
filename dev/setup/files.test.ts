import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseEnv, promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { setUp } from "../../test/support/servers/deployment.ts";
import { replaceFiles, settingsText } from "./files.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "mycelium-files-"));
});
afterEach(() => rm(folder, { recursive: true }));

test("writes no file when one can't be written, and keeps existing files", async () => {
  await writeFile(join(folder, "nats"), "another's");
  const { ok, output } = await setUp(["--nats-url", "ws://127.0.0.1:9222", "--folder", folder]);
  expect(ok).toBe(false);
  expect(output).toMatch(/^\S+\/nats\/\.gitignore can't be written \(E\w+\): check its folder$/);
  expect(await readdir(folder)).toEqual(["nats"]);
  expect(await readFile(join(folder, "nats"), "utf8")).toBe("another's");
});

test("names a file below a folder in which none can be created, where Node's recursive mkdir would hang", async () => {
  const { ok, output } = await setUp(["--nats-url", "ws://127.0.0.1:9222", "--folder", "/proc/deployment"]);
  expect(ok).toBe(false);
  expect(output).toMatch(/^\/proc\/deployment\/\.dev\.vars can't be written \(E\w+\): check its folder$/);
});

test("names a file that can't be replaced, replaces none, and leaves no temporary files", async () => {
  await writeFile(join(folder, "first"), "old");
  const files = ["first", "missing/second"].map((path) => ({ path, text: "new" }));
  await expect(replaceFiles(folder, files)).rejects.toThrow(/missing\/second can't be written \(ENOENT\)/);
  expect(await readdir(folder)).toEqual(["first"]);
  expect(await readFile(join(folder, "first"), "utf8")).toBe("old");
});

test("names a folder that stands in a file's place, keeps it, and leaves no temporary files", async () => {
  await mkdir(join(folder, "kept"));
  await expect(replaceFiles(folder, [{ path: "kept", text: "new" }])).rejects.toThrow(
    /kept can't be written \(E\w+\)/,
  );
  expect(await readdir(folder)).toEqual(["kept"]);
});

test("leaves no part of a file when the disk is full", async () => {
  // The shell's file size limit stands in for a full disk.
  const write = `import { replaceFiles } from ${JSON.stringify(join(import.meta.dirname, "files.ts"))};
    await replaceFiles(".", [{ path: ".dev.vars", text: "s3cr3t".repeat(9999) }]);`;
  const args = ["-c", 'ulimit -f 1 && exec "$0" --input-type=module -e "$1"', process.execPath, write];
  await expect(promisify(execFile)("sh", args, { cwd: folder })).rejects.toThrow(
    /\.dev\.vars can't be written \(EFBIG\)/,
  );
  expect(await readdir(folder)).toEqual([]);
});

describe("a setting that is changed in .dev.vars", () => {
  /** `before` with other FEEDS. */
  const changed = (before: string): string =>
    settingsText({ ...(parseEnv(before) as Record<string, string>), FEEDS: "new.>" }, before);

  test.each([
    ["a note that Node takes for a setting", "notes: see https://x/?a=b\n", "\nEXPLORE=a\n"],
    ["a name in quotes, and lines that look like others", "\"FOO\"='1\nFEEDS=x'\n", ""],
    ["a byte order mark", "\uFEFF# a=b\n", "# FEEDS=c\n"],
    ["a setting after a byte order mark", "\uFEFFABOUT=b\n", ""],
    ["a tab after export, where Node sees no export", "export\tFEEDS=b\n", ""],
    ["a quote that isn't closed, and no other of its kind", 'ABOUT="tis ours\n', "\nTITLE=`b\n"],
  ])("keeps %s", (_what, start, end) => {
    expect(changed(`${start}FEEDS=a\n${end}`)).toBe(`${start}FEEDS='new.>'\n${end}`);
    expect(changed(start + end)).toBe(`${start}${end}FEEDS='new.>'\n`);
  });

  test("keeps the comment after it and its line ending", () => {
    expect(changed("FEEDS=a  # of shops\r\nA=b\r\n")).toBe("FEEDS='new.>'  # of shops\r\nA=b\r\n");
    expect(changed("FEEDS=`a\n`# of shops")).toBe("FEEDS='new.>'# of shops\n");
    expect(changed('FEEDS="a"; \n')).toBe("FEEDS='new.>'\n");
  });

  test("is refused when another setting would change with it", () => {
    expect(() => changed("# ours, not ABOUT\nABOUT='tis ours\nFEEDS=a\n")).toThrow(
      ".dev.vars can't be changed without changing ABOUT (line 2): quote its value with a kind of quote that it doesn't contain",
    );
  });
});
