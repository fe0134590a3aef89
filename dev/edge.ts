import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { StartError } from "./plan.ts";
import { ProcessGroup } from "./process.ts";

const READY_LIMIT_MS = 60_000;
const LOOK_EVERY_MS = 100;
const ANSWER_LIMIT_MS = 5000;

/** Keeps wrangler and miniflare from looking anything up on the network. */
const OFFLINE = {
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_SEND_ERROR_REPORTS: "false",
  WRANGLER_HIDE_BANNER: "true",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
} as const;

/** Runs the worker under `wrangler dev` on a loopback port. */
export function startEdge(root: string, port: number, vars: Readonly<Record<string, string>>): ProcessGroup {
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
      ...Object.entries(vars).flatMap(([name, value]) => ["--var", `${name}:${value}`]),
    ],
    { ...process.env, ...OFFLINE },
  );
}

/**
 * Settles when the page and its configuration are really there.
 * @throws StartError when the worker ends first, or takes too long
 */
export async function untilAnswering(edge: ProcessGroup, port: number): Promise<void> {
  const base = `http://127.0.0.1:${port}`;
  const deadlineMs = Date.now() + READY_LIMIT_MS;
  let end: string | null = null;
  edge.ended.then((how) => {
    end = how;
  });
  while (!((await answers(`${base}/`)) && (await answers(`${base}/api/config`)))) {
    if (end !== null) throw new StartError(`wrangler dev ended (${end}):\n${edge.output}`);
    if (Date.now() > deadlineMs) throw new StartError(`wrangler dev doesn't answer:\n${edge.output}`);
    await wait(LOOK_EVERY_MS);
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(ANSWER_LIMIT_MS) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}
