import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { buildProduct, productFolder } from "../../../serve/build.ts";
import { type App, startApp } from "../../support/servers/app.ts";
import { ROOT } from "../../support/tools/cache.ts";

/** Changes to the product's entry (serve/build/entry.ts) that count the requests to its Durable Object. */
const CHANGES = [
  [
    "surroundings.object(built.Observatory)",
    `surroundings.object(class extends built.Observatory {
       observation(...given) { asked += 1; return super.observation(...given); }
     })`,
  ],
  [
    "export default surroundings.worker(built.default);",
    `let asked = 0;
     const own = surroundings.worker(built.default);
     const isOurs = (request) => new URL(request.url).pathname === "/asked";
     export default {
       fetch: (request, ...more) => isOurs(request) ? new Response(String(asked)) : own.fetch(request, ...more),
     };`,
  ],
] as const;

/** The product, which also counts the observation requests to its Durable Object. */
export interface CountedApp extends App {
  observationRequests(): Promise<number>;
}

/** Starts a copy of the built product with the counter. */
export async function startCounted(env: Readonly<Record<string, string>>): Promise<CountedApp> {
  await buildProduct(ROOT);
  // Inside the repository, so that the copy finds workerd in its node_modules.
  const folder = await mkdtemp(join(ROOT, ".cache/counted-"));
  const remove = () => rm(folder, { recursive: true });
  try {
    await cp(productFolder(ROOT), folder, { recursive: true });
    await makeItCount(join(folder, "entry.js"));
    const app = await startApp(env, folder);
    return {
      ...app,
      observationRequests: async () => Number(await (await fetch(`${app.url}/asked`)).text()),
      stop: () => app.stop().finally(remove),
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function makeItCount(entry: string): Promise<void> {
  let code = await readFile(entry, "utf8");
  for (const [from, to] of CHANGES) {
    if (!code.includes(from)) throw new Error(`the product's entry doesn't contain ${from}`);
    code = code.replace(from, to);
  }
  await writeFile(entry, code);
}
