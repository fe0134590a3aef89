import { describe, expect, test } from "vitest";
import { REPUBLISHED, readFeeds, withStream } from "./feeds.ts";

const directGets = ({ feeds }: ReturnType<typeof readFeeds>) =>
  feeds.map(({ stream }) => (typeof stream === "object" ? stream.directGet : undefined));
const orders = (stream: unknown) => ({ subject: "orders.>", stream });
const ORDERS = { name: "ORDERS", subjects: ["orders.>"], republish: REPUBLISHED };

describe("the Direct Get subject of a stream", () => {
  test.each([
    ["ORDERS", "history.ORDERS"],
    [{ name: "ORDERS" }, "history.ORDERS"],
    [{ name: "ORDERS", directGet: "$JS.API.DIRECT.GET.ORDERS" }, "history.ORDERS"],
    [{ name: "ORDERS", directGet: "ask.ORDERS" }, "ask.ORDERS"],
  ])("%j: %s, also when it is set up", (stream, expected) => {
    const read = readFeeds(JSON.stringify([orders(stream)]));
    expect(directGets(read)).toEqual([expected]);
    expect(directGets(withStream(read, ORDERS))).toEqual([expected]);
  });

  test("a replaced stream gets a Direct Get subject of its own, and keeps the feed's history limit", () => {
    const before = readFeeds(
      JSON.stringify([
        orders({ name: "OLD", directGet: "ask.OLD", history: { last: 9 }, republished: "old" }),
      ]),
    );
    expect(withStream(before, { ...ORDERS, republish: undefined }).feeds[0]?.stream).toEqual({
      name: "ORDERS",
      directGet: "history.ORDERS",
      history: { last: 9 },
    });
  });

  test.each([
    ["FEEDS", ["history.>", orders("ORDERS")], ""],
    ["EXPLORE", [orders("ORDERS")], "history.*"],
  ])(
    "refuses a Direct Get subject that %s lets viewers read, and proposes another",
    (_name, feeds, explored) => {
      const refusal = /^the stream ORDERS would be requested on history\.ORDERS, .*"directGet":"ask\.ORDERS"/;
      expect(() => readFeeds(JSON.stringify(feeds), explored)).toThrow(refusal);
      const without = readFeeds(JSON.stringify(["history.>", "orders.>"]));
      expect(() => withStream(without, ORDERS)).toThrow(refusal);
      const asks = [...feeds.slice(0, -1), orders({ name: "ORDERS", directGet: "ask.ORDERS" })];
      expect(directGets(withStream(readFeeds(JSON.stringify(asks), explored), ORDERS)).at(-1)).toBe(
        "ask.ORDERS",
      );
    },
  );
});

test("the proposed Direct Get subject keeps the stream's other options", () => {
  const refused = () => readFeeds('[{"kv":"devices"}]', "history.>");
  expect(refused).toThrow(/"stream":\{.*\}$/);
  expect(refused).toThrow('"history":{"lastPerSubject":true}');
  expect(refused).toThrow('"directGet":"ask.KV_devices"');
});

describe("the subject on which a feed receives republished messages", () => {
  const own = { name: "ORDERS", republished: "copies.>" };
  const COPIES = { src: "orders.>", dest: "copies.>" };
  test.each([
    ["our way", REPUBLISHED, "ORDERS", "live.orders.>"],
    ["our way", REPUBLISHED, own, "live.orders.>"],
    ["not at all", undefined, own, undefined],
    ["another way: as the feed says", COPIES, own, "copies.>"],
    ["another way, of which the feed says nothing", COPIES, "ORDERS", undefined],
    ["another way than the stream that the feed read before", COPIES, { ...own, name: "OLD" }, undefined],
    ["headers alone", { ...REPUBLISHED, headers_only: true }, "ORDERS", undefined],
  ])("%s", (_name, republish, stream, heard) => {
    const [feed] = withStream(readFeeds(JSON.stringify([orders(stream)])), { ...ORDERS, republish }).feeds;
    expect(feed?.stream).toEqual({
      name: "ORDERS",
      directGet: "history.ORDERS",
      ...(heard === undefined ? {} : { republished: heard }),
    });
  });
});

test("updates a feed that reads the stream but lies outside the named subjects", () => {
  const stream = { name: "ORDERS", republished: "live.bills.>" };
  const read = readFeeds(JSON.stringify([orders("ORDERS"), { subject: "bills.>", stream }]));
  const heard = (republish: typeof REPUBLISHED | undefined) =>
    withStream(read, { ...ORDERS, republish }).feeds.map((feed) =>
      typeof feed.stream === "object" ? feed.stream.republished : null,
    );
  expect(heard(undefined)).toEqual([undefined, undefined]);
  expect(heard(REPUBLISHED)).toEqual(["live.orders.>", "live.bills.>"]);
});
