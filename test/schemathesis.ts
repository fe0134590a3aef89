/** `npm run schemathesis`: fuzzes the worker's API with valid and invalid requests made from its OpenAPI description. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { DEFAULT_FEEDS } from "../worker/default-feeds.ts";
import { startApp } from "./support/servers/app.ts";
import { startNatsServer } from "./support/servers/nats-server.ts";
import { makeOperatorMode } from "./support/servers/worker-operator.ts";
import { CACHE } from "./support/tools/cache.ts";
import { readFlags } from "./support/tools/flags.ts";
import { pythonWith } from "./support/tools/python-packages.ts";

const MAX_TIME_S = 45;

/** Faults to look for: a 5xx, an undocumented status or media type, a body that differs from its schema. */
const CHECKS = [
  "not_a_server_error",
  "status_code_conformance",
  "content_type_conformance",
  "response_schema_conformance",
];

readFlags("npm run schemathesis", []);
const programs = await pythonWith("schemathesis", "4.32.5");
const operator = await makeOperatorMode(DEFAULT_FEEDS.map(({ subject }) => subject));
const broker = await startNatsServer({ config: operator.config });
const app = await startApp({
  NATS_URL: broker.webSocketUrl,
  AUTH_MODE: "jwt",
  NATS_ACCOUNT: operator.account,
  NATS_SIGNING_KEY: operator.signingSeed,
});
try {
  process.exitCode = await fuzz();
} finally {
  await app.stop();
  await broker.stop();
}

function fuzz(): Promise<number> {
  const child = spawn(
    join(programs, "schemathesis"),
    [
      ...["run", `${app.url}/api/openapi.json`],
      ...["--checks", CHECKS.join(",")],
      ...["--max-time", String(MAX_TIME_S)],
      // The worker refuses every token request from another origin.
      ...["--header", `Origin: ${app.url}`],
      ...["--seed", "1", "--no-color", "--warnings", "off"],
    ],
    // Schemathesis writes files into its working directory.
    { cwd: CACHE, stdio: ["ignore", "inherit", "inherit"] },
  );
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? 1));
  });
}
