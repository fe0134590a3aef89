import { join } from "node:path";
import { createAccount, createUser } from "@nats-io/nkeys";
import { ROOT } from "../../support/tools/cache.ts";
import { ManagedProcess } from "../../support/tools/managed-process.ts";
import { freePort } from "../../support/tools/ports.ts";
import { compared, type Figure } from "../figure.ts";
import type { TokenOrder } from "./token-cpu.ts";

const RUNS = 5;

/** Tokens per request: enough that the request's own millisecond doesn't matter. */
const COUNTS = { ours: 2000, theirs: 40 } as const;

const READY_LIMIT_MS = 60_000;

/** Processor time of workerd per token, ours and the official library's in turn. */
export async function tokenCpu(): Promise<Figure> {
  const port = await freePort();
  const wrangler = join(ROOT, "node_modules/wrangler/bin/wrangler.js");
  const workerd = new ManagedProcess(
    process.execPath,
    [
      ...[wrangler, "dev", "--config", join(import.meta.dirname, "wrangler.toml")],
      ...["--ip", "127.0.0.1", "--port", String(port), "--inspector-port", "0"],
      "--show-interactive-dev-session=false",
    ],
    { env: { ...process.env, WRANGLER_SEND_METRICS: "false", CLOUDFLARE_CF_FETCH_ENABLED: "false" } },
  );
  try {
    await workerd.printed(/Ready on/, READY_LIMIT_MS);
    const parts = {
      signingSeed: new TextDecoder().decode(createAccount().getSeed()),
      account: createAccount().getPublicKey(),
      userKey: createUser().getPublicKey(),
    };
    const measure = (way: TokenOrder["way"], count: number = COUNTS[way]) =>
      msForEach(port, { way, count, ...parts });
    // Warms up both.
    await measure("ours", 200);
    await measure("theirs", 5);
    const ours: number[] = [];
    const theirs: number[] = [];
    for (let turn = 0; turn < RUNS; turn += 1) {
      ours.push(await measure("ours"));
      theirs.push(await measure("theirs"));
    }
    return compared("token-cpu", "ms", ours, theirs, "@nats-io/jwt 0.0.11 encodeUser");
  } finally {
    await workerd.stop();
  }
}

async function msForEach(port: number, order: TokenOrder): Promise<number> {
  const startedAtMs = performance.now();
  const response = await fetch(`http://127.0.0.1:${port}/`, { method: "POST", body: JSON.stringify(order) });
  const text = await response.text();
  if (!response.ok) throw new Error(`the benchmark's worker answers ${response.status}: ${text}`);
  return (performance.now() - startedAtMs) / order.count;
}
