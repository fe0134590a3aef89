import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createOperator, decode } from "@nats-io/jwt";
import type { KeyPair } from "@nats-io/nkeys";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { seedOf } from "../../dev/setup/keys.ts";
import { Deployment, setUp } from "../support/servers/deployment.ts";
import { selectedRelease } from "../support/tools/nats-server.ts";
import { until } from "../support/tools/until.ts";

const feed = (id: string, subject: string) => ({
  id,
  title: id,
  subject,
  columns: [{ field: "id", title: "Id" }],
});

/** 2.9 disconnects all clients of a changed account; pages reconnect by themselves. */
const CUTS_AT_PUSH = selectedRelease() === "2.9.10";

let deployment: Deployment;
beforeAll(async () => {
  deployment = await Deployment.start([feed("orders", "orders.>")]);
});
afterAll(() => deployment?.stop());
afterEach(() => deployment.closeConnections());

async function must(args: readonly string[], feeds?: readonly unknown[]): Promise<string> {
  const { ok, output } = await deployment.setUp(args, feeds);
  expect(output).not.toMatch(/S[AOU][A-Z2-7]{56}/);
  expect(ok, output).toBe(true);
  return output;
}

interface StreamConfig {
  readonly subjects: readonly string[];
  readonly max_bytes: number;
  readonly max_age: number;
  readonly max_msgs_per_subject: number;
  readonly description?: string;
  readonly republish?: unknown;
}

async function configOf(stream: string): Promise<StreamConfig> {
  const publisher = await deployment.publisher();
  const info = await publisher.request(`$JS.API.STREAM.INFO.${stream}`);
  return info.json<{ config: StreamConfig }>().config;
}

describe("setup stream", () => {
  test("creates a stream on a running server, and a page can read it at once", async () => {
    const early = await deployment.viewer();
    const output = await must(["stream", "ORDERS", "orders.>", "--max-bytes", "64MiB", "--max-age", "2d"]);
    expect(output).toContain("pushed the accounts publishers and viewers to 1 server\n");
    expect(output).toContain("created the stream ORDERS on orders.>\n");
    expect(await configOf("ORDERS")).toMatchObject({
      subjects: ["orders.>"],
      max_bytes: 64 * 2 ** 20,
      max_age: 2 * 86_400 * 1e9,
      max_msgs_per_subject: -1,
      republish: { src: ">", dest: "live.>" },
    });
    const [written] = JSON.parse((await deployment.settings()).FEEDS ?? "");
    expect(written.stream).toEqual({
      name: "ORDERS",
      directGet: "history.ORDERS",
      republished: "live.orders.>",
    });
    // Connected clients are disconnected once, and come back with the new permissions.
    await early.nats.closed();
    const publisher = await deployment.publisher();
    await publisher.request("orders.1", "first");
    const viewer = await deployment.viewer();
    const stored = await viewer.nats.request("history.ORDERS", JSON.stringify({ seq: 1 }));
    expect(stored.string()).toBe("first");
  });

  test("when repeated, changes only what the flags name", async () => {
    const publisher = await deployment.publisher();
    const { republish: _republish, ...config } = await configOf("ORDERS");
    await publisher.request(
      "$JS.API.STREAM.UPDATE.ORDERS",
      JSON.stringify({ ...config, republish: { src: ">", dest: "live.>" }, description: "Ana's" }),
    );
    const output = await must(["stream", "ORDERS", "orders.>", "--max-per-subject", "5", "--max-age", "0"]);
    expect(output).toContain("updated the stream ORDERS on orders.>\n");
    const changed = {
      description: "Ana's",
      max_msgs_per_subject: 5,
      max_age: 0,
      max_bytes: 64 * 2 ** 20,
      republish: { src: ">", dest: "live.>" },
    };
    expect(await configOf("ORDERS")).toMatchObject(changed);
    // A limit that is restored unasked would delete messages.
    await must(["stream", "ORDERS", "orders.eu.*", "orders.>"]);
    expect(await configOf("ORDERS")).toMatchObject({ ...changed, subjects: ["orders.>"] });
  });

  test("keeps a stream's republish and its feed's subject for it, and warns about further readable subjects", async () => {
    const publisher = await deployment.publisher();
    const before = (await deployment.settings()).FEEDS;
    const republish = { src: "shop.>", dest: "copies.>" };
    const subjects = ["shop.>", "salaries.>"];
    const config = { name: "SHOP", subjects, storage: "file", republish };
    await publisher.request("$JS.API.STREAM.CREATE.SHOP", JSON.stringify(config));
    const stream = { name: "SHOP", republished: "copies.>" };
    const output = await must(["stream", "SHOP", "shop.>"], [{ ...feed("shop", "shop.>"), stream }]);
    expect(output).toContain(
      "warn  viewers can read all of salaries.> from the stream SHOP, which is more than",
    );
    expect(await configOf("SHOP")).toMatchObject({ subjects, republish });
    const [written] = JSON.parse((await deployment.settings()).FEEDS ?? "");
    expect(written.stream).toEqual({ ...stream, directGet: "history.SHOP" });
    await must(["push"], JSON.parse(before ?? ""));
  });

  test("refuses overlapping subjects before it writes anything", async () => {
    const before = await deployment.settings();
    const { ok, output } = await deployment.setUp(["stream", "AB", "a.b.*", "a.*.c"], [feed("a", "a.b.c")]);
    expect(ok).toBe(false);
    expect(output).toMatch(/^the stream's subjects a\.b\.\* and a\.\*\.c overlap/);
    expect(await deployment.settings()).toEqual(before);
  });

  test("refuses a subject that no feed reads, and proposes a feed", async () => {
    const { ok, output } = await deployment.setUp(["stream", "BILLS", "bills.>"]);
    expect(ok).toBe(false);
    expect(output).toMatch(
      /^no feed has a subject within bills\.>: set FEEDS to all feeds .* such as FEEDS='bills\.>'/,
    );
  });

  test("works with the default feeds", async () => {
    const output = await must(["stream", "LOGS", "egos.llm.>", "--no-republish"], ["sparc", "llm"]);
    expect(output).toContain("created the stream LOGS");
    const written = JSON.parse((await deployment.settings()).FEEDS ?? "");
    expect(written[0]).toMatchObject({ id: "sparc", subject: "egos.sparc.tasks" });
    expect(written[0]).not.toHaveProperty("stream");
    expect(written[1]).toMatchObject({
      id: "llm",
      subject: "egos.llm.logs",
      stream: { name: "LOGS", directGet: "history.LOGS" },
    });
    expect((await configOf("LOGS")).republish).toBeUndefined();
  });
});

test("setup push lets viewers read what EXPLORE names; before, setup check reports it", async () => {
  const settings = { EXPLORE: "shop.>" };
  const before = await setUp(["check", "--folder", deployment.folder], undefined, settings);
  expect(before.output).toContain("FAIL  viewers may not read shop.>");
  expect((await setUp(["push", "--folder", deployment.folder], undefined, settings)).ok).toBe(true);
  expect((await deployment.settings()).EXPLORE).toBe("shop.>");
  const after = await setUp(["check", "--folder", deployment.folder]);
  expect(after.output).toMatch(/nothing is wrong\n$/);
});

test("setup push lets viewers read exactly what FEEDS now names", async () => {
  const output = await must(["push"], [feed("bills", "bills.>")]);
  expect(output).toMatch(/^ {2}npm run deploy -- .*FEEDS/m);
  const viewer = await deployment.viewer();
  const publisher = await deployment.publisher();
  const received: string[] = [];
  viewer.nats.subscribe("bills.>", { callback: (_error, message) => void received.push(message.string()) });
  await viewer.nats.flush();
  publisher.publish("bills.1", "paid");
  await until("the event of the new feed", () => received.includes("paid"));
  viewer.nats.subscribe("orders.>", { callback: () => {} });
  await until("a refusal of the old one", () => /orders/.test(viewer.errors[0] ?? ""));
});

describe("setup rotate", () => {
  let oldKey: KeyPair;
  const FILE = "nats/keys/signing.old.nk";
  const hasOldKey = async () =>
    (await readdir(join(deployment.folder, "nats/keys"))).includes("signing.old.nk");

  test("makes NATS accept the new key beside the old one, and gives it to the worker", async () => {
    oldKey = await deployment.signingKey();
    const early = await deployment.viewer();
    const output = await must(["rotate"]);
    expect(output).toContain(
      `  npx wrangler secret put NATS_SIGNING_KEY < ${deployment.folder}/nats/keys/signing.nk\n`,
    );
    expect(output).toContain(`  npm run setup -- rotate --finish --folder ${deployment.folder}\n`);
    expect((await deployment.signingKey()).getPublicKey()).not.toBe(oldKey.getPublicKey());
    const { NATS_SIGNING_KEY } = await deployment.settings();
    expect(NATS_SIGNING_KEY).toBe(new TextDecoder().decode((await deployment.signingKey()).getSeed()));
    if (!CUTS_AT_PUSH) await early.nats.flush();
    await Promise.all([deployment.viewer(oldKey), deployment.viewer()]);
  });

  test("when repeated, continues with the same two keys", async () => {
    const before = (await deployment.signingKey()).getPublicKey();
    expect(await must(["rotate"])).toMatch(/^continuing the rotation that is already under way/);
    expect((await deployment.signingKey()).getPublicKey()).toBe(before);
    await Promise.all([deployment.viewer(oldKey), deployment.viewer()]);
  });

  test("--finish refuses until every token of the old key has expired", async () => {
    const { ok, output } = await deployment.setUp(["rotate", "--finish"]);
    expect(ok).toBe(false);
    expect(output).toMatch(/^tokens of the old key may be valid for another \d+ s: wait, or give --now/);
    expect(await hasOldKey()).toBe(true);
  });

  test("--finish --now removes the old key at once and keeps the new one", async () => {
    const late = await deployment.viewer();
    await must(["rotate", "--finish", "--now"]);
    await expect(deployment.viewer(oldKey)).rejects.toThrow(/authorization violation/i);
    if (!CUTS_AT_PUSH) await late.nats.flush();
    await deployment.viewer();
    expect(await hasOldKey(), FILE).toBe(false);
  });

  test("--finish is refused when no rotation is under way", async () => {
    const { ok, output } = await deployment.setUp(["rotate", "--finish"]);
    expect(ok).toBe(false);
    expect(output).toMatch(/^no rotation is under way: start one with/);
  });
});

test("a server keeps pushed accounts over a restart, and a newly set up server has them in its configuration", async () => {
  const viewers = (await deployment.settings()).NATS_ACCOUNT ?? "";
  const config = await readFile(join(deployment.folder, "nats/nats-server.conf"), "utf8");
  const [, preloaded = ""] = new RegExp(`${viewers}: (\\S+)`).exec(config) ?? [];
  const onServer = async () => {
    const administrator = await deployment.administrator();
    return (await administrator.request(`$SYS.REQ.ACCOUNT.${viewers}.CLAIMS.LOOKUP`)).string();
  };
  expect(preloaded).toBe(await onServer());
  expect(decode(preloaded).sub).toBe(viewers);
  await deployment.restart();
  expect(await onServer()).toBe(preloaded);
  await deployment.viewer();
});

test("distinguishes a server that accepts no pushes from one that is unreachable", async () => {
  const { ok, output } = await deployment.setUp(["push", "--via", "ws://127.0.0.1:1"]);
  expect(ok).toBe(false);
  expect(output).toMatch(/^ws:\/\/127\.0\.0\.1:1 can't be reached \(connect ECONNREFUSED \S+\): start it/);
});

test.each([["push"], ["rotate"]])(
  "%s refuses another operator's key, because nobody could connect after a restart",
  async (command) => {
    const file = join(deployment.folder, "nats/keys/operator.nk");
    const [key, settings] = [await readFile(file, "utf8"), await deployment.settings()];
    await writeFile(file, seedOf(createOperator()));
    const named = "nats/keys/operator.nk isn't the key of the operator that NATS trusts: restore the file";
    try {
      const { ok, output } = await deployment.setUp([command]);
      expect(ok).toBe(false);
      expect(output).toContain(named);
      expect(await deployment.settings()).toEqual(settings);
      expect((await deployment.setUp(["check"])).output).toContain(`FAIL  ${named}`);
    } finally {
      await writeFile(file, key);
    }
  },
);

test("rotate --finish asks for a push when a newly set up NATS doesn't know the viewers' account, and works after it", async () => {
  await must(["rotate"]);
  const viewers = (await deployment.settings()).NATS_ACCOUNT ?? "";
  const file = join(deployment.folder, "nats/nats-server.conf");
  const config = await readFile(file, "utf8");
  await writeFile(file, config.replace(new RegExp(`^ *${viewers}: .*\\n`, "m"), ""));
  await rm(join(deployment.folder, "nats/data/accounts"), { recursive: true });
  await deployment.restart();
  const { ok, output } = await deployment.setUp(["rotate", "--finish"]);
  expect(ok).toBe(false);
  expect(output).toBe(
    `NATS doesn't know the viewers' account: run npm run setup -- push --folder ${deployment.folder}, then repeat this`,
  );
  await must(["push"]);
  expect((await deployment.setUp(["rotate", "--finish"])).output).toMatch(
    /^tokens of the old key may be valid/,
  );
});
