import { mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fmtCreds } from "@nats-io/jwt";
import { createUser } from "@nats-io/nkeys";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Broker } from "../support/servers/broker.ts";
import { Deployment, setUp } from "../support/servers/deployment.ts";
import { startNatsServer } from "../support/servers/nats-server.ts";
import { makeOperatorMode } from "../support/servers/worker-operator.ts";
import { selectedRelease } from "../support/tools/nats-server.ts";
import { freePort } from "../support/tools/ports.ts";

/** Since 2.10 nats-server allows an update to change `republish`. */
const updatesRepublish = selectedRelease() === "2.15";

const FEED = { id: "orders", title: "Orders", subject: "orders.>", columns: [{ field: "id", title: "Id" }] };

/** The lines of a check; the last has the number of failures. */
async function check(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<readonly string[]> {
  const { ok, output } = await setUp(["check", ...args], undefined, env);
  expect(output).not.toMatch(/S[AOU][A-Z2-7]{56}/);
  const lines = output.split("\n").filter((line) => /^(?:ok|warn|FAIL|nothing|\d+ of)/.test(line));
  expect(ok, output).toBe(lines.at(-1) === "nothing is wrong");
  return lines;
}

const wrong = (lines: readonly string[]) => lines.filter((line) => /^(?:FAIL|warn)/.test(line));

describe("setup check, on the result of npm run setup", () => {
  let deployment: Deployment;
  beforeAll(async () => {
    deployment = await Deployment.start([FEED]);
    expect((await deployment.setUp(["stream", "ORDERS", "orders.>"])).ok).toBe(true);
  });
  afterAll(() => deployment?.stop());
  afterEach(() => deployment.closeConnections());

  /** The flags that lead a command to the same deployment. */
  const at = () => ` --folder ${deployment.folder}`;
  const checkIt = (env?: Readonly<Record<string, string>>) => check(["--folder", deployment.folder], env);
  const jetStream = async (api: string, body: object = {}) => {
    const answer = await (await deployment.publisher()).request(`$JS.API.${api}`, JSON.stringify(body));
    return answer.json<{ error?: { description: string }; config: { republish?: object } }>();
  };

  test("finds no fault, and changes nothing", async () => {
    const publisher = await deployment.publisher();
    await publisher.request("orders.1", "one");
    const state = async () =>
      (await publisher.request("$JS.API.STREAM.INFO.ORDERS")).json<{ state: object }>().state;
    const before = await state();
    expect(await checkIt()).toEqual([
      "ok    the worker accepts these settings",
      `ok    ${deployment.webSocketUrl} accepts a WebSocket`,
      `ok    ${deployment.webSocketUrl} accepts viewers`,
      "ok    viewers may read every feed",
      "ok    viewers may do nothing else: 22 attempts were refused",
      "ok    viewers can read the stream ORDERS through history.ORDERS",
      "ok    viewers and streams are in different accounts",
      "ok    NATS has this folder's accounts",
      "nothing is wrong",
    ]);
    expect(await state()).toEqual(before);
  });

  test("reports a feed that was not pushed", async () => {
    const FEEDS = JSON.stringify([FEED, { ...FEED, id: "bills", subject: "bills.>" }]);
    const lines = await checkIt({ FEEDS });
    expect(wrong(lines)).toEqual([
      `FAIL  viewers may not read bills.>: allow it with npm run setup -- push${at()}, or change their role`,
    ]);
    expect(lines.at(-1)).toMatch(/^1 of \d+ checks failed$/);
  });

  test("reports a missing stream, and one that is configured differently", async () => {
    const feeds = JSON.stringify([
      { ...FEED, stream: { name: "ORDERS", directGet: "history.ORDERS", republished: "past.orders.>" } },
    ]);
    const lines = wrong(await checkIt({ FEEDS: feeds }));
    expect(lines).toContain(
      `FAIL  viewers may not read past.orders.>: allow it with npm run setup -- push${at()}, or change their role`,
    );
    expect(lines).toContain(
      `FAIL  the stream ORDERS republishes to live.>, not to past.orders.>: fix the stream or FEEDS; npm run setup -- stream ORDERS 'orders.>' --republish${at()} fixes both`,
    );
    const none = JSON.stringify(
      ["eu", "us"].map((id) => ({
        ...FEED,
        id,
        subject: `orders.${id}.>`,
        stream: { name: "NONE", directGet: "history.NONE" },
      })),
    );
    const makeIt = `npm run setup -- stream NONE 'orders.eu.>' 'orders.us.>'${at()}`;
    expect(wrong(await checkIt({ FEEDS: none })).filter((line) => line.includes(makeIt))).toEqual([
      expect.stringMatching(/^FAIL {2}the stream NONE does not answer viewers .* does all of it$/),
      `FAIL  there is no stream NONE: ${makeIt}`,
    ]);
    for (const bucket of [{ kv: "devices" }, { subject: "$KV.devices.>", stream: "KV_devices" }]) {
      expect(wrong(await checkIt({ FEEDS: JSON.stringify([bucket]) }))).toContain(
        `FAIL  there is no stream KV_devices: create the bucket (nats kv add devices), then let viewers read it: npm run setup -- push${at()}`,
      );
    }
  });

  test("reports a stream that stores more than its feeds read, once for all feeds", async () => {
    const stream = { name: "ORDERS", directGet: "history.ORDERS" };
    const FEEDS = JSON.stringify(
      ["eu", "us"].map((id) => ({ ...FEED, id, subject: `orders.${id}.*`, stream })),
    );
    const found = await checkIt({ FEEDS });
    expect(
      found.filter((line) => line === "ok    viewers can read the stream ORDERS through history.ORDERS"),
    ).toHaveLength(1);
    const lines = wrong(found).filter((line) => /all of/.test(line));
    expect(lines).toEqual([
      "warn  viewers can read all of orders.> from the stream ORDERS, which is more than FEEDS and EXPLORE name: keep what they must not read in another stream",
    ]);
  });

  test("says of a mirror and of a stream with sources that it can't know their subjects", async () => {
    for (const [name, source] of [
      ["COPY", { mirror: { name: "ORDERS" }, mirror_direct: true }],
      ["SUM", { sources: [{ name: "ORDERS" }] }],
    ] as const) {
      const copy = { name, ...source, allow_direct: true, storage: "memory" };
      expect(await jetStream(`STREAM.CREATE.${name}`, copy)).not.toHaveProperty("error");
      const FEEDS = JSON.stringify([{ ...FEED, stream: { name, directGet: `history.${name}` } }]);
      expect(wrong(await checkIt({ FEEDS })).filter((line) => !line.includes("does not answer"))).toEqual([
        `warn  the stream ${name} copies or renames messages (mirror, sources or subject_transform), so its configuration doesn't tell what it stores: make sure that it stores orders.>, and nothing that viewers must not read`,
      ]);
      await jetStream(`STREAM.DELETE.${name}`);
    }
  });

  test("reports a stream without Direct Get", async () => {
    const { republish } = (await jetStream("STREAM.INFO.ORDERS")).config;
    const without = {
      name: "ORDERS",
      subjects: ["orders.>"],
      storage: "file",
      max_bytes: 2 ** 30,
      max_age: 7 * 86_400 * 1e9,
      allow_direct: false,
    };
    const updated = await jetStream("STREAM.UPDATE.ORDERS", without);
    if (updatesRepublish) expect(updated).not.toHaveProperty("error");
    else {
      expect(updated.error?.description).toBe("stream configuration update can not change RePublish");
      expect(await jetStream("STREAM.UPDATE.ORDERS", { ...without, republish })).not.toHaveProperty("error");
    }
    expect(wrong(await checkIt())).toEqual([
      expect.stringMatching(/^FAIL {2}the stream ORDERS does not answer viewers on history\.ORDERS \(/),
      "FAIL  the stream ORDERS has no allow_direct: set it: viewers read streams only by Direct Get",
      ...(updatesRepublish
        ? [
            `FAIL  the stream ORDERS republishes nothing, so nothing arrives on live.orders.>: fix the stream or FEEDS; npm run setup -- stream ORDERS 'orders.>' --republish${at()} fixes both`,
          ]
        : []),
    ]);
    expect((await deployment.setUp(["stream", "ORDERS", "orders.>"])).ok).toBe(true);
    expect(wrong(await checkIt())).toEqual([]);
  });

  test("reports an unfinished rotation", async () => {
    expect((await deployment.setUp(["rotate"])).ok).toBe(true);
    expect(wrong(await checkIt())).toEqual([
      `warn  NATS accepts two signing keys: finish the rotation: npm run setup -- rotate --finish${at()}`,
    ]);
  });

  test("accepts that the operator's key is kept elsewhere, and says what it can't compare without it", async () => {
    const file = join(deployment.folder, "nats/keys/operator.nk");
    await rename(file, `${file}.elsewhere`);
    const lines = await checkIt();
    await rename(`${file}.elsewhere`, file);
    expect(lines.slice(-2)).toEqual([
      "ok    the accounts in NATS are not compared: nats/keys/operator.nk isn't in this folder",
      "nothing is wrong",
    ]);
    expect(wrong(lines)).toEqual([]);
  });

  test("reports invalid credentials", async () => {
    const creds = join(deployment.folder, "nats/keys/publisher.creds");
    const before = await readFile(creds);
    await writeFile(creds, "none");
    expect(wrong(await checkIt())).toContainEqual(
      expect.stringMatching(/publisher.creds: unable to parse credentials/),
    );
    await writeFile(creds, before);
  });
});

describe("setup check, on a NATS that wasn't set up by npm run setup", () => {
  const brokers: Broker[] = [];
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "mycelium-check-"));
  });
  afterAll(async () => {
    for (const broker of brokers) await broker.stop();
    await rm(folder, { recursive: true, force: true });
  });
  /** The flag for a folder without .dev.vars. */
  const elsewhere = () => ["--folder", folder];
  const start = async (...args: Parameters<typeof startNatsServer>) => {
    const broker = await startNatsServer(...args);
    brokers.push(broker);
    return broker;
  };

  test("warns that anybody may do anything on a server without authentication", async () => {
    const { webSocketUrl } = await start();
    const lines = wrong(await check(elsewhere(), { NATS_URL: webSocketUrl, FEEDS: "orders.>" }));
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/^warn {2}viewers may also read >, \$SYS\.>.*anybody may/);
    expect(lines[1]).toMatch(/^warn {2}viewers may publish to mycelium\.check\..*\$JS\.API\.STREAM\.PURGE/);
  });

  test("reports a read-only user who may write", async () => {
    const users = '{ user: "u", password: "p", permissions: { subscribe: ["orders.>", "_INBOX.>"] } }';
    const { webSocketUrl } = await start({ config: `authorization { users: [${users}] }` });
    const settings = {
      NATS_URL: webSocketUrl,
      FEEDS: "orders.>",
      AUTH_MODE: "userpass",
      AUTH_GATE: "passphrase",
      PASSPHRASE: "long enough, it is",
      NATS_USER: "u",
      NATS_PASSWORD: "p",
    };
    const lines = wrong(await check(elsewhere(), settings));
    const doubtful =
      "warn  AUTH_MODE hands out credentials that never expire and that the worker can't restrict: use a read-only user";
    expect(lines).toEqual([
      doubtful,
      "warn  viewers share a user, so they can read each other's replies: use AUTH_MODE=jwt if that matters: each viewer then has a key of their own",
      expect.stringMatching(/^FAIL {2}viewers may publish to mycelium\.check\./),
    ]);
    expect(wrong(await check(elsewhere(), { ...settings, NATS_PASSWORD: "q" }))).toEqual([
      doubtful,
      expect.stringMatching(
        /^FAIL {2}can't connect to ws:\S+: authorization violation: NATS_USER and NATS_PASSWORD must be/i,
      ),
    ]);
  });

  test("reports viewers in the account of the streams", async () => {
    const operator = await makeOperatorMode([], { jetStream: true });
    const { webSocketUrl } = await start({ config: operator.config, jetStream: true });
    const settings = {
      NATS_URL: webSocketUrl,
      FEEDS: JSON.stringify([{ ...FEED, stream: "ORDERS" }]),
      AUTH_MODE: "jwt",
      NATS_ACCOUNT: operator.account,
      NATS_SIGNING_KEY: operator.signingSeed,
    };
    const outside = wrong(await check(elsewhere(), settings));
    expect(outside[0]).toMatch(/^warn {2}FEEDS reads a stream of the viewers' own account: /);
    expect(outside[1]).toMatch(
      /^FAIL {2}the stream ORDERS does not answer viewers on \$JS\.API\.DIRECT\.GET/,
    );
    expect(outside[2]).toMatch(/^warn {2}viewers request history on JetStream's own subjects/);
    const user = createUser();
    const creds = join(folder, "owner.creds");
    await writeFile(creds, fmtCreds(await operator.userJwt(user), user));
    expect(wrong(await check(["--creds", creds, ...elsewhere()], settings)).at(-1)).toMatch(
      /^FAIL {2}viewers are in the streams' account: give viewers a separate account/,
    );
  });

  test("reports a forbidden origin, a plain TCP port, a proxy without WebSocket, and a closed port", async () => {
    const { webSocketUrl, tcpUrl, monitorUrl } = await start({
      webSocketConfig: 'allowed_origins: ["https://page.example"]',
    });
    const at = (url: string) =>
      check(["--page", "https://other.example", ...elsewhere()], { NATS_URL: url, FEEDS: "orders.>" });
    expect((await at(webSocketUrl))[1]).toBe(
      `FAIL  ${webSocketUrl} refuses pages of https://other.example: add that origin to allowed_origins in its websocket block`,
    );
    const [, port] = await check(elsewhere(), {
      NATS_URL: tcpUrl.replace("nats:", "ws:"),
      FEEDS: "orders.>",
    });
    expect(port).toMatch(/is NATS's plain TCP port: browsers can't use it/);
    const [, http] = await check(elsewhere(), {
      NATS_URL: monitorUrl.replace("http:", "ws:"),
      FEEDS: "orders.>",
    });
    expect(http).toMatch(/^FAIL {2}\S+ answers a WebSocket upgrade with HTTP 200: give the port/);
    const [, nobody] = await check(elsewhere(), {
      NATS_URL: `ws://127.0.0.1:${await freePort()}`,
      FEEDS: "orders.>",
    });
    expect(nobody).toMatch(/^FAIL {2}\S+ can't be reached \(.*ECONNREFUSED.*\): start it/);
  });

  test("reports that there are no settings", async () => {
    expect(await check(elsewhere(), {})).toEqual([
      `FAIL  ${folder}/.dev.vars doesn't exist, and the environment has no NATS_URL: run this in the folder where npm run setup wrote its files, name that folder with --folder, or set NATS_URL`,
      "1 of 1 checks failed",
    ]);
  });

  test("reports all settings that the worker refuses at once", async () => {
    const lines = await check(elsewhere(), { NATS_URL: "http://a", AUTH_MODE: "jwt" });
    expect(lines[0]).toMatch(/^FAIL {2}a setting is wrong: NATS_URL is an http:\/\/ URL: use ws/);
    expect(lines.length).toBeGreaterThan(3);
  });
});
