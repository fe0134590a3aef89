import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { gather, secretsOf, workerProblems } from "./gather.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "mycelium-gather-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const environment = (variables: NodeJS.ProcessEnv) => ({ name: "the environment", variables });

function secretFile(text: string): string {
  const file = join(folder, "secret");
  writeFileSync(file, text);
  return file;
}

test("the first source wins, and an empty value counts as unset", () => {
  const { settings, origins, problems } = gather(
    [
      environment({ NATS_URL: "ws://one", FEEDS: "" }),
      { name: ".dev.vars", variables: { NATS_URL: "ws://two", FEEDS: "[]", OTHER: "x" } },
    ],
    [],
  );
  expect(settings).toEqual({ NATS_URL: "ws://one", FEEDS: "[]" });
  expect(Object.fromEntries(origins)).toEqual({ NATS_URL: "the environment", FEEDS: ".dev.vars" });
  expect(problems).toEqual([]);
});

test.each([
  ["a whole secret ", "a whole secret "],
  ["with a line's end\n", "with a line's end"],
  ["with another\r\n", "with another"],
  ["\uFEFFwith a byte order mark", "with a byte order mark"],
])(
  "reads a secret from the file that its _FILE variable names, without BOM and final line break: %j",
  (text, secret) => {
    const { settings } = gather([environment({ PASSPHRASE_FILE: secretFile(text) })], []);
    expect(settings).toEqual({ PASSPHRASE: secret });
  },
);

test("secretsOf returns secrets trimmed as the worker uses them", () => {
  const settings = {
    NATS_PASSWORD: "\uFEFFhush\r",
    NATS_SIGNING_KEY: " SAHUSH\r\n",
    PASSPHRASE: "well known",
    NATS_TOKEN: "\n",
  };
  expect(secretsOf(settings)).toEqual(["well known", "SAHUSH", "hush"]);
});

test("resolves a secret's file from the folder of the source that names it", () => {
  const file = basename(secretFile("hush"));
  const source = { name: ".dev.vars", variables: { PASSPHRASE_FILE: file }, folder };
  expect(gather([source], [])).toMatchObject({ settings: { PASSPHRASE: "hush" }, problems: [] });
});

test("refuses a NUL character in a setting, from a secret's file too, and does not show the value", () => {
  const { settings, origins, problems } = gather(
    [
      environment({ PASSPHRASE_FILE: secretFile("hu\0sh") }),
      { name: ".dev.vars", variables: { ABOUT: "\0" } },
    ],
    [],
  );
  expect(settings).toEqual({});
  expect([...origins.keys()].sort()).toEqual(["ABOUT", "PASSPHRASE"]);
  expect(problems.toSorted()).toEqual([
    "ABOUT contains a NUL character: remove it (from .dev.vars)",
    "PASSPHRASE contains a NUL character: remove it (from the file that PASSPHRASE_FILE names)",
  ]);
});

test("accepts the longest setting that a process can be started with, and names a longer one", () => {
  const ofBytes = (bytes: number) => {
    const FEEDS = `ü${"x".repeat(bytes - 2)}`;
    return gather([{ name: ".dev.vars", variables: { FEEDS } }], []);
  };
  const { settings, problems } = ofBytes(131_065);
  expect(problems).toEqual([]);
  expect(spawnSync(process.execPath, ["--version"], { env: settings }).status).toBe(0);
  expect(ofBytes(131_066)).toMatchObject({
    settings: {},
    problems: ["FEEDS is 131066 bytes long: shorten it to 131065 bytes or less (from .dev.vars)"],
  });
});

test("ignores a _FILE variable of a setting that isn't secret", () => {
  expect(gather([environment({ NATS_URL_FILE: secretFile("ws://a") })], []).settings).toEqual({});
});

test("reports a secret given with its _FILE, and a missing file, without showing the secret", () => {
  const { problems } = gather(
    [environment({ PASSPHRASE: "hush", PASSPHRASE_FILE: secretFile("hush"), NATS_TOKEN_FILE: "/nowhere" })],
    [],
  );
  expect(problems).toEqual([
    "PASSPHRASE and PASSPHRASE_FILE are both set: set only one of them (from the environment)",
    'NATS_TOKEN_FILE names "/nowhere", which can\'t be read: give a readable file (from the environment)',
  ]);
});

test("reports an unreadable secret file once, and doesn't fall back to a later source", () => {
  const devVars = { name: ".dev.vars", variables: { NATS_TOKEN: "hush" } };
  const env = {
    NATS_URL: "ws://a",
    AUTH_MODE: "token",
    AUTH_GATE: "passphrase",
    NATS_TOKEN_FILE: "/nowhere",
  };
  const { settings, origins, problems } = gather([environment(env), devVars], []);
  expect(problems).toEqual([expect.stringMatching(/^NATS_TOKEN_FILE names/)]);
  const passphrase = "PASSPHRASE is not set: set it, on Cloudflare with `wrangler secret put PASSPHRASE`";
  expect(workerProblems(settings, origins)).toEqual([passphrase]);
  // One that is empty can be read.
  const empty = gather([environment({ ...env, NATS_TOKEN_FILE: secretFile("\n") })], []);
  expect(workerProblems(empty.settings, empty.origins)).toEqual([
    expect.stringMatching(/^NATS_TOKEN is not set: .* \(from the file that NATS_TOKEN_FILE names\)$/),
    passphrase,
  ]);
});

test("reports a likely typo with its source", () => {
  const { problems } = gather([{ name: ".dev.vars", variables: { NATSURL: "ws://a" } }], []);
  expect(problems).toEqual([
    "NATSURL is not a setting: rename it to NATS_URL if you mean that, or unset it (from .dev.vars)",
  ]);
});

test("names the source of a wrong value, but none for a missing one", () => {
  const { settings, origins } = gather([environment({ NATS_URL: "http://a", AUTH_MODE: "token" })], []);
  expect(workerProblems(settings, origins)).toEqual([
    expect.stringMatching(/^NATS_URL is an http:\/\/ URL: .* \(from the environment\)$/),
    expect.stringMatching(/^NATS_TOKEN is not set: .*[^)]$/),
    expect.stringMatching(/^AUTH_GATE is public/),
  ]);
});
