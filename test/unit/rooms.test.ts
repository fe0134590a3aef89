/** biome.json holds each room to what it may import: here each rule is broken once, and must notice. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../support/tools/cache.ts";
import { runCommand } from "../support/tools/command.ts";

/** For each file what it imports, and whether it may. */
const IMPORTS: Readonly<Record<string, readonly (readonly [target: string, allowed: boolean])[]>> = {
  "client/a.ts": [
    ["nats.ws", true],
    ["./machine/b.ts", true],
    ["hono", false],
    ["node:fs", false],
    ["../contract/a.ts", false],
  ],
  "contract/a.ts": [
    ["valibot", true],
    ["../client/faults/index.ts", true],
    ["../client/index.ts", false],
    ["hono", false],
  ],
  "worker/probe/a.ts": [
    ["hono", true],
    ["../../contract/a.ts", true],
    ["../../client/faults/index.ts", true],
    ["../../client/index.ts", false],
    ["../../site/a.ts", false],
    ["../../test/a.ts", false],
  ],
  "site/ui/a.tsx": [
    ["preact", true],
    ["../../contract/a.ts", true],
    ["../../client/index.ts", true],
    ["../../client/faults/index.ts", false],
    ["../../worker/a.ts", false],
    ["node:fs", false],
  ],
  "serve/build/a.ts": [
    ["node:fs", true],
    ["../../worker/config.ts", true],
    ["../../worker/app.ts", false],
    ["../../simulator/index.ts", false],
  ],
  "serve/runtime/a.ts": [
    ["node:fs", false],
    ["../../worker/config.ts", false],
  ],
  "simulator/a.ts": [
    ["node:net", true],
    ["../client/index.ts", false],
    ["../serve/a.ts", false],
  ],
  "dev/setup/a.ts": [
    ["../../serve/a.ts", true],
    ["../../simulator/index.ts", true],
    ["../../worker/config.ts", true],
    ["../../worker/app.ts", false],
    ["../../test/a.ts", false],
  ],
};

test("biome.json refuses each import across rooms that isn't allowed, and no other", async () => {
  const folder = await mkdtemp(join(tmpdir(), "mycelium-rooms-"));
  try {
    const { vcs: _, ...config } = JSON.parse(await readFile(join(ROOT, "biome.json"), "utf8"));
    await writeFile(join(folder, "biome.json"), JSON.stringify(config));
    for (const [file, imports] of Object.entries(IMPORTS)) {
      await mkdir(dirname(join(folder, file)), { recursive: true });
      await writeFile(join(folder, file), imports.map(([target]) => `import "${target}";\n`).join(""));
    }
    const biome = join(ROOT, "node_modules/.bin/biome");
    const { output } = await runCommand(
      biome,
      ["lint", "--only=style/noRestrictedImports", "--reporter=github", "."],
      { cwd: folder },
    );
    const refused = [...output.matchAll(/file=(?:[^,]*\/mycelium-rooms-[^/]+\/)?([^,]+),line=(\d+)/g)].map(
      ([, file, line]) => `${file}:${line}`,
    );
    const wanted = Object.entries(IMPORTS).flatMap(([file, imports]) =>
      imports.flatMap(([, allowed], index) => (allowed ? [] : [`${file}:${index + 1}`])),
    );
    expect(refused.sort()).toEqual(wanted.sort());
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
