import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { brotliDecompressSync } from "node:zlib";
import { expect, test } from "vitest";
import { buildPageFiles } from "./page-files.ts";

test("compresses a large file without blocking the signal handlers", async () => {
  const folder = await mkdtemp(join(tmpdir(), "mycelium-page-files-"));
  try {
    const text = Array.from({ length: 10_000 }, (_, number) => `line ${number * 7919}\n`).join("");
    await writeFile(join(folder, "large.js"), text);
    let isBuilt = false;
    const building = buildPageFiles(folder, join(folder, "built")).finally(() => {
      isBuilt = true;
    });
    await turn();
    expect(isBuilt).toBe(false);
    const [file] = await building;
    expect(file).toMatchObject({ path: "/large.js", bodies: { br: "page/large.js.br" } });
    const compressed = await readFile(join(folder, "built", file?.bodies.br ?? ""));
    expect(brotliDecompressSync(compressed).toString()).toBe(text);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("reports a file of unknown type only when all other files have ended, so that nothing is written afterwards", async () => {
  const folder = await mkdtemp(join(tmpdir(), "mycelium-page-files-"));
  try {
    await writeFile(join(folder, "large.js"), "line\n".repeat(10_000));
    await writeFile(join(folder, "of-no.type"), "");
    await expect(buildPageFiles(folder, join(folder, "built"))).rejects.toThrow(
      /^of-no.type has an unknown file type/,
    );
    expect(await readdir(join(folder, "built/page"))).toContain("large.js.br");
  } finally {
    await rm(folder, { recursive: true });
  }
});
