/** The only test of plain `wrangler dev`, on a fresh clone. */
import { copyFile, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ROOT } from "../support/tools/cache.ts";
import { runCommand } from "../support/tools/command.ts";
import { ManagedProcess } from "../support/tools/managed-process.ts";
import { freePort } from "../support/tools/ports.ts";

const READY_LIMIT_MS = 120_000;

let clone: string;
beforeAll(async () => {
  clone = await mkdtemp(join(tmpdir(), "mycelium-clone-"));
  const { ok, output } = await runCommand("git", ["checkout-index", "--all", `--prefix=${clone}/`], {
    cwd: ROOT,
  });
  if (!ok) throw new Error(output);
  // As after npm ci.
  await symlink(join(ROOT, "node_modules"), join(clone, "node_modules"));
});
afterAll(() => rm(clone, { recursive: true, force: true }));

test("`cp .dev.vars.example .dev.vars && npx wrangler dev` builds the page, and serves page and worker", async () => {
  await copyFile(join(clone, ".dev.vars.example"), join(clone, ".dev.vars"));
  const port = await freePort();
  const wrangler = new ManagedProcess(
    "npx",
    [
      "wrangler",
      "dev",
      "--port",
      String(port),
      "--inspector-port",
      "0",
      "--show-interactive-dev-session=false",
    ],
    {
      cwd: clone,
      env: { ...process.env, WRANGLER_SEND_METRICS: "false", CLOUDFLARE_CF_FETCH_ENABLED: "false" },
      leadsGroup: true,
    },
  );
  try {
    await wrangler.printed(/Ready on/, READY_LIMIT_MS);
    const base = `http://localhost:${port}`;
    expect(await (await fetch(base)).text()).toContain('<div id="app">');
    expect(await (await fetch(`${base}/api/config`)).json()).toMatchObject({
      servers: ["ws://127.0.0.1:9222"],
    });
  } finally {
    await wrangler.stop();
  }
});
