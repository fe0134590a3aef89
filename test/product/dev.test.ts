/** `npm run dev`: the page from its sources, and a worker under `wrangler dev` that is restarted when it dies. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startNatsServer } from "../support/servers/nats-server.ts";
import { ROOT } from "../support/tools/cache.ts";
import { ManagedProcess } from "../support/tools/managed-process.ts";
import { freePort } from "../support/tools/ports.ts";
import { descendants, startedWith, untilGone, workerdAmong } from "../support/tools/processes.ts";
import { until } from "../support/tools/until.ts";

const READY_LIMIT_MS = 120_000;

test("serves page and worker, reports that the worker died and restarts it, and ends everything at a Ctrl-C", async () => {
  const cwd = await mkdtemp(join(tmpdir(), "mycelium-dev-"));
  const broker = await startNatsServer();
  const port = await freePort();
  const dev = new ManagedProcess(process.execPath, [join(ROOT, "dev/dev.ts")], {
    // Runs in another folder, so that it doesn't read the developer's .dev.vars.
    cwd,
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      PORT: String(port),
      NATS_URL: broker.webSocketUrl,
    },
  });
  const base = `http://localhost:${port}`;
  const config = async (): Promise<unknown> => (await fetch(`${base}/api/config`)).json();
  try {
    await dev.printed(new RegExp(`^page ${base}, worker `, "m"), READY_LIMIT_MS);
    const page = await (await fetch(base)).text();
    expect(page).toContain('<div id="app">');
    // Vite's client, which reloads the page when its sources change.
    expect(page).toContain("/@vite/client");
    const first = await until("the worker", config, READY_LIMIT_MS);
    expect(first).toMatchObject({ servers: [broker.webSocketUrl] });

    process.kill(startedWith("wrangler/bin/wrangler.js", descendants(dev.pid)), "SIGKILL");
    await dev.printed(/^error: wrangler dev ended \(SIGKILL\): restarting it/m, READY_LIMIT_MS);
    expect(await until("the worker again", config, READY_LIMIT_MS)).toEqual(first);
    expect(workerdAmong(descendants(dev.pid))).toBeGreaterThan(0);
    expect(dev.output).not.toContain("HEAD /livez 200");

    const family = descendants(dev.pid);
    dev.signal("SIGINT");
    expect(await dev.exited).toEqual({ code: 0, signal: null });
    await untilGone(family);
  } finally {
    await dev.stop();
    await broker.stop();
    await rm(cwd, { recursive: true });
  }
});
