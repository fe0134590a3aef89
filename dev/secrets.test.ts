import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { unstable_getVarsForDev as readByWrangler } from "wrangler";
import { writeSecrets } from "./secrets.ts";

test.each([
  {
    PASSPHRASE: `pay $PATH in \${HOME}, "soon" or \\later\\$ later # it's`,
    NATS_PASSWORD: "`now` $5",
    NATS_TOKEN: "two\nlines",
    NATS_SIGNING_KEY: "SA",
  },
  {
    PASSPHRASE: "'tis `# $now`",
    NATS_PASSWORD: "it's`x",
    NATS_TOKEN: "ends with $1\\",
    NATS_SIGNING_KEY: 'of \'all` "kinds\\n"',
  },
])("wrangler reads every secret back as it is, and nothing else (%#)", async (given) => {
  const file = await writeSecrets({ ...given, NATS_URL: "ws://127.0.0.1" });
  const read: object = readByWrangler(undefined, [file.path], {}, undefined, true);
  const values = Object.entries(read).map(([name, { value }]: [string, { value: unknown }]) => [name, value]);
  expect(Object.fromEntries(values)).toEqual(given);
  await file.remove();
  expect(existsSync(file.path)).toBe(false);
});

test("without a secret there is a file too: wrangler would look for one of its own", async () => {
  const file = await writeSecrets({ NATS_URL: "ws://127.0.0.1" });
  expect(existsSync(file.path)).toBe(true);
  await file.remove();
});

test("of a file that comes to its end in the middle, as on a disk that is full, no part is left", async () => {
  const folder = await mkdtemp(join(tmpdir(), "mycelium-secrets-test-"));
  const write = `import { writeSecrets } from ${JSON.stringify(join(import.meta.dirname, "secrets.ts"))};
    await writeSecrets({ PASSPHRASE: "s3cr3t".repeat(9999) });`;
  const args = ["-c", 'ulimit -f 1 && exec "$0" --input-type=module -e "$1"', process.execPath, write];
  await expect(
    promisify(execFile)("sh", args, { env: { PATH: process.env.PATH, TMPDIR: folder } }),
  ).rejects.toThrow(/EFBIG/);
  expect(await readdir(folder)).toEqual([]);
  await rm(folder, { recursive: true });
});

test.each(["# ends with \\", "'all` \"quotes", "two\r\nlines"])(
  "%j is refused, and not told",
  async (secret) => {
    await expect(writeSecrets({ PASSPHRASE: secret })).rejects.toThrow(
      /^PASSPHRASE has characters that can't/,
    );
  },
);
