/** What is wrong with a call is said at once, with the name of what is wrong and what to give. */
import { describe, expect, test } from "vitest";
import { MyceliumClient } from "./index.ts";

const SERVERS = ["ws://a"];
const LONG = "a".repeat(1001);
const client = new MyceliumClient({ servers: SERVERS });
const handler = () => {};

test.each<[string, unknown, string]>([
  ["no options", undefined, "its options are no object"],
  ["a list", SERVERS, "its options are no object"],
  ["no servers", {}, "servers is empty"],
  ["one server", { servers: "ws://a" }, "servers is of type string: give a list of ws:// or wss:// URLs"],
  ["a number", { servers: [1] }, 'server "1" is not a URL'],
  [
    "credentials themselves",
    { credentials: { type: "token", token: "secret" } },
    "credentials is of type object: give a function",
  ],
  ["no credentials", { credentials: null }, "credentials is of type null: give a function"],
  ["an investigation", { investigate: 5 }, "investigate is of type number"],
  ["an outbox as text", { outboxLimit: "10" }, "outboxLimit is of type string: give a number"],
  ["an outbox of none", { outboxLimit: -1 }, "outboxLimit is -1: give a whole number from 0 on"],
  ["an outbox without an end", { outboxLimit: Number.POSITIVE_INFINITY }, "outboxLimit is Infinity"],
  ["a name", { name: 5 }, "name is of type number: give a string"],
  ["a long name", { name: LONG }, "name has 1001 characters: give at most 1000"],
  ["a socket's address", { webSocket: "ws://a" }, "webSocket is of type string: give a function"],
  ["a yes", { followCluster: "yes" }, "followCluster is of type string: give a boolean"],
  ["attempts", { reconnect: 5 }, "reconnect is of type number: give an object"],
  ["attempts as text", { reconnect: { maxAttempts: "5" } }, "maxAttempts is of type string: give a number"],
  ["a clock", { clock: 5 }, "clock is of type number: give an object"],
])("to make a client with %s is refused", (_, options, message) => {
  const whole = Array.isArray(options) || options === undefined || message.startsWith("servers is empty");
  const given = (whole ? options : { servers: SERVERS, ...(options as object) }) as never;
  expect(() => new MyceliumClient(given)).toThrow(message);
  expect(() => new MyceliumClient(given)).not.toThrow("secret");
});

test("servers may be any list, of URLs too", () => {
  const servers = new Set([new URL("ws://a")]) as never;
  expect(new MyceliumClient({ servers }).state.status).toBe("idle");
});

describe("a call is refused that has", () => {
  test.each<[string, () => unknown, string]>([
    ["no subject", () => client.subscribe(undefined as never, handler), "subject is no text"],
    [
      "a long subject",
      () => client.subscribe(LONG, handler),
      "subject has 1001 characters: give at most 1000",
    ],
    ["a long queue", () => client.subscribe("a", handler, { queue: LONG }), "queue has 1001 characters"],
    [
      "null for a queue",
      () => client.subscribe("a", handler, { queue: null as never }),
      "queue is of type null",
    ],
    [
      "a queue for options",
      () => client.subscribe("a", handler, "q" as never),
      "subscribe: its options are no object",
    ],
    [
      "a number for a name",
      () => client.subscribe("a", handler, { name: 5 as never }),
      "name is of type number",
    ],
    [
      "a controller for its signal",
      () => client.subscribe("a", handler, { signal: new AbortController() as never }),
      "signal is of type object: give an AbortSignal",
    ],
    [
      "a number for a stream",
      () => client.subscribe("a", handler, { stream: 5 as never }),
      "stream is of type number",
    ],
    [
      "a stream without a name",
      () => client.subscribe("a", handler, { stream: {} as never }),
      'stream name "undefined" is no stream\'s',
    ],
    [
      "text for a history",
      () => client.subscribe("a", handler, { stream: { name: "A", history: "all" as never } }),
      "history is of type string: give an object",
    ],
    [
      "an empty history",
      () => client.subscribe("a", handler, { stream: { name: "A", history: {} as never } }),
      "history.last is undefined: give last from 1 on",
    ],
    [
      "a subject that isn't one",
      () => client.subscribe("a", handler, { stream: { name: "A", republished: "b c" } }),
      'republished "b c" holds white space',
    ],
    ["text for a limit", () => client.messages("a", { limit: "5" as never }), "limit is of type string"],
    ["no changes", () => client.configure(undefined as never), "configure: its options are no object"],
    [
      "a text of a time",
      () => client.configure({ pingIntervalMs: "5" as never }),
      "pingIntervalMs is of type string",
    ],
    ["no listener", () => client.onState(undefined as never), "listener is no function: give one"],
    ["no word of the network", () => client.notifyNetwork(undefined as never), "online is no boolean"],
    ["a number for a payload", () => client.publish("a", 5 as never), "payload is neither text nor bytes"],
    ["a buffer", () => client.publish("a", new ArrayBuffer(1) as never), "give a string or a Uint8Array"],
    ["an empty reply", () => client.publish("a", "", { reply: "" }), "reply is empty"],
    [
      "headers that would get lost",
      () => client.publish("a", "", { headers: new Map([["a", "b"]]) as never }),
      "headers is of type list: give an object",
    ],
    [
      "text for headers",
      () => client.publish("a", "", { headers: "a: b" as never }),
      "headers is of type string",
    ],
    ["null for options", () => client.publish("a", "", null as never), "publish: its options are no object"],
  ])("%s", (_, call, message) => {
    expect(call).toThrow(message);
  });

  test.each<[string, () => Promise<unknown>, string]>([
    [
      "a text of a time",
      () => client.request("a", "", { timeoutMs: "5" as never }),
      "timeoutMs is of type string",
    ],
    ["null for a signal", () => client.request("a", "", { signal: null as never }), "signal is of type null"],
    ["null for a payload", () => client.request("a", null as never), "payload is neither text nor bytes"],
  ])("%s, a request too", async (_, call, message) => {
    await expect(call()).rejects.toThrow(message);
  });
});
