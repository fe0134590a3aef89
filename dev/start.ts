/** `npm start`: simulator, sample publishers and the built product together, until a Ctrl-C. */
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { buildProduct, productFolder } from "../serve/build.ts";
import { runUntilStopped } from "../serve/command.ts";
import { createLog } from "../serve/log.ts";
import { Supervisor } from "../serve/supervisor.ts";
import { telemetryLink } from "./demo.ts";
import { readDevVars } from "./dev-vars.ts";
import { findNats } from "./nats.ts";
import { DEFAULT_PORT, makePlan } from "./plan.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

runUntilStopped(async (running) => {
  const { DATA, PORT } = process.env;
  // Two instances must not share a history.
  const data = resolve(DATA || join(ROOT, ".data", `start-${PORT || DEFAULT_PORT}`));
  const plan = await makePlan(process.env, readDevVars(), data);
  await buildProduct(ROOT);
  const nats = await findNats(plan, running);
  if (running.isStopping) return;
  const log = createLog(plan.logFormat, plan.secrets);
  const product = new Supervisor({
    folder: productFolder(ROOT),
    host: "127.0.0.1",
    port: plan.port,
    data,
    settings: { ...plan.settings, ...nats.settings },
    log,
  });
  await running.add(() => product.stop());
  await product.ready();
  if (running.isStopping) return;
  const url = `http://localhost:${plan.port}`;
  log.write("info", `ready ${url}`, { url });
  if (nats.tcpUrl !== null) {
    const board = telemetryLink(url);
    log.write("info", `telemetry board on the same server: ${board}`, { board });
    log.write("info", `publish with any NATS client to ${nats.tcpUrl}`, { publishTo: nats.tcpUrl });
  }
});
