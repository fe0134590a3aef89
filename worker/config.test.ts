import { describe, expect, test } from "vitest";
import { problemLine, readConfig } from "./config.ts";
import { EGOS_FEEDS } from "./egos.ts";
import type { Settings } from "./settings.ts";

const NATS_URL = "ws://127.0.0.1:9222";
const feed = {
  id: "orders",
  title: "Orders",
  subject: "orders.>",
  columns: [{ field: "id", title: { en: "Id", "pt-BR": "Id" } }],
};

const lines = (settings: Settings): readonly string[] => {
  const result = readConfig(settings);
  return result.ok ? [] : result.problems.map(problemLine);
};
const configOf = (settings: Settings) => {
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
    ["http://a:80", /^NATS_URL is "http:\/\/a:80": give ws:\/\/ instead of http:\/\/$/],
    ["https://a", /give wss:\/\/ instead of https:\/\/$/],
    ["nats://a:4222", /browsers can't speak raw NATS: give the port .* ws:\/\//],
    ["tls://a:4222", /browsers can't speak raw NATS: give the port .* wss:\/\//],
    ["localhost:9222", /^NATS_URL is "localhost:9222": start it with ws:\/\/ or wss:\/\/$/],
    ["9222", /^NATS_URL is "9222", not a URL/],
    ["ws://:9222", /not a URL/],
    ["ws://a:99999", /not a URL/],
    ["ws://a:0", /^NATS_URL has port 0/],
    ["ws://a/#b", /^NATS_URL has a #fragment/],
    ["ws://a,", /^NATS_URL\[1\] is empty: remove the extra comma$/],
    ["ws://a,ws://a", /^NATS_URL\[1\] repeats "ws:\/\/a"/],
    ["ws://a,http://b", /^NATS_URL\[1\] is "http/],
    ["ws://a,ws://b,ws://c,ws://d,ws://e,ws://f,ws://g", /^NATS_URL names 7 servers: give at most 6$/],
  ])("%j is refused", (natsUrl, line) => {
    expect(lines(natsUrl === undefined ? {} : { NATS_URL: natsUrl })).toEqual([expect.stringMatching(line)]);
  });

  test("a password is never repeated", () => {
    const [line] = lines({ NATS_URL: "http://me:hush@a:1" });
    expect(line).toMatch(/^NATS_URL carries a user or password/);
    expect(line).not.toMatch(/hush|me:/);
  });
});

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
    ["{", /^FEEDS is not JSON \(.+\): give a JSON array of feeds$/],
    ["{}", /^FEEDS is not a list: give a JSON array of feeds$/],
    ["[]", /^FEEDS is empty: name at least one feed$/],
    [
      '["nope"]',
      /^FEEDS\[0\] is "nope", no default feed: give an object, or one of sparc, llm, propagation$/,
    ],
    ["[7]", /^FEEDS\[0\] is wrong: give a JSON object$/],
  ])("%s is refused", (json, line) => {
    expect(lines({ NATS_URL, FEEDS: json })).toEqual([expect.stringMatching(line)]);
  });

  test.each([
    [{ subject: "a b" }, /^FEEDS\[1\]\.subject is wrong \("a b"\): give a NATS subject/],
    [{ subject: "a.>.b" }, /^FEEDS\[1\]\.subject is wrong/],
    [{ subject: "a..b" }, /^FEEDS\[1\]\.subject is wrong/],
    [{ subject: "a*.b" }, /^FEEDS\[1\]\.subject is wrong/],
    [{ subject: undefined }, /^FEEDS\[1\]\.subject is missing: add it$/],
    [{ id: "a b" }, /^FEEDS\[1\]\.id is wrong \("a b"\): give letters, digits and single dashes$/],
    [{ id: "llm" }, /^FEEDS\[1\]\.id repeats "llm": give each feed an id of its own$/],
    [{ view: "grid" }, /^FEEDS\[1\]\.view is wrong \("grid"\): give table, latest-by-key or log$/],
    [{ view: "latest-by-key" }, /^FEEDS\[1\]\.key is wrong: name the field that identifies a row/],
    [{ columns: [{ field: "id" }] }, /^FEEDS\[1\]\.columns\[0\]\.title is missing: add it$/],
    [{ columns: [] }, /^FEEDS\[1\]\.columns is wrong: name at least one column$/],
    [{ subjct: "a" }, /^FEEDS\[1\]\.subjct is not a known field: remove it or correct its name$/],
    [{ title: { en: "a" } }, /^FEEDS\[1\]\.title/],
    [{ stream: "a.b" }, /^FEEDS\[1\]\.stream is wrong/],
  ])("the place of what is wrong is named: %j", (change, line) => {
    const FEEDS = JSON.stringify(["llm", { ...feed, ...change }]);
    expect(lines({ NATS_URL, FEEDS })).toEqual([expect.stringMatching(line)]);
  });

  test.each(["a", "a.b.c", "*", ">", "a.*.c", "a.>", "ação.criada"])("%s is a good subject", (subject) => {
    expect(feedsOf({ ...feed, subject })[0]?.subject).toBe(subject);
  });
});

describe("the rest", () => {
  test("every problem is told, not only the first", () => {
    expect(lines({ NATS_URL: "http://a", FEEDS: "[]", NAME: "n".repeat(61) })).toHaveLength(3);
  });

  test("the simulator's control is an http address", () => {
    expect(configOf({ NATS_URL, DEMO_CONTROL_URL: "http://127.0.0.1:1" }).demo).toEqual({
      controlUrl: "http://127.0.0.1:1",
    });
    expect(lines({ NATS_URL, DEMO_CONTROL_URL: "javascript:0" })).toHaveLength(1);
  });
});
