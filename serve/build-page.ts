/** Builds the page; wrangler runs this before it bundles the worker (wrangler.toml, `[build]`). */
import { fileURLToPath } from "node:url";
import { buildPage } from "./build/page.ts";

await buildPage(fileURLToPath(new URL("..", import.meta.url)));
