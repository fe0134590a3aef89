import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { PLAIN_SETTINGS, type Settings } from "../worker/config.ts";
import { StartError } from "./plan.ts";
import { ProcessGroup } from "./process.ts";

const READY_LIMIT_MS = 60_000;
const LOOK_EVERY_MS = 100;
const ANSWER_LIMIT_MS = 5000;
const WATCH_EVERY_MS = 1000;
const WATCH_LIMIT_MS = 2000;
/** So many unanswered looks in a row: a reload leaves one or two. */
const SILENT_LOOKS = 3;

/** Keeps wrangler and miniflare from looking anything up on the network. */
const OFFLINE = {
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_SEND_ERROR_REPORTS: "false",
  WRANGLER_WRITE_LOGS: "false",
  WRANGLER_HIDE_BANNER: "true",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
} as const;

/** Runs the worker under `wrangler dev` on a loopback port; `secretFiles` are read besides the plain settings. */
export function startEdge(
  root: string,
  port: number,
  settings: Settings,
  secretFiles: readonly string[],
): ProcessGroup {
  const plain = [...PLAIN_SETTINGS, "DEMO_CONTROL_URL"] as const;
  return new ProcessGroup(
    process.execPath,
    [
      join(root, "node_modules/wrangler/bin/wrangler.js"),
      "dev",
      ...["--config", join(root, "wrangler.toml")],
      ...["--ip", "127.0.0.1"],
      ...["--port", String(port)],
      ...["--inspector-port", "0"],
      // Two at the same time must not share one database.
      ...["--persist-to", join(root, ".wrangler", `start-${port}`)],
      "--show-interactive-dev-session=false",
      ...plain.flatMap((name) =>
        settings[name] === undefined ? [] : ["--var", `${name}:${settings[name]}`],
      ),
      ...secretFiles.flatMap((file) => ["--env-file", file]),
    ],
    { ...process.env, ...OFFLINE },
  );
}

/**
 * Settles when the page and its configuration are really there.
 * @throws StartError when the worker ends first, takes too long, or finds its configuration wrong
 */
export async function untilAnswering(edge: ProcessGroup, port: number): Promise<void> {
  const base = `http://127.0.0.1:${port}`;
  const deadlineMs = Date.now() + READY_LIMIT_MS;
  let end: string | null = null;
  edge.ended.then((how) => {
    end = how;
  });
  while (!((await isThere(`${base}/`)) && (await isThere(`${base}/api/config`)))) {
    if (end !== null) throw new StartError(`wrangler dev ended (${end}):\n${edge.output}`);
    if (Date.now() > deadlineMs) throw new StartError(`wrangler dev doesn't answer:\n${edge.output}`);
    await wait(LOOK_EVERY_MS);
  }
}

/** Settles when the worker answers nothing any more: wrangler outlives a runtime that crashed, and doesn't say so. */
export async function untilSilent(port: number): Promise<void> {
  for (let silent = 0; silent < SILENT_LOOKS; ) {
    await wait(WATCH_EVERY_MS, undefined, { ref: false });
    silent = (await answers(`http://127.0.0.1:${port}/livez`)) ? 0 : silent + 1;
  }
}

async function answers(url: string): Promise<boolean> {
  const answer = fetch(url, { method: "HEAD", signal: AbortSignal.timeout(WATCH_LIMIT_MS) });
  return answer.then(
    () => true,
    () => false,
  );
}

async function isThere(url: string): Promise<boolean> {
  const response = await fetch(url, { signal: AbortSignal.timeout(ANSWER_LIMIT_MS) }).catch(() => null);
  if (response === null) return false;
  const body = await response.text();
  // wrangler may read .dev.vars otherwise than we do: the worker says what is wrong with what it got.
  if (response.headers.get("Content-Type") === "application/problem+json") {
    throw new StartError((JSON.parse(body) as { detail: string }).detail);
  }
  return response.ok;
}
