import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Plugin } from "vite";

const TEMPLATE = new URL("../../site/offline/service-worker.js", import.meta.url);

/** Source of the service worker that caches `files`; its version changes with the files and the page's HTML. */
export function serviceWorker(template: string, files: readonly string[], page: string): string {
  const version = createHash("sha256")
    .update(JSON.stringify([files, page]))
    .digest("hex")
    .slice(0, 12);
  return template.replace("__VERSION__", version).replace("__FILES__", JSON.stringify(["/", ...files]));
}

/**
 * Emits the service worker that opens the page offline. Written by hand in forty lines, because Workbox
 * would add a build step and a runtime.
 */
export function offline(): Plugin {
  return {
    name: "mycelium:offline",
    apply: "build",
    enforce: "post",
    generateBundle(_options, bundle) {
      const files = Object.keys(bundle)
        .filter((name) => name.startsWith("assets/"))
        .map((name) => `/${name}`)
        .sort();
      const page = bundle["index.html"];
      const source = serviceWorker(
        readFileSync(TEMPLATE, "utf8"),
        files,
        page?.type === "asset" ? String(page.source) : "",
      );
      this.emitFile({ type: "asset", fileName: "service-worker.js", source });
    },
  };
}
