import { describe, expect, test } from "vitest";
import { DEFAULT_FEEDS } from "../default-feeds.ts";
import { configOf, feed, lines, NATS_URL } from "./testing.ts";

/** A change that gives the feed one column with these additional fields. */
const column = (more: object) => ({ columns: [{ field: "id", title: "Id", ...more }] });

describe("FEEDS", () => {
  const feedsOf = (...feeds: unknown[]) => configOf({ NATS_URL, FEEDS: JSON.stringify(feeds) }).feeds;

  test("defaults to the EGOS feeds", () => {
    expect(configOf({ NATS_URL }).feeds).toEqual(DEFAULT_FEEDS);
  });

  test("replaces the default feeds, and an id selects one of them", () => {
    expect(feedsOf(feed, "llm").map(({ id }) => id)).toEqual(["orders", "llm"]);
  });

  test("a plain title applies to each language, and the default view is log", () => {
    expect(feedsOf(feed)[0]).toEqual({
      ...feed,
      title: { en: "Orders", "pt-BR": "Orders" },
      view: "log",
      fields: [],
    });
  });

  test.each([
    [
      "{]",
      /^FEEDS is not valid JSON \(line 1 column 2\): use a JSON array of feeds or a comma-separated list of subjects$/,
    ],
    ["{}", /^FEEDS is not a list: use a JSON array of feeds or a comma-separated list of subjects$/],
    ['"orders.>"', /^FEEDS is wrapped in quotes: remove the quotes$/],
    ["[]", /^FEEDS is empty: list at least one feed$/],
    ['["a b"]', /^FEEDS\[0\]\.subject is invalid: use a NATS subject/],
    ['["llm", ""]', /^FEEDS\[1\] is empty: remove the extra comma$/],
    ["[7]", /^FEEDS\[0\] is invalid: use a JSON object$/],
    ['[["orders.>"]]', /^FEEDS\[0\] is invalid: use a JSON object$/],
    ["[{}]", /^FEEDS\[0\]\.subject is missing: add it$/],
    ['[{"kv":"a.b"}]', /^FEEDS\[0\]\.kv is invalid: use a bucket's name/],
    ["orders.>, ", /^FEEDS\[1\] is empty: remove the extra comma$/],
    ["orders.> iot.*", /^FEEDS\[0\]\.subject is invalid: use a NATS subject/],
    [
      Array.from({ length: 33 }, (_, index) => `s.${index}`).join(),
      /^FEEDS lists 33 feeds: list at most 32$/,
    ],
  ])("%s is refused", (json, line) => {
    expect(lines({ NATS_URL, FEEDS: json })).toEqual([expect.stringMatching(line)]);
  });

  test.each([
    [{ subject: "a b" }, /^FEEDS\[1\]\.subject is invalid: use a NATS subject/],
    [{ subject: "a.>.b" }, /^FEEDS\[1\]\.subject is invalid/],
    [{ subject: "a..b" }, /^FEEDS\[1\]\.subject is invalid/],
    [{ subject: "a*.b" }, /^FEEDS\[1\]\.subject is invalid/],
    [{ subject: undefined }, /^FEEDS\[1\]\.subject is missing: add it$/],
    [{ id: "a b" }, /^FEEDS\[1\]\.id is invalid: use letters, digits and single dashes$/],
    [{ id: "llm" }, /^FEEDS\[1\]\.id is another feed's id: give each feed its own id$/],
    [{ view: "grid" }, /^FEEDS\[1\]\.view is invalid: use log, table, latest-by-key, chart or value$/],
    [{ view: "latest-by-key" }, /^FEEDS\[1\]\.key is invalid: name the field that identifies a row/],
    [{ columns: [{ field: "id" }] }, /^FEEDS\[1\]\.columns\[0\]\.title is missing: add it$/],
    [
      column({ format: "money" }),
      /columns\[0\]\.format is invalid: use text, number, bytes, duration, time, chip, link or json$/,
    ],
    [
      column({ format: "time", unit: "h" }),
      /columns\[0\]\.unit is invalid: use s, ms, us, µs or ns, the unit/,
    ],
    [column({ field: "$subjects" }), /columns\[0\]\.field is invalid: use a field's path, or \$subject/],
    [column({ digits: 2.5 }), /columns\[0\]\.digits is invalid: use a whole number from 0 to 20$/],
    [
      column({ tones: [{ when: ">hot", tone: "bad" }] }),
      /columns\[0\]\.tones\[0\]\.when is invalid: use a numeric comparison/,
    ],
    [
      column({ tones: [{ when: ">1", tone: "red" }] }),
      /tones\[0\]\.tone is invalid: use neutral, active, good, warn or bad$/,
    ],
    [column({ colour: "red" }), /columns\[0\]\.colour is not a known field/],
    [{ payload: "xml" }, /^FEEDS\[1\]\.payload is invalid: use auto, json, text, bytes, msgpack, cbor, or/],
    [{ payload: { format: "protobuf", type: "a.B" } }, /^FEEDS\[1\]\.payload is invalid: use auto/],
    [{ stream: { name: "ORDERS", history: { last: 0 } } }, /^FEEDS\[1\]\.stream/],
    [{ kv: "a.b" }, /^FEEDS\[1\]\.kv is invalid: use a bucket's name/],
    [
      { kv: "devices", subject: "orders.>" },
      /^FEEDS\[1\]\.subject is invalid: leave it out, or use the bucket's own keys/,
    ],
    [{ keys: 100_000 }, /^FEEDS\[1\]\.keys is invalid: use a whole number from 1 to 50000$/],
    [{ key: "$seqs" }, /^FEEDS\[1\]\.key is invalid/],
    [{ size: "huge" }, /^FEEDS\[1\]\.size is invalid: use small, wide, tall or full$/],
    [{ alerts: [{ quiet: 5 }] }, /^FEEDS\[1\]\.alerts\[0\] is invalid: use one of \{ "quietSeconds": 30 \}/],
    [{ subjct: "a" }, /^FEEDS\[1\]\.subjct is not a known field: correct its name or remove it$/],
    [{ title: { en: "a" } }, /^FEEDS\[1\]\.title/],
    [{ stream: "a.b" }, /^FEEDS\[1\]\.stream is invalid/],
    [{ stream: { name: "A", directGet: "history.*" } }, /^FEEDS\[1\]\.stream/],
    [{ stream: { name: "A", directGet: ">" } }, /^FEEDS\[1\]\.stream/],
    [{ stream: { name: "A", directGet: "$JS.API.STREAM.PURGE.A" } }, /^FEEDS\[1\]\.stream/],
    [{ stream: { republished: "a" } }, /^FEEDS\[1\]\.stream/],
  ])("%j is refused with its place", (change, line) => {
    const FEEDS = JSON.stringify(["llm", { ...feed, ...change }]);
    expect(lines({ NATS_URL, FEEDS })).toEqual([expect.stringMatching(line)]);
  });

  test("comma-separated subjects and ids of default feeds are enough", () => {
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

  test.each([
    ["orders.created", "orders.>"],
    ["orders.created", "orders.*"],
    ["live.orders", "live.orders"],
    ["orders", "orders"],
  ])("directGet %s is refused if viewers read %s", (directGet, subject) => {
    const asking = { ...feed, subject: "shop.>", stream: { name: "SHOP", directGet } };
    expect(lines({ NATS_URL, FEEDS: [{ subject }, asking] })).toEqual([
      expect.stringMatching(
        /^FEEDS\[1\]\.stream\.directGet is a subject that viewers can read: use the subject/,
      ),
    ]);
    expect(lines({ NATS_URL, FEEDS: [asking], EXPLORE: `iot.>,${subject}` })).toEqual([
      "EXPLORE[1] would let viewers read requests to a feed's stream: use subjects that don't match any feed's `directGet`",
    ]);
    const own = { ...feed, subject: "shop.>", stream: { name: "SHOP", republished: subject, directGet } };
    expect(lines({ NATS_URL, FEEDS: [own] })).toHaveLength(1);
  });

  test.each(["orders.*", "orders.>", "orders.created.eu", "order", ">", "*.ORDERS", "history.ORDERS.>"])(
    "directGet history.ORDERS is accepted if viewers read %s",
    (subject) => {
      const asking = { ...feed, subject: "shop.>", stream: { name: "ORDERS", directGet: "history.ORDERS" } };
      expect(lines({ NATS_URL, FEEDS: [{ subject }, asking], EXPLORE: subject })).toEqual([]);
    },
  );

  test.each(["$JS.API.>", "$JS.>", "$JS.API.DIRECT.GET.ORDERS"])(
    "EXPLORE may contain %s, with the default Direct Get subject of a stream",
    (explored) => {
      const asking = { ...feed, stream: "ORDERS" };
      expect(lines({ NATS_URL, FEEDS: [asking, "$JS.API.DIRECT.>"], EXPLORE: explored })).toEqual([]);
      expect(lines({ NATS_URL, EXPLORE: explored })).toEqual([]);
    },
  );

  test("an invalid feed doesn't shift the places of the feeds after it", () => {
    const asking = { subject: "shop.>", stream: { name: "SHOP", directGet: "orders.x" } };
    expect(lines({ NATS_URL, FEEDS: ["a b", asking, "orders.>"] })).toEqual([
      expect.stringMatching(/^FEEDS\[0\]\.subject is invalid/),
      expect.stringMatching(/^FEEDS\[1\]\.stream\.directGet is a subject that viewers can read/),
    ]);
  });

  test("a subject of one token is a feed, in a list or comma-separated", () => {
    const subjects = (FEEDS: unknown) => configOf({ NATS_URL, FEEDS }).feeds.map(({ subject }) => subject);
    for (const FEEDS of ['["orders", "llm"]', "orders, llm", ["orders", "llm"]]) {
      expect(subjects(FEEDS)).toEqual(["orders", "egos.llm.logs"]);
    }
  });

  test("a byte order mark and CRLF from Windows are ignored", () => {
    const { feeds } = configOf({ NATS_URL, FEEDS: '\uFEFF["orders.>"]\r\n' });
    expect(feeds.map(({ subject }) => subject)).toEqual(["orders.>"]);
  });

  test("a bucket becomes a feed of its keys with their last values", () => {
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

  test("a checked feed passes through the schema again unchanged", () => {
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

  test.each(["a", "a.b.c", "*", ">", "a.*.c", "a.>", "ação.criada"])("%s is a valid subject", (subject) => {
    expect(feedsOf({ ...feed, subject })[0]?.subject).toBe(subject);
  });
});
