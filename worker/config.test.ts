import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { problemLine, readConfig } from "./config.ts";
import { EGOS_FEEDS } from "./egos.ts";
import { type Environment, PLAIN_SETTINGS, SECRET_SETTINGS } from "./settings.ts";

const NATS_URL = "ws://127.0.0.1:9222";
const feed = {
  id: "orders",
  title: "Orders",
  subject: "orders.>",
  columns: [{ field: "id", title: { en: "Id", "pt-BR": "Id" } }],
};

const lines = (settings: Environment): readonly string[] => {
  const result = readConfig(settings);
  return result.ok ? [] : result.problems.map(problemLine);
};
const configOf = (settings: Environment) => {
  const result = readConfig(settings);
  if (!result.ok) throw new Error(result.problems.map(problemLine).join("\n"));
  return result.config;
};

describe("NATS_URL", () => {
  test.each([
    ["ws://127.0.0.1:9222", ["ws://127.0.0.1:9222"]],
    [" wss://a.example , wss://b.example:8443/nats ", ["wss://a.example", "wss://b.example:8443/nats"]],
    ["ws://[::1]:9222", ["ws://[::1]:9222"]],
  ])("%j is good", (natsUrl, servers) => {
    expect(configOf({ NATS_URL: natsUrl }).servers).toEqual(servers);
  });

  test.each([
    [undefined, /^NATS_URL is not set: give the port/],
    ["  ", /^NATS_URL is not set/],
    ["http://a:80", /^NATS_URL is an http:\/\/ URL: give ws:\/\/ instead of http:\/\/$/],
    ["https://a", /give wss:\/\/ instead of https:\/\/$/],
    ["nats://a:4222", /browsers can't speak raw NATS: give the port .* ws:\/\//],
    ["tls://a:4222", /browsers can't speak raw NATS: give the port .* wss:\/\//],
    ["localhost:9222", /^NATS_URL is no WebSocket URL: start it with ws:\/\/ or wss:\/\/$/],
    ["9222", /^NATS_URL is not a URL/],
    ["ws://:9222", /not a URL/],
    ["ws://a:99999", /not a URL/],
    ["ws://a:0", /^NATS_URL has port 0/],
    ["ws://a/#b", /^NATS_URL has a #fragment/],
    ["ws://a,", /^NATS_URL\[1\] is empty: remove the extra comma$/],
    ["ws://a,ws://a", /^NATS_URL\[1\] repeats another: name each server once$/],
    ["ws://a,ws://a/", /^NATS_URL\[1\] repeats another/],
    ["ws://a,http://b", /^NATS_URL\[1\] is an http/],
    ["ws://a,ws://b,ws://c,ws://d,ws://e,ws://f,ws://g", /^NATS_URL names 7 servers: give at most 6$/],
  ])("%j is refused", (natsUrl, line) => {
    expect(lines(natsUrl === undefined ? {} : { NATS_URL: natsUrl })).toEqual([expect.stringMatching(line)]);
  });

  test.each([
    [
      "admin:s3cr3t@nats.example.com:9222",
      /^NATS_URL carries a user or password: remove what stands before the @/,
    ],
    ["wss://admin:s3cr3t/pw@host", /^NATS_URL carries a user/],
    ["wss://a:s3cr3t@host:99999", /^NATS_URL carries a user/],
    ["http://s3cr3t@a:1", /^NATS_URL carries a user/],
    ["wss://a, wss://b:s3cr3t@c", /^NATS_URL\[1\] carries a user/],
    ["wss://h/?auth_token=s3cr3t", /^NATS_URL carries a query: remove/],
    ["wss://h?pass=s3cr3t", /^NATS_URL carries a query/],
    ["s3cr3t", /^NATS_URL is not a URL/],
    ["s3cr3t:value", /^NATS_URL is no WebSocket URL/],
  ])("%j is refused without being repeated", (natsUrl, line) => {
    const said = lines({ NATS_URL: natsUrl });
    expect(said).toEqual([expect.stringMatching(line)]);
    expect(said.join()).not.toContain("s3cr3t");
  });

  test.each([
    "wss://a.example.com;wss://b.example.com",
    "wss://a.example.com wss://b.example.com",
    "wss://a.example.com\nwss://b.example.com",
    "wss://a.example.com|wss://b.example.com",
  ])("%j is told to use commas", (natsUrl) => {
    expect(lines({ NATS_URL: natsUrl })).toEqual([
      "NATS_URL has characters that no address has: separate servers by commas",
    ]);
  });

  test.each([
    "wss://a.example.com;sandbox",
    "wss://*",
    "wss://*.example.com",
    "wss://a'b",
    "wss://a,wss://$(b)",
  ])("%j brings nothing into the policy", (natsUrl) => {
    expect(lines({ NATS_URL: natsUrl })).toEqual([expect.stringMatching(/characters that no/)]);
  });

  test("a slash at the end is no other server", () => {
    expect(configOf({ NATS_URL: "ws://h:9222/,wss://g/nats/" }).servers).toEqual([
      "ws://h:9222",
      "wss://g/nats/",
    ]);
  });
});

/** A change that gives the feed one column, with `more` about it. */
const column = (more: object) => ({ columns: [{ field: "id", title: "Id", ...more }] });

describe("FEEDS", () => {
  const feedsOf = (...feeds: unknown[]) => configOf({ NATS_URL, FEEDS: JSON.stringify(feeds) }).feeds;

  test("without it there are the EGOS feeds", () => {
    expect(configOf({ NATS_URL }).feeds).toEqual(EGOS_FEEDS);
  });

  test("it replaces the list, and an id stands for a default feed", () => {
    expect(feedsOf(feed, "llm").map(({ id }) => id)).toEqual(["orders", "llm"]);
  });

  test("a title for all languages stands in each, and the view is a log", () => {
    expect(feedsOf(feed)[0]).toEqual({
      ...feed,
      title: { en: "Orders", "pt-BR": "Orders" },
      view: "log",
      fields: [],
    });
  });

  test.each([
    ["{", /^FEEDS is not JSON: give a JSON array of feeds, or subjects between commas$/],
    ["{}", /^FEEDS is not a list: give a JSON array of feeds, or subjects between commas$/],
    ['"orders.>"', /^FEEDS is not a list: give a JSON array/],
    ["[]", /^FEEDS is empty: name at least one feed$/],
    [
      '["nope"]',
      /^FEEDS\[0\] is no default feed: give a subject such as orders\.>, an object, or one of sparc, llm, propagation$/,
    ],
    ["[7]", /^FEEDS\[0\] is wrong: give a JSON object$/],
    ["orders.>, ", /^FEEDS\[1\] is empty: remove the extra comma$/],
    ["orders.> iot.*", /^FEEDS\[0\]\.subject is wrong: give a NATS subject/],
    [Array.from({ length: 33 }, (_, index) => `s.${index}`).join(), /^FEEDS has 33 feeds: give at most 32$/],
  ])("%s is refused", (json, line) => {
    expect(lines({ NATS_URL, FEEDS: json })).toEqual([expect.stringMatching(line)]);
  });

  test.each([
    [{ subject: "a b" }, /^FEEDS\[1\]\.subject is wrong: give a NATS subject/],
    [{ subject: "a.>.b" }, /^FEEDS\[1\]\.subject is wrong/],
    [{ subject: "a..b" }, /^FEEDS\[1\]\.subject is wrong/],
    [{ subject: "a*.b" }, /^FEEDS\[1\]\.subject is wrong/],
    [{ subject: undefined }, /^FEEDS\[1\]\.subject is missing: add it$/],
    [{ id: "a b" }, /^FEEDS\[1\]\.id is wrong: give letters, digits and single dashes$/],
    [{ id: "llm" }, /^FEEDS\[1\]\.id repeats another's: give each feed an id of its own$/],
    [{ view: "grid" }, /^FEEDS\[1\]\.view is wrong: give table, latest-by-key, log, chart or value$/],
    [{ view: "latest-by-key" }, /^FEEDS\[1\]\.key is wrong: name the field that identifies a row/],
    [{ columns: [{ field: "id" }] }, /^FEEDS\[1\]\.columns\[0\]\.title is missing: add it$/],
    [
      column({ format: "money" }),
      /columns\[0\]\.format is wrong: give text, number, bytes, duration, time, chip, link or json$/,
    ],
    [column({ format: "time", unit: "h" }), /columns\[0\]\.unit is wrong: give s, ms, us, µs, ns/],
    [column({ field: "$subjects" }), /columns\[0\]\.field is wrong: give a field's path, or \$subject/],
    [column({ digits: 2.5 }), /columns\[0\]\.digits is wrong: give a whole number from 0 to 20$/],
    [
      column({ tones: [{ when: ">hot", tone: "bad" }] }),
      /columns\[0\]\.tones\[0\]\.when is wrong: give a comparison/,
    ],
    [
      column({ tones: [{ when: ">1", tone: "red" }] }),
      /tones\[0\]\.tone is wrong: give neutral, active, good, warn or bad$/,
    ],
    [column({ colour: "red" }), /columns\[0\]\.colour is not a known field/],
    [{ payload: "xml" }, /^FEEDS\[1\]\.payload is wrong: give auto, json, text, bytes, msgpack, cbor, or/],
    [{ payload: { format: "protobuf", type: "a.B" } }, /^FEEDS\[1\]\.payload is wrong: give auto/],
    [{ stream: { name: "ORDERS", history: { last: 0 } } }, /^FEEDS\[1\]\.stream/],
    [{ kv: "a.b" }, /^FEEDS\[1\]\.kv is wrong: give a bucket's name/],
    [
      { kv: "devices", subject: "orders.>" },
      /^FEEDS\[1\]\.subject is wrong: leave it out, or name keys of the bucket/,
    ],
    [{ keys: 100_000 }, /^FEEDS\[1\]\.keys is wrong: give a whole number from 1 to 50000$/],
    [{ key: "$seqs" }, /^FEEDS\[1\]\.key is wrong/],
    [{ size: "huge" }, /^FEEDS\[1\]\.size is wrong: give small, wide, tall or full$/],
    [{ alerts: [{ quiet: 5 }] }, /^FEEDS\[1\]\.alerts\[0\] is wrong: give one of \{ "quietSeconds": 30 \}/],
    [{ subjct: "a" }, /^FEEDS\[1\]\.subjct is not a known field: remove it or correct its name$/],
    [{ title: { en: "a" } }, /^FEEDS\[1\]\.title/],
    [{ stream: "a.b" }, /^FEEDS\[1\]\.stream is wrong/],
    [{ stream: { name: "A", directGet: "history.*" } }, /^FEEDS\[1\]\.stream/],
    [{ stream: { name: "A", directGet: ">" } }, /^FEEDS\[1\]\.stream/],
    [{ stream: { name: "A", directGet: "$JS.API.STREAM.PURGE.A" } }, /^FEEDS\[1\]\.stream/],
    [{ stream: { republished: "a" } }, /^FEEDS\[1\]\.stream/],
  ])("the place of what is wrong is named: %j", (change, line) => {
    const FEEDS = JSON.stringify(["llm", { ...feed, ...change }]);
    expect(lines({ NATS_URL, FEEDS })).toEqual([expect.stringMatching(line)]);
  });

  test("subjects between commas are enough, and a default feed may stand among them", () => {
    const { feeds } = configOf({ NATS_URL, FEEDS: " orders.>, iot.*.telemetry,sparc , orders.*" });
    expect(feeds.map(({ id, subject }) => [id, subject])).toEqual([
      ["orders", "orders.>"],
      ["iot-telemetry", "iot.*.telemetry"],
      ["sparc", "egos.sparc.tasks"],
      ["orders-2", "orders.*"],
    ]);
    expect(feeds[0]).toEqual({
      id: "orders",
      title: { en: "orders.>", "pt-BR": "orders.>" },
      subject: "orders.>",
      view: "log",
      columns: [],
      fields: [],
    });
    expect(feedsOf("orders.>", { subject: "iot.>" }).map(({ id }) => id)).toEqual(["orders", "iot"]);
  });

  test("a bucket is its keys with their last values", () => {
    expect(feedsOf({ kv: "devices", columns: [{ field: "$key", title: "Key" }] })[0]).toMatchObject({
      id: "devices",
      subject: "$KV.devices.>",
      stream: { name: "KV_devices", history: { lastPerSubject: true } },
      view: "latest-by-key",
      key: "$key",
    });
    expect(feedsOf({ kv: "devices", subject: "$KV.devices.ulm.>", view: "table" })[0]).toMatchObject({
      subject: "$KV.devices.ulm.>",
      view: "table",
    });
  });

  test("what the worker made of a feed passes through the contract unchanged", () => {
    const whole = {
      ...feed,
      kv: undefined,
      subject: "orders.*.created",
      stream: {
        name: "ORDERS",
        history: { last: 200 },
        republished: "live.orders.>",
        directGet: "history.ORDERS",
      },
      payload: { format: "protobuf", type: "shop.v1.Order", descriptors: "CgA=" },
      view: "latest-by-key",
      key: "$subject[1]",
      keys: 50,
      columns: [
        { field: "items[0].id", title: "Id" },
        { field: "$time", title: "Time", format: "time" },
        { field: "took", title: "Took", format: "duration", unit: "µs", align: "end", width: 8 },
        {
          field: "t",
          title: "T",
          format: "number",
          digits: 1,
          unit: "°C",
          tones: [{ when: ">80", tone: "bad" }],
        },
      ],
      trace: "$header.traceparent",
      alerts: [
        { quietSeconds: 30 },
        { quietTimes: 5, title: "Quiet" },
        { match: "status:failed" },
        { field: "t", when: ">= 80" },
        { notLiveSeconds: 60 },
      ],
      size: "wide",
    };
    const made = feedsOf(whole);
    expect(feedsOf(...made)).toEqual(made);
  });

  test.each(["a", "a.b.c", "*", ">", "a.*.c", "a.>", "ação.criada"])("%s is a good subject", (subject) => {
    expect(feedsOf({ ...feed, subject })[0]?.subject).toBe(subject);
  });
});

describe("the rest", () => {
  test("every problem is told, not only the first", () => {
    const wrong = {
      NATS_URL: "http://a",
      FEEDS: "[]",
      PAGE_NAME: "n".repeat(61),
      LIVE: "yes",
      PUBLIC_URL: "a",
    };
    expect(lines(wrong)).toEqual([
      expect.stringMatching(/^NATS_URL /),
      expect.stringMatching(/^FEEDS /),
      "PAGE_NAME has 61 characters: give at most 60",
      "LIVE is none of off, on: give one of them",
      expect.stringMatching(/^PUBLIC_URL is no origin: give what browsers show/),
    ]);
  });

  test("the simulator's control is an http address, and its page opens live unless told otherwise", () => {
    const demo = { NATS_URL, DEMO_CONTROL_URL: "http://127.0.0.1:1" };
    expect(configOf(demo)).toMatchObject({ demo: { controlUrl: "http://127.0.0.1:1" }, isLive: true });
    expect(configOf({ ...demo, LIVE: "off" }).isLive).toBe(false);
    expect(lines({ NATS_URL, DEMO_CONTROL_URL: "javascript:0" })).toHaveLength(1);
  });

  test("what nobody gave has its default", () => {
    expect(configOf({ NATS_URL })).toMatchObject({
      name: "Mycelium",
      about: null,
      isLive: false,
      explore: [],
      embedOrigins: [],
      publicUrl: null,
    });
  });

  test("what is given is taken", () => {
    const given = {
      ABOUT: " What our machines say ",
      LIVE: "on",
      EXPLORE: "orders.>, iot.>",
      EMBED_ORIGINS: "https://intranet.example.com, https://*.example.org:8443",
      PUBLIC_URL: "https://mycelium.example.com/",
    };
    expect(configOf({ NATS_URL, ...given })).toMatchObject({
      about: "What our machines say",
      isLive: true,
      explore: ["orders.>", "iot.>"],
      embedOrigins: ["https://intranet.example.com", "https://*.example.org:8443"],
      publicUrl: "https://mycelium.example.com",
    });
  });

  test.each([
    ["EXPLORE", "a b", /^EXPLORE is no subject: give NATS subjects/],
    ["EXPLORE", "a,b..c", /^EXPLORE\[1\] is no subject/],
    ["EMBED_ORIGINS", "*", /^EMBED_ORIGINS is no origin: give origins/],
    ["EMBED_ORIGINS", "https://a.example; script-src *", /^EMBED_ORIGINS is no origin/],
    ["EMBED_ORIGINS", "https://a.example/path", /^EMBED_ORIGINS is no origin/],
    ["EMBED_ORIGINS", "https://*.*.example", /^EMBED_ORIGINS is no origin/],
    ["PUBLIC_URL", "https://me:s3cr3t@a.example", /^PUBLIC_URL is no origin/],
    ["PUBLIC_URL", "https://a.example/page", /^PUBLIC_URL is no origin/],
    ["PUBLIC_URL", "ftp://a.example", /^PUBLIC_URL is no origin/],
    ["ABOUT", "a".repeat(201), /^ABOUT has 201 characters: give at most 200$/],
    ["LIVE", "s3cr3t", /^LIVE is none of/],
  ])("%s=%j is refused without being repeated", (variable, value, line) => {
    const said = lines({ NATS_URL, [variable]: value });
    expect(said).toEqual([expect.stringMatching(line)]);
    expect(said.join()).not.toContain("s3cr3t");
  });

  test("a variable that is a letter away from a setting is asked about", () => {
    expect(lines({ NATS_URL, NATSURL: "x", "public-url": "x" } as object)).toEqual([
      expect.stringMatching(/^public-url is no setting: write PUBLIC_URL if that is meant, or remove it$/),
    ]);
    expect(lines({ NATSURL: "wss://s3cr3t" } as object)).toEqual([
      expect.stringMatching(/^NATS_URL is not set/),
      "NATSURL is no setting: write NATS_URL if that is meant, or remove it",
    ]);
    expect(lines({ NATS_URL, ASSETS: {}, OBSERVATORY: {}, TOKEN_LIMITER: {}, HOST: "h" } as object)).toEqual(
      [],
    );
  });
});

describe("values with types, as a file or a dashboard gives them", () => {
  test("are taken", () => {
    const typed = {
      NATS_URL: ["wss://a", "wss://b"],
      PAGE_NAME: 1,
      FEEDS: [feed, "llm"],
      EXPLORE: ["orders.>"],
      LIVE: null,
    };
    expect(configOf(typed)).toMatchObject({
      servers: ["wss://a", "wss://b"],
      name: "1",
      explore: ["orders.>"],
      feeds: [{ id: "orders" }, { id: "llm" }],
    });
  });

  test.each([
    [{ NATS_URL: { url: "wss://s3cr3t" } }, /^NATS_URL is neither text nor a number: give one text$/],
    [{ NATS_URL: [7] }, /^NATS_URL is a list of something else than texts: give texts$/],
    [{ NATS_URL: ["wss://a"], PAGE_NAME: ["a"] }, /^PAGE_NAME is neither text/],
    [{ NATS_URL: "wss://a", FEEDS: 7 }, /^FEEDS is not a list/],
    [{ NATS_URL: "wss://a", FEEDS: [7] }, /^FEEDS\[0\] is wrong: give a JSON object$/],
    [{ NATS_URL: true }, /^NATS_URL is not a URL/],
  ])("%j is refused by name", (typed, line) => {
    expect(lines(typed)).toEqual([expect.stringMatching(line)]);
  });

  test("whatever comes, it is read or refused, and nothing that was given is repeated", {
    timeout: 60_000,
  }, () => {
    const secret = "Zq7-hush";
    const value = fc.oneof(
      fc.jsonValue(),
      fc.constant(secret),
      fc.string().map((text) => `${secret}${text}`),
      fc.string().map((text) => `wss://${text}:${secret}@h`),
      fc.webUrl().map((url) => url.replace("http", "ws")),
      fc.array(fc.constant(secret)),
    );
    const names = [...PLAIN_SETTINGS, ...SECRET_SETTINGS];
    const environment = fc.record(Object.fromEntries(names.map((name) => [name, value])), {
      requiredKeys: [],
    });
    fc.assert(
      fc.property(environment, (given) => {
        expect(lines(given).join("\n")).not.toContain(secret);
      }),
      { numRuns: 100 },
    );
  });
});

describe("what works and is doubtful", () => {
  const warnings = (settings: Environment) => {
    const result = readConfig({ NATS_URL, ...settings });
    return result.ok ? result.warnings : [problemLine(result.problems[0] as never)];
  };
  const gate = { AUTH_GATE: "passphrase", PASSPHRASE: "correct horse battery" };

  test.each([
    [{}, []],
    [{ NATS_URL: "wss://203.0.113.7" }, [/^NATS_URL names a wss:\/\/ server by its IP address/]],
    [{ NATS_URL: "wss://[2001:db8::7]:8443" }, [/^NATS_URL names a wss/]],
    [
      { AUTH_MODE: "token", NATS_TOKEN: "t", ...gate },
      [/^AUTH_MODE hands out credentials that don't expire/],
    ],
    [
      { FEEDS: [{ ...feed, stream: "ORDERS" }] },
      [/^FEEDS reads a stream of the viewers' own account: by the reply/],
    ],
    [{ FEEDS: [{ ...feed, stream: { name: "ORDERS", directGet: "history.ORDERS" } }] }, []],
  ])("%j", (settings, lines) => {
    expect(warnings(settings)).toEqual(lines.map((line) => expect.stringMatching(line)));
  });
});
