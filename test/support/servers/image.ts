import { cp, mkdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { buildProduct } from "../../../serve/build.ts";
import { ROOT } from "../tools/cache.ts";

/** The result of the Dockerfile's last stage. */
export interface Image {
  readonly workingFolder: string;
  readonly entrypoint: readonly [string, ...string[]];
  readonly healthcheck: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  /** Numeric, as Kubernetes requires for `runAsNonRoot`. */
  readonly user: { readonly uid: number; readonly gid: number };
  readonly volume: string;
}

/** Working directory of the first stage. */
const SOURCE = "/src/";

/**
 * Runs the Dockerfile's last stage into the folder `root` instead of an image.
 * @throws Error for an instruction that this function doesn't know
 */
export async function layOut(root: string): Promise<Image> {
  await buildProduct(ROOT);
  const text = await readFile(join(ROOT, "Dockerfile"), "utf8");
  const lastStage = text.slice(text.lastIndexOf("\nFROM ") + 1).replaceAll("\\\n", " ");
  const seen = new Map<string, string>();
  const env: Record<string, string> = {};
  for (const line of lastStage.split("\n").slice(1)) {
    const [, name = "", rest = ""] = /^([A-Z]+) +(.*)$/.exec(line) ?? [];
    if (name === "" || name === "RUN" || name === "EXPOSE") continue;
    if (name === "COPY") await copy(root, seen.get("WORKDIR") ?? "/", rest);
    else if (name === "ENV") {
      for (const [, key = "", value = ""] of rest.matchAll(/(\w+)=(\S+)/g)) env[key] = value;
    } else if (["WORKDIR", "ENTRYPOINT", "HEALTHCHECK", "USER", "VOLUME"].includes(name))
      seen.set(name, rest);
    else
      throw new Error(`the Dockerfile has ${name}, which ${import.meta.filename} doesn't know: add it there`);
  }
  const known = (name: string): string => {
    const value = seen.get(name);
    if (value === undefined) throw new Error(`the Dockerfile has no ${name}`);
    return value;
  };
  const [uid = 0, gid = 0] = known("USER").split(":").map(Number);
  return {
    workingFolder: join(root, known("WORKDIR")),
    entrypoint: JSON.parse(known("ENTRYPOINT")),
    healthcheck: JSON.parse(known("HEALTHCHECK").replace(/^.*CMD /, "")),
    env,
    user: { uid, gid },
    volume: join(root, known("VOLUME")),
  };
}

async function copy(root: string, workingFolder: string, words: string): Promise<void> {
  const [, from = "", to = ""] = /^--from=build (\S+) (\S+)$/.exec(words) ?? [];
  if (!from.startsWith(SOURCE))
    throw new Error(`COPY ${words}: the source must be a file of the first stage`);
  const target = join(root, to.startsWith("/") ? to : join(workingFolder, to));
  await mkdir(dirname(target), { recursive: true });
  await cp(join(ROOT, from.slice(SOURCE.length)), target, { recursive: true });
}
