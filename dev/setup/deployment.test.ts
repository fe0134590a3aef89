import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { setUp } from "../../test/support/servers/deployment.ts";
import { changedFiles, readDeployment, settingsOf } from "./deployment.ts";
import { replaceFiles } from "./files.ts";

const FEEDS = `[
  { "id": "orders", "subject": "orders.>" },
  { "id": "bills", "subject": "bills.>" }
]`;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "mycelium-deployment-"));
  const flags = ["--nats-url", "ws://127.0.0.1:9222", "--origin", "https://page.example"];
  const { ok, output } = await setUp([...flags, "--folder", folder]);
  expect(ok, output).toBe(true);
});
afterEach(() => rm(folder, { recursive: true }));

/** The settings after a push to a NATS that accepts everything. */
async function settingsAfter(given: {
  FEEDS?: string;
  EXPLORE?: string;
}): Promise<Readonly<Record<string, string>>> {
  const { files } = await changedFiles(await readDeployment(folder, given));
  await replaceFiles(folder, files);
  return (await readDeployment(folder, {})).settings;
}

describe("a deployment that is read again", () => {
  test("keeps the page's origin, which .dev.vars does not contain", async () => {
    const { origin, settings } = await readDeployment(folder, {});
    expect(origin).toBe("https://page.example");
    expect(settings).not.toHaveProperty("PUBLIC_URL");
  });

  test.each([
    ["the environment", (text: string) => settingsAfter({ FEEDS: text, EXPLORE: "shop.>,\n  iot.>\n" })],
    [
      ".dev.vars",
      async (text: string) => {
        const file = join(folder, ".dev.vars");
        await writeFile(file, `${await readFile(file, "utf8")}FEEDS='${text}'\nEXPLORE='shop.>,\n  iot.>'\n`);
        return settingsAfter({});
      },
    ],
  ])("takes FEEDS and EXPLORE of several lines from %s, and keeps them on one", async (_name, after) => {
    const { FEEDS: kept = "", EXPLORE } = await after(FEEDS);
    expect(kept).not.toContain("\n");
    expect(JSON.parse(kept)).toEqual(JSON.parse(FEEDS));
    expect(EXPLORE).toBe("shop.>, iot.>");
  });

  test("keeps the other lines of .dev.vars as they are when a setting changes", async () => {
    const file = join(folder, ".dev.vars");
    const before = await readFile(file, "utf8");
    const written = (feeds: string): string =>
      `# ours\nexport PAGE_NAME = "Orders"  # shown\n${feeds}\n${before}\nABOUT='two\nFEEDS=lines \\n'\n#FEEDS=old`;
    await writeFile(file, written("FEEDS=`old.>,\n  older.>`"));
    await settingsAfter({ FEEDS: "orders.>", EXPLORE: "shop.>" });
    expect(await readFile(file, "utf8")).toBe(`${written("FEEDS='orders.>'")}\nEXPLORE='shop.>'\n`);
  });

  test("names a value that can't be written to .dev.vars", async () => {
    const feeds = JSON.stringify([{ id: "orders", subject: "orders.>", title: "a\\b" }]);
    await expect(settingsAfter({ FEEDS: feeds })).rejects.toThrow(
      "FEEDS contains a line break, a backslash or all kinds of quotes",
    );
  });
});

test("settingsOf prefers the environment to .dev.vars, and reads secrets from files", async () => {
  const file = join(folder, "secret");
  await writeFile(file, "of the file\n");
  const { settings } = settingsOf(folder, { NATS_URL: "ws://127.0.0.1:1", NATS_SIGNING_KEY_FILE: file });
  expect(settings).toMatchObject({
    NATS_URL: "ws://127.0.0.1:1",
    NATS_SIGNING_KEY: "of the file",
    AUTH_MODE: "jwt",
  });
});
