import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { unstable_readConfig } from "wrangler";
import { buildPage } from "../../serve/build/page.ts";
import { ROOT } from "../support/tools/cache.ts";
import { runCommand } from "../support/tools/command.ts";

/** Largest worker on a free plan, gzip bytes (Cloudflare Workers, "Limits"). */
const LARGEST_BYTES = 3 * 1024 * 1024;

let folder: string;
beforeAll(async () => {
  // npm run deploy does this first.
  await buildPage(ROOT);
  folder = await mkdtemp(join(tmpdir(), "mycelium-deploy-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const wrangler = (...args: readonly string[]) =>
  runCommand(process.execPath, [join(ROOT, "node_modules/wrangler/bin/wrangler.js"), ...args], {
    cwd: ROOT,
    env: { ...process.env, WRANGLER_SEND_METRICS: "false" },
  });

test("the binding types match wrangler.toml", async () => {
  const { ok, output } = await wrangler("types", "--check", "worker/worker-configuration.d.ts");
  expect(output).toMatch(/up to date/);
  expect(ok).toBe(true);
});

test("a deploy keeps variables that were set outside of wrangler.toml", () => {
  expect(unstable_readConfig({ config: join(ROOT, "wrangler.toml") })).toMatchObject({ keep_vars: true });
});

test("the upload of npm run deploy can be built without Cloudflare, and has all bindings", async () => {
  const { scripts } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8")) as {
    scripts: { deploy: string };
  };
  expect(scripts.deploy).toBe("wrangler deploy");
  const { ok, output } = await wrangler("deploy", "--dry-run", "--outdir", folder);
  expect(output).toMatch(/env\.OBSERVATORY/);
  expect(output).toMatch(/env\.TOKEN_LIMITER/);
  expect(output).toMatch(/env\.ASSETS/);
  expect(ok).toBe(true);
  const [, kib = "Infinity"] = /gzip: ([\d.]+) KiB/.exec(output) ?? [];
  expect(Number(kib) * 1024).toBeLessThan(LARGEST_BYTES);
  expect(await readFile(join(folder, "index.js"), "utf8")).toContain("Observatory");
});
