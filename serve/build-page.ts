/** What wrangler runs before it looks for the page (wrangler.toml, `[build]`). */
import { fileURLToPath } from "node:url";
import { buildPage } from "./build/page.ts";

await buildPage(fileURLToPath(new URL("..", import.meta.url)));
