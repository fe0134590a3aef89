/** `npm run dev`, for development: the page with hot reload and the worker under `wrangler dev`, until a Ctrl-C. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createServer } from "vite";
import { buildPage } from "../serve/build/page.ts";
import { runUntilStopped } from "../serve/command.ts";
import { createLog } from "../serve/log.ts";
import { anyFreePort } from "../serve/settings/port.ts";
import { readDevVars } from "./dev-vars.ts";
import { findNats } from "./nats.ts";
import { makePlan } from "./plan.ts";
import { DevWorker } from "./worker.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** Paths that the worker answers (worker/app.ts); Vite serves all others. */
const OF_WORKER = ["/api", "/livez", "/healthz", "/readyz", "/metrics", "/badge"];

runUntilStopped(async (running) => {
  const plan = await makePlan(process.env, readDevVars());
  // wrangler needs the page's folder to exist, even though Vite serves the page.
  await buildPage(ROOT);
  const nats = await findNats(plan, running);
  const log = createLog(plan.logFormat, plan.secrets);
  const port = await anyFreePort();
  const worker = new DevWorker({
    root: ROOT,
    port,
    settings: { ...plan.settings, ...nats.settings },
    log,
  });
  await running.add(() => worker.stop());
  const target = `http://127.0.0.1:${port}`;
  const page = await createServer({
    configFile: join(ROOT, "vite.config.ts"),
    root: join(ROOT, "site"),
    server: {
      host: "127.0.0.1",
      port: plan.port,
      strictPort: true,
      // The worker compares Host and Origin, so the proxy must not rewrite Host.
      proxy: Object.fromEntries(OF_WORKER.map((path) => [path, { target, changeOrigin: false }])),
    },
  });
  await running.add(() => page.close());
  await page.listen();
  log.write("info", `page http://localhost:${plan.port}, worker ${target}`);
  if (nats.tcpUrl !== null) log.write("info", `publish with any NATS client to ${nats.tcpUrl}`);
});
