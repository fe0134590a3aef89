import type { Product } from "../product.ts";
import type { BuiltFile } from "./page-files.ts";
import type { WorkerDescription } from "./worker-description.ts";

/** Source of the main module that workerd runs: the built worker, wrapped in what Cloudflare's platform provides. */
export function entryModule(
  { limiters, notFound, objects }: WorkerDescription,
  files: readonly BuiltFile[],
): string {
  const bodies = files.flatMap((file) => Object.values(file.bodies));
  const known = files.map(({ path, type, etag, bodies: own }) => {
    const named = Object.entries(own).map(([encoding, body]) => `${encoding}: body${bodies.indexOf(body)}`);
    return `${q(path)}: { type: ${q(type)}, etag: ${q(etag)}, bodies: { ${named.join(", ")} } }`;
  });
  const product: Omit<Product, "files"> = { limiters, notFound };
  return [
    'import * as built from "worker.js";',
    'import { Platform } from "runtime.js";',
    ...bodies.map((body, index) => `import body${index} from ${q(body)};`),
    `const files = {\n${known.join(",\n")}\n};`,
    `const platform = new Platform({ files, ...${q(product)} });`,
    "export default platform.worker(built.default);",
    "export const minute = platform.minute(built.default);",
    ...objects.map(({ className }) => `export const ${className} = platform.object(built.${className});`),
    "",
  ].join("\n");
}

const q = JSON.stringify;
