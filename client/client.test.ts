/** A wrong call throws at once, and the error names the wrong argument and how to fix it. */
import { describe, expect, test } from "vitest";
import { MyceliumClient } from "./index.ts";

const SERVERS = ["ws://a"];
const LONG = "a".repeat(1001);
const client = new MyceliumClient({ servers: SERVERS });
const handler = () => {};

test.each<[string, unknown, string]>([
  ["no options", undefined, "the options of MyceliumClient must be of type Object"],
  ["an array", SERVERS, "the options of MyceliumClient must be of type Object"],
  ["no servers", {}, "servers is empty"],
  ["a string as servers", { servers: "ws://a" }, "servers must be of type Array"],
  ["a number", { servers: [1] }, 'server "1" is not a URL'],
  [
    "an object as credentials",
    { credentials: { type: "token", token: "secret" } },
    "credentials must be of type function",
  ],
  ["null as credentials", { credentials: null }, "credentials must be of type function"],
  ["a number as investigate", { investigate: 5 }, "investigate must be of type function"],
  ["a string as outboxLimit", { outboxLimit: "10" }, "outboxLimit must be of type number"],
  ["a negative outboxLimit", { outboxLimit: -1 }, "outboxLimit is -1: use a whole number of at least 0"],
  ["an infinite outboxLimit", { outboxLimit: Number.POSITIVE_INFINITY }, "outboxLimit is Infinity"],
  ["a number as name", { name: 5 }, "name must be of type string"],
  ["a long name", { name: LONG }, "name is too long: use at most 256 characters"],
  ["a URL as webSocket", { webSocket: "ws://a" }, "webSocket must be of type function"],
  ["a string as followCluster", { followCluster: "yes" }, "followCluster must be of type boolean"],
  ["a number as reconnect", { reconnect: 5 }, "the options of reconnect must be of type Object"],
  ["a string as maxAttempts", { reconnect: { maxAttempts: "5" } }, "maxAttempts must be of type number"],
  ["a number as clock", { clock: 5 }, "clock must be of type Object"],
])("creating a client with %s throws", (_, options, message) => {
  const whole = Array.isArray(options) || options === undefined || message.startsWith("servers is empty");
  const given = (whole ? options : { servers: SERVERS, ...(options as object) }) as never;
  expect(() => new MyceliumClient(given)).toThrow(message);
  expect(() => new MyceliumClient(given)).not.toThrow("secret");
});

test("servers may be URLs", () => {
  const servers = [new URL("ws://a")] as never;
  expect(new MyceliumClient({ servers }).state.status).toBe("idle");
});

describe("a call throws if it has", () => {
  test.each<[string, () => unknown, string | RegExp]>([
    ["no subject", () => client.subscribe(undefined as never, handler), "subject must be of type string"],
    [
      "a long subject",
      () => client.subscribe(LONG, handler),
      "is empty, longer than 1000 bytes, or contains white space",
    ],
    ["a long queue", () => client.subscribe("a", handler, { queue: LONG }), 'queue "aaa'],
    [
      "null for a queue",
      () => client.subscribe("a", handler, { queue: null as never }),
      "queue must be of type string",
    ],
    [
      "a string as options",
      () => client.subscribe("a", handler, "q" as never),
      "the options of subscribe must be of type Object",
    ],
    [
      "a number as its name",
      () => client.subscribe("a", handler, { name: 5 as never }),
      "name must be of type string",
    ],
    [
      "a controller as its signal",
      () => client.subscribe("a", handler, { signal: new AbortController() as never }),
      "signal must be of type AbortSignal",
    ],
    [
      "a number as its stream",
      () => client.subscribe("a", handler, { stream: 5 as never }),
      "stream must be of type string or Object",
    ],
    [
      "a stream without a name",
      () => client.subscribe("a", handler, { stream: {} as never }),
      "stream name must be of type string",
    ],
    [
      "a long stream",
      () => client.subscribe("a", handler, { stream: LONG }),
      /^stream name "a{99}" is empty, longer than 1000 bytes/,
    ],
    [
      "a space in its stream's name",
      () => client.subscribe("a", handler, { stream: "A B" }),
      'stream name "A B" is empty, longer than 1000 bytes, or contains white space',
    ],
    [
      "a dot in its stream's name",
      () => client.subscribe("a", handler, { stream: { name: "A.B" } }),
      'stream name "A.B" has a character that isn\'t allowed: remove . * > / \\',
    ],
    [
      "text for a history",
      () => client.subscribe("a", handler, { stream: { name: "A", history: "all" as never } }),
      "history must be of type Object",
    ],
    [
      "an empty history",
      () => client.subscribe("a", handler, { stream: { name: "A", history: {} as never } }),
      "history.last is undefined: use one of last (1 or more)",
    ],
    [
      "a wrong subject",
      () => client.subscribe("a", handler, { stream: { name: "A", republished: "b c" } }),
      'republished "b c" is empty, longer than 1000 bytes, or contains white space',
    ],
    ["text for a limit", () => client.messages("a", { limit: "5" as never }), "limit must be of type number"],
    [
      "no changes",
      () => client.configure(undefined as never),
      "the options of configure must be of type Object",
    ],
    [
      "an unknown field",
      () => client.configure({ reconnect: { maxDelay: 5 } as object }),
      'reconnect has no option "maxDelay": use some of maxAttempts, baseDelayMs, factor, maxDelayMs, stableAfterMs',
    ],
    [
      "a string as timeout",
      () => client.configure({ pingIntervalMs: "5" as never }),
      "pingIntervalMs must be of type number",
    ],
    ["no listener", () => client.onState(undefined as never), "listener must be of type function"],
    ["no network state", () => client.notifyNetwork(undefined as never), "online must be of type boolean"],
    [
      "a number as its payload",
      () => client.publish("a", 5 as never),
      "payload must be of type string or Uint8Array",
    ],
    [
      "a buffer",
      () => client.publish("a", new ArrayBuffer(1) as never),
      "payload must be of type string or Uint8Array",
    ],
    ["an empty reply", () => client.publish("a", "", { reply: "" }), 'reply "" is empty'],
    [
      "a Map as headers",
      () => client.publish("a", "", { headers: new Map([["a", "b"]]) as never }),
      "headers must be of type Object",
    ],
    [
      "a string as headers",
      () => client.publish("a", "", { headers: "a: b" as never }),
      "headers must be of type Object",
    ],
    [
      "null as options",
      () => client.publish("a", "", null as never),
      "the options of publish must be of type Object",
    ],
  ])("%s", (_, call, message) => {
    expect(call).toThrow(message);
  });

  test.each<[string, () => Promise<unknown>, string]>([
    [
      "a string as timeout",
      () => client.request("a", "", { timeoutMs: "5" as never }),
      "timeoutMs must be of type number",
    ],
    [
      "null for a signal",
      () => client.request("a", "", { signal: null as never }),
      "signal must be of type AbortSignal",
    ],
    [
      "null for a payload",
      () => client.request("a", null as never),
      "payload must be of type string or Uint8Array",
    ],
    [
      "an array as its payload",
      () => client.request("a", [1] as never),
      "payload must be of type string or Uint8Array",
    ],
  ])("%s, a request too", async (_, call, message) => {
    await expect(call()).rejects.toThrow(message);
  });
});
