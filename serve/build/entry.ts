import type { Product } from "../product.ts";
import type { BuiltFile } from "./page-files.ts";
import type { WorkerDescription } from "./worker-description.ts";

/** The main module that workerd runs: the built worker, in the surroundings that a deployment gives it. */
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
    'import { Surroundings } from "runtime.js";',
    ...bodies.map((body, index) => `import body${index} from ${q(body)};`),
    `const files = {\n${known.join(",\n")}\n};`,
    `const surroundings = new Surroundings({ files, ...${q(product)} });`,
    "export default surroundings.worker(built.default);",
    "export const minute = surroundings.minute(built.default);",
    ...objects.map(({ className }) => `export const ${className} = surroundings.object(built.${className});`),
    "",
  ].join("\n");
}

const q = JSON.stringify;
