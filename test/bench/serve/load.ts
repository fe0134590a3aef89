import { Agent, request } from "node:http";
import { join } from "node:path";
import { startApp } from "../../support/servers/app.ts";
import { startNatsServer } from "../../support/servers/nats-server.ts";
import { ROOT } from "../../support/tools/cache.ts";
import { ManagedProcess } from "../../support/tools/managed-process.ts";
import { freePort } from "../../support/tools/ports.ts";
import { descendants, memoryOf, workerdAmong } from "../../support/tools/processes.ts";
import { compared, type Figure, single } from "../figure.ts";

const CONNECTIONS = 32;
const RUNS = 3;
const RUN_MS = 4000;
/** Duration of the load before memory is read. */
const LONG_MS = 60_000;
const READY_LIMIT_MS = 120_000;

/** Responses per second over keep-alive connections, in turn with `wrangler dev`; then memory after a minute of load. */
export async function load(): Promise<readonly Figure[]> {
  const broker = await startNatsServer({ release: "2.15" });
  const app = await startApp({ NATS_URL: broker.webSocketUrl });
  const port = await freePort();
  const wrangler = startWranglerDev(port, broker.webSocketUrl);
  try {
    await wrangler.printed(/Ready on/, READY_LIMIT_MS);
    const bases = { ours: app.url, theirs: `http://127.0.0.1:${port}` };
    const figures: Figure[] = [];
    for (const [figure, path] of [
      ["serve-page-rps", "/"],
      ["serve-readyz-rps", "/readyz"],
    ] as const) {
      const ours: number[] = [];
      const theirs: number[] = [];
      // Warms up: a busy worker runs compiled code.
      await rate(bases.ours + path, RUN_MS / 4);
      await rate(bases.theirs + path, RUN_MS / 4);
      for (let turn = 0; turn < RUNS; turn += 1) {
        ours.push(await rate(bases.ours + path, RUN_MS));
        theirs.push(await rate(bases.theirs + path, RUN_MS));
      }
      figures.push(compared(figure, "req/s", ours, theirs, "wrangler dev"));
    }
    await wrangler.stop();
    await rate(`${app.url}/`, LONG_MS / 2);
    await rate(`${app.url}/readyz`, LONG_MS / 2);
    const workerd = workerdAmong(descendants(app.pid));
    return [...figures, single("serve-rss", memoryOf([workerd]), "bytes")];
  } finally {
    await wrangler.stop();
    await app.stop();
    await broker.stop();
  }
}

function startWranglerDev(port: number, natsUrl: string): ManagedProcess {
  const wrangler = join(ROOT, "node_modules/wrangler/bin/wrangler.js");
  const args = ["dev", "--ip", "127.0.0.1", "--port", String(port), "--inspector-port", "0"];
  return new ManagedProcess(
    process.execPath,
    [wrangler, ...args, "--show-interactive-dev-session=false", "--var", `NATS_URL:${natsUrl}`],
    {
      cwd: ROOT,
      env: { ...process.env, WRANGLER_SEND_METRICS: "false", CLOUDFLARE_CF_FETCH_ENABLED: "false" },
    },
  );
}

/** Responses per second; each connection sends its next request as soon as it has a response. */
async function rate(url: string, forMs: number): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const startedAtMs = performance.now();
  const endsAtMs = startedAtMs + forMs;
  let answered = 0;
  const lane = async (): Promise<void> => {
    while (performance.now() < endsAtMs) {
      await ask(url, agent);
      answered += 1;
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, lane));
  agent.destroy();
  return Math.round(answered / ((performance.now() - startedAtMs) / 1000));
}

function ask(url: string, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { agent }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`${url} answers ${response.statusCode}`));
      response.resume().once("end", resolve).once("error", reject);
    });
    asked.once("error", reject);
    asked.end();
  });
}
