import { execFile } from "node:child_process";
import { delimiter, dirname, join } from "node:path";

/**
 * Environment for running wrangler without network requests of its own. The build command in wrangler.toml finds
 * this Node first: the one on PATH may be too old for our sources.
 * @param env variables to add
 */
export function wranglerEnv(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return {
    ...env,
    PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
    WRANGLER_SEND_METRICS: "false",
    WRANGLER_SEND_ERROR_REPORTS: "false",
    WRANGLER_WRITE_LOGS: "false",
    WRANGLER_HIDE_BANNER: "true",
    CLOUDFLARE_CF_FETCH_ENABLED: "false",
  };
}

/**
 * Writes what `wrangler deploy` would upload into `folder`: the worker as `index.js`, and esbuild's metafile as
 * `meta.json`. The page must be built first, because wrangler reads its assets.
 * @throws Error with wrangler's output when the build fails
 */
export function bundleWorker(root: string, folder: string): Promise<void> {
  const wrangler = join(root, "node_modules/wrangler/bin/wrangler.js");
  const metafile = join(folder, "meta.json");
  const args = [wrangler, "deploy", "--dry-run", "--outdir", folder, "--metafile", metafile];
  const env = wranglerEnv(process.env);
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { cwd: root, env, encoding: "utf8" }, (error, stdout, stderr) => {
      if (error === null) resolve();
      else reject(new Error(`the worker can't be built:\n${stdout}${stderr}`));
    });
  });
}
