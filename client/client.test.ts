/** What is wrong with a call is said at once, with the name of what is wrong and what to give. */
import { describe, expect, test } from "vitest";
import { MyceliumClient } from "./index.ts";

const SERVERS = ["ws://a"];
const LONG = "a".repeat(1001);
const client = new MyceliumClient({ servers: SERVERS });
const handler = () => {};

test.each<[string, unknown, string]>([
  ["no options", undefined, "what MyceliumClient takes is no Object: give one"],
  ["a list", SERVERS, "what MyceliumClient takes is no Object: give one"],
  ["no servers", {}, "servers is empty"],
  ["one server", { servers: "ws://a" }, "servers is no Array: give one"],
  ["a number", { servers: [1] }, 'server "1" is not a URL'],
  [
    "credentials themselves",
    { credentials: { type: "token", token: "secret" } },
    "credentials is no function: give one",
  ],
  ["no credentials", { credentials: null }, "credentials is no function: give one"],
  ["an investigation", { investigate: 5 }, "investigate is no function"],
  ["an outbox as text", { outboxLimit: "10" }, "outboxLimit is no number: give one"],
  ["an outbox of none", { outboxLimit: -1 }, "outboxLimit is -1: give a whole number from 0 on"],
  ["an outbox without an end", { outboxLimit: Number.POSITIVE_INFINITY }, "outboxLimit is Infinity"],
  ["a name", { name: 5 }, "name is no string: give one"],
  ["a long name", { name: LONG }, "name is too long: give at most 256 characters"],
  ["a socket's address", { webSocket: "ws://a" }, "webSocket is no function: give one"],
  ["a yes", { followCluster: "yes" }, "followCluster is no boolean: give one"],
  ["attempts", { reconnect: 5 }, "what reconnect takes is no Object: give one"],
  ["attempts as text", { reconnect: { maxAttempts: "5" } }, "maxAttempts is no number: give one"],
  ["a clock", { clock: 5 }, "clock is no Object: give one"],
])("to make a client with %s is refused", (_, options, message) => {
  const whole = Array.isArray(options) || options === undefined || message.startsWith("servers is empty");
  const given = (whole ? options : { servers: SERVERS, ...(options as object) }) as never;
  expect(() => new MyceliumClient(given)).toThrow(message);
  expect(() => new MyceliumClient(given)).not.toThrow("secret");
});

test("servers may be URLs", () => {
  const servers = [new URL("ws://a")] as never;
  expect(new MyceliumClient({ servers }).state.status).toBe("idle");
});

describe("a call is refused that has", () => {
  test.each<[string, () => unknown, string | RegExp]>([
    ["no subject", () => client.subscribe(undefined as never, handler), "subject is no string: give one"],
    [
      "a long subject",
      () => client.subscribe(LONG, handler),
      "is empty or too long or has white space: give a name",
    ],
    ["a long queue", () => client.subscribe("a", handler, { queue: LONG }), 'queue "aaa'],
    [
      "null for a queue",
      () => client.subscribe("a", handler, { queue: null as never }),
      "queue is no string",
    ],
    [
      "a queue for options",
      () => client.subscribe("a", handler, "q" as never),
      "what subscribe takes is no Object",
    ],
    ["a number for a name", () => client.subscribe("a", handler, { name: 5 as never }), "name is no string"],
    [
      "a controller for its signal",
      () => client.subscribe("a", handler, { signal: new AbortController() as never }),
      "signal is no AbortSignal: give one",
    ],
    [
      "a number for a stream",
      () => client.subscribe("a", handler, { stream: 5 as never }),
      "stream is no string or Object",
    ],
    [
      "a stream without a name",
      () => client.subscribe("a", handler, { stream: {} as never }),
      "stream name is no string: give one",
    ],
    [
      "a long stream",
      () => client.subscribe("a", handler, { stream: LONG }),
      /^stream name "a{99}" is empty or too long/,
    ],
    [
      "a blank in its stream's name",
      () => client.subscribe("a", handler, { stream: "A B" }),
      'stream name "A B" is empty or too long or has white space',
    ],
    [
      "a dot in its stream's name",
      () => client.subscribe("a", handler, { stream: { name: "A.B" } }),
      'stream name "A.B" is no stream\'s: give it without . * > / \\',
    ],
    [
      "text for a history",
      () => client.subscribe("a", handler, { stream: { name: "A", history: "all" as never } }),
      "history is no Object: give one",
    ],
    [
      "an empty history",
      () => client.subscribe("a", handler, { stream: { name: "A", history: {} as never } }),
      "history.last is undefined: give one of last from 1 on",
    ],
    [
      "a subject that isn't one",
      () => client.subscribe("a", handler, { stream: { name: "A", republished: "b c" } }),
      'republished "b c" is empty or too long or has white space',
    ],
    ["text for a limit", () => client.messages("a", { limit: "5" as never }), "limit is no number"],
    ["no changes", () => client.configure(undefined as never), "what configure takes is no Object"],
    [
      "a field that nobody reads",
      () => client.configure({ reconnect: { maxDelay: 5 } as object }),
      'reconnect has no option "maxDelay": give some of maxAttempts, baseDelayMs, factor, maxDelayMs, stableAfterMs',
    ],
    [
      "a text of a time",
      () => client.configure({ pingIntervalMs: "5" as never }),
      "pingIntervalMs is no number",
    ],
    ["no listener", () => client.onState(undefined as never), "listener is no function: give one"],
    [
      "no word of the network",
      () => client.notifyNetwork(undefined as never),
      "online is no boolean: give one",
    ],
    [
      "a number for a payload",
      () => client.publish("a", 5 as never),
      "payload is no string or Uint8Array: give one",
    ],
    [
      "a buffer",
      () => client.publish("a", new ArrayBuffer(1) as never),
      "payload is no string or Uint8Array",
    ],
    ["an empty reply", () => client.publish("a", "", { reply: "" }), 'reply "" is empty'],
    [
      "headers that would get lost",
      () => client.publish("a", "", { headers: new Map([["a", "b"]]) as never }),
      "headers is no Object: give one",
    ],
    ["text for headers", () => client.publish("a", "", { headers: "a: b" as never }), "headers is no Object"],
    ["null for options", () => client.publish("a", "", null as never), "what publish takes is no Object"],
  ])("%s", (_, call, message) => {
    expect(call).toThrow(message);
  });

  test.each<[string, () => Promise<unknown>, string]>([
    [
      "a text of a time",
      () => client.request("a", "", { timeoutMs: "5" as never }),
      "timeoutMs is no number",
    ],
    [
      "null for a signal",
      () => client.request("a", "", { signal: null as never }),
      "signal is no AbortSignal",
    ],
    [
      "null for a payload",
      () => client.request("a", null as never),
      "payload is no string or Uint8Array: give one",
    ],
    [
      "a list for a payload",
      () => client.request("a", [1] as never),
      "payload is no string or Uint8Array: give one",
    ],
  ])("%s, a request too", async (_, call, message) => {
    await expect(call()).rejects.toThrow(message);
  });
});
