import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freePort } from "../test/support/tools/ports.ts";
import { readServeSettings } from "./settings.ts";

let folder: string;
let port: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "mycelium-settings-"));
  // Not a port chosen by the kernel, which could give it to another process meanwhile.
  port = String(await freePort());
});
afterAll(() => rmSync(folder, { recursive: true }));

const read = (env: NodeJS.ProcessEnv) =>
  readServeSettings({ PORT: port, DATA: folder, NATS_URL: "wss://nats.invalid", ...env });

test("reads its own settings and the worker's, and ignores other variables", async () => {
  const given = { HOST: "0.0.0.0", LOG: "json", PUBLIC_URL: "https://page.example", NAME: "laptop" };
  expect(await read(given)).toEqual({
    host: "0.0.0.0",
    port: Number(port),
    data: folder,
    logFormat: "json",
    settings: { NATS_URL: "wss://nats.invalid", PUBLIC_URL: "https://page.example" },
    secrets: [],
  });
});

test.each(["new", "newer/one/deep"])("creates a DATA folder that doesn't exist: %s", async (name) => {
  expect((await read({ DATA: join(folder, name) })).data).toBe(join(folder, name));
  expect(existsSync(join(folder, name))).toBe(true);
});

test("git ignores the default folders of history", () => {
  const files = ["data/objects/1.sqlite", ".data/start-8787/objects/1.sqlite"];
  const ignored = execFileSync("git", ["check-ignore", ...files], { cwd: `${import.meta.dirname}/..` });
  expect(ignored.toString().trim().split("\n")).toEqual(files);
});

test.each([
  [{ NATS_URL: "" }, /^NATS_URL is not set: use /],
  [
    { HOST: "x86_64-conda-linux-gnu" },
    /^HOST is "x86_64-.*": give an address of this machine, .* \(from the environment\)$/,
  ],
  [{ PORT: "6000" }, /^PORT 6000 is blocked by browsers/],
  [{ LOG: "yes" }, /^LOG is "yes": give text or json/],
  [{ DATA: "/proc/data" }, /^DATA \/proc\/data can't be written to \(\w+\): give a writable folder/],
  [
    { DATA: "/proc/a/deep/one" },
    /^DATA \/proc\/a\/deep\/one can't be written to \(\w+\): give a writable folder/,
  ],
  [
    { DATA: "package.json" },
    /^DATA .*package\.json can't be written to \(ENOTDIR\): give a writable folder \(from/,
  ],
  [{ PUBLIC_URL: "page.example" }, /^PUBLIC_URL is not an origin: .* \(from the environment\)$/],
  [{ PASSPHRASE_FILE: "/nowhere" }, /^PASSPHRASE_FILE names "\/nowhere", which can't be read/],
])("reports %j in one line", async (env, line) => {
  await expect(read(env)).rejects.toThrow(line);
});
