/**
 * biome.json restricts what each room may import: this test breaks each rule once. The picture in docs/architecture.md
 * shows the actual imports.
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, normalize } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../support/tools/cache.ts";
import { runCommand } from "../support/tools/command.ts";
import { repositoryFiles, textOf } from "../support/tools/texts.ts";

/** For each file, imports and whether they are allowed. */
const IMPORTS: Readonly<Record<string, readonly (readonly [target: string, allowed: boolean])[]>> = {
  "client/a.ts": [
    ["nats.ws", false],
    ["./machine/b.ts", true],
    ["hono", false],
    ["node:fs", false],
    ["../contract/a.ts", false],
  ],
  "client/connection/a.ts": [
    ["nats.ws", true],
    ["../machine/b.ts", true],
    ["hono", false],
    ["../../contract/a.ts", false],
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
    ["../../contract/a.ts", true],
    ["../../client/index.ts", false],
    ["../../test/a.ts", false],
  ],
};

test("biome.json refuses exactly the forbidden imports between rooms", async () => {
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

/** A file's imports: paths from the root, and package names. */
function importsOf(path: string): readonly string[] {
  const found = textOf(path).matchAll(/\b(?:from|import\(?)\s*"([^"]+)"/g);
  return [...found].map(([, target = ""]) =>
    target.startsWith(".") ? normalize(join(dirname(path), target)) : target,
  );
}

function isProduct(path: string): boolean {
  return /\.tsx?$/.test(path) && !/\.test\.tsx?$|\btesting\.ts$|^simulator\/contract\//.test(path);
}

test("the picture of the rooms has exactly one arrow per import relation between rooms", () => {
  const [, picture = ""] = /```mermaid\n([^`]+)```/.exec(textOf("docs/architecture.md")) ?? [];
  const drawn = [...picture.matchAll(/^ *(\w+) --> (\w+)(?:\["?([^"\]]+)"?\])?$/gm)];
  const labels = new Map(drawn.flatMap(([, , id, label]) => (label === undefined ? [] : [[id, label]])));
  const arrows = drawn.map(([, from = "", id]) => [from, labels.get(id) ?? id ?? ""] as const);
  // The most specific first: client/faults before client.
  const ends = [...new Set(arrows.flat())].sort((a, b) => b.length - a.length);
  const endOf = (path: string) => ends.find((end) => path === end || path.startsWith(`${end}/`));
  const isAcross = ([from, end = from]: readonly [string, string | undefined]) =>
    end !== from && !end.startsWith(`${from}/`);
  const wordsOf = ([from, end]: readonly [string, string | undefined]) => `${from} --> ${end}`;
  const ways = repositoryFiles()
    .filter((path) => isProduct(path) && ends.includes(path.split("/")[0] ?? ""))
    .flatMap((path) => importsOf(path).map((target) => [path.split("/")[0] ?? "", endOf(target)] as const));
  const imported = new Set(ways.filter(isAcross).map(wordsOf));
  expect([...imported].sort()).toEqual(arrows.filter(isAcross).map(wordsOf).sort());
});

test("a folder of the page imports only folders below it in the README, and none of the page's top-level files", () => {
  const rows = [...textOf("site/README.md").matchAll(/^\| (`\w+\/`(?:, `\w+\/`)*) /gm)];
  const order = rows.flatMap(([, folders = ""]) => [...folders.matchAll(/\w+/g)].map(([folder]) => folder));
  const placeOf = (path: string) => order.indexOf(path.split("/").at(1) ?? "");
  const files = repositoryFiles()
    .filter(isProduct)
    .filter((path) => path.startsWith("site/"));
  const inFolders = files.filter((path) => path.split("/").length > 2);
  expect(inFolders.map(placeOf)).not.toContain(-1);
  const upward = inFolders.flatMap((path) =>
    importsOf(path)
      .filter((target) => target.startsWith("site/") && placeOf(target) < placeOf(path))
      .map((target) => `${path} -> ${target}`),
  );
  expect(upward).toEqual([]);
});
