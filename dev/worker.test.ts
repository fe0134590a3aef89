import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Log } from "../serve/log.ts";
import type { ProcessGroup, ProcessOptions } from "../serve/process-group.ts";
import { ask } from "../serve/watchdog.ts";
import { DevWorker } from "./worker.ts";

/** For each wrangler that was started: a function that ends it, and its options. */
const ends = vi.hoisted((): ((how: string) => void)[] => []);
const starts = vi.hoisted((): ProcessOptions[] => []);

vi.mock("../serve/process-group.ts", () => ({
  ProcessGroup: class implements Pick<ProcessGroup, "ended" | "stop"> {
    readonly ended = new Promise<string>((end) => ends.push(end));
    constructor(options: ProcessOptions) {
      starts.push(options);
    }
    async stop(): Promise<void> {
      ends.at(-1)?.("SIGTERM");
    }
  },
}));
vi.mock("../serve/watchdog.ts", () => ({ ask: vi.fn(async () => {}) }));

const SETTINGS = {
  FEEDS: "orders.>",
  PASSPHRASE: `pay $PATH in \${HOME}, "soon" or \\later\\$ later # it's \`now\``,
  NATS_TOKEN: " two\r\nlines\\",
};
const SECOND_MS = 1000;
/** Delay between the end of a wrangler and the next start. */
const RESTART_MS = 500;
const asked = vi.mocked(ask);
let lines: string[];
let worker: DevWorker;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  lines = [];
  ends.length = 0;
  starts.length = 0;
  asked.mockReset().mockResolvedValue();
  vi.stubEnv("NATS_SERVER", "of another program");
  vi.stubEnv("HOME", "/home/who");
  vi.stubEnv("XDG_CONFIG_HOME", "/config");
  const log: Log = { write: (_level, message) => void lines.push(message) };
  worker = new DevWorker({ root: "/", port: 1, settings: SETTINGS, log });
});
afterEach(async () => {
  await worker.stop();
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

test("wrangler reads every setting back unchanged, and no other variable of this environment", async () => {
  const [{ command = "", args = [], env = {} } = {}] = starts;
  const files = [args[args.indexOf("--env-file") + 1]];
  const read = `const { unstable_getVarsForDev: read } = await import("wrangler");
    console.log(JSON.stringify(read(undefined, ${JSON.stringify(files)}, {}, undefined, true)));`;
  const options = { cwd: import.meta.dirname, env };
  const { stdout } = await promisify(execFile)(command, ["--input-type=module", "-e", read], options);
  const found = Object.entries(JSON.parse(stdout) as Record<string, { value: string }>);
  const values = Object.fromEntries(found.map(([name, { value }]) => [name, value]));
  expect(values).toMatchObject(SETTINGS);
  expect(Object.keys(values)).not.toContain("NATS_SERVER");
  expect(args.join(" ")).not.toContain("later");
});

test("wrangler gets HOME and XDG_CONFIG_HOME of this environment", () => {
  expect(starts[0]?.env).toMatchObject({ HOME: "/home/who", XDG_CONFIG_HOME: "/config" });
});

test("polls a restarted wrangler as often as the first, and stops polling after stop", async () => {
  for (const count of [1, 2, 3]) {
    expect(ends).toHaveLength(count);
    asked.mockClear();
    await vi.advanceTimersByTimeAsync(10 * SECOND_MS);
    expect(asked).toHaveBeenCalledTimes(10);
    ends.at(-1)?.("SIGKILL");
    await vi.advanceTimersByTimeAsync(RESTART_MS);
  }
  expect(lines).toEqual(
    Array(3).fill("wrangler dev ended (SIGKILL): restarting it; the lines above may say why"),
  );
  await worker.stop();
  await vi.advanceTimersByTimeAsync(0);
  expect(vi.getTimerCount()).toBe(0);
});

test("restarts a wrangler that stops answering, and gives each a minute for its first answer", async () => {
  await vi.advanceTimersByTimeAsync(SECOND_MS);
  asked.mockRejectedValue(new Error("nobody"));
  await vi.advanceTimersByTimeAsync(4 * SECOND_MS);
  expect(lines).toEqual([]);
  await vi.advanceTimersByTimeAsync(SECOND_MS + RESTART_MS);
  expect(ends).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(60 * SECOND_MS);
  expect(ends).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(5 * SECOND_MS + RESTART_MS);
  expect(ends).toHaveLength(3);
  expect(lines).toEqual(
    Array(2).fill("wrangler dev stopped answering: restarting it; the lines above may say why"),
  );
});
