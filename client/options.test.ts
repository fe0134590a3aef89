import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import * as clockModule from "./clock.ts";
import { checkServerUrl, checkType, DEFAULT_TUNABLES, mergeTunables } from "./options.ts";

describe("tunables", () => {
  test("changes are merged into the base, field by field", () => {
    const merged = mergeTunables(DEFAULT_TUNABLES, { pingIntervalMs: 1000, reconnect: { factor: 2 } });
    expect(merged).toEqual({
      ...DEFAULT_TUNABLES,
      pingIntervalMs: 1000,
      reconnect: { ...DEFAULT_TUNABLES.reconnect, factor: 2 },
    });
  });
  test.each([
    [{ pingIntervalMs: 1 }, "pingIntervalMs is 1: use a number from 100 to 600000"],
    [{ connectTimeoutMs: Number.NaN }, "connectTimeoutMs is NaN"],
    [{ reconnect: { factor: 0.5 } }, "reconnect.factor is 0.5: use a number from 1 to 10"],
  ])("%j is refused with its field and limits", (changes, message) => {
    expect(() => mergeTunables(DEFAULT_TUNABLES, changes)).toThrow(message);
  });
});

describe("a type", () => {
  class TaskSignal extends EventTarget {
    readonly [Symbol.toStringTag] = "TaskSignal";
    throwIfAborted(): void {}
  }
  class Tagged {
    readonly [Symbol.toStringTag] = "Options";
  }

  test.each<[string, unknown, string]>([
    ["a signal", AbortSignal.timeout(1), "AbortSignal"],
    ["a subclass of AbortSignal", new TaskSignal(), "AbortSignal"],
    ["an object of another realm", runInNewContext("({})"), "Object"],
    ["an array of another realm", runInNewContext("[]"), "Array"],
    ["bytes of another realm", runInNewContext("new Uint8Array(1)"), "string or Uint8Array"],
    ["an object without a prototype", Object.create(null), "Object"],
    ["an object with a tag", new Tagged(), "Object"],
    ["a module", clockModule, "Object"],
    ["a proxy", new Proxy(new Tagged(), {}), "Object"],
  ])("%s is taken", (_, value, wanted) => {
    expect(() => checkType("it", value, wanted)).not.toThrow();
  });

  test.each<[string, unknown, string]>([
    ["nothing", null, "Object"],
    ["a list", [], "Object"],
    ["an array of another realm", runInNewContext("[]"), "Object"],
    ["bytes", new Uint8Array(1), "Object"],
    ["a map", new Map(), "Object"],
    ["a map of another realm", runInNewContext("new Map()"), "Object"],
    ["a set", new Set(), "Object"],
    ["headers", new Headers(), "Object"],
    ["headers", new URLSearchParams({ a: "1" }), "Object"],
    ["options", new AbortController(), "Object"],
    ["options", new Date(), "Object"],
    ["a promise", Promise.resolve(), "Object"],
    ["a signal's controller", new AbortController(), "AbortSignal"],
    ["nothing", null, "AbortSignal"],
    ["a buffer", new ArrayBuffer(1), "string or Uint8Array"],
    ["numbers", new Uint16Array(1), "string or Uint8Array"],
  ])("%s is refused", (_, value, wanted) => {
    expect(() => checkType("it", value, wanted)).toThrow(`it must be of type ${wanted}`);
  });
});

describe("server addresses", () => {
  test("ws and wss are returned unchanged", () => {
    expect(checkServerUrl("wss://nats.example.com:443/path")).toBe("wss://nats.example.com:443/path");
  });
  test.each([
    ["nats.example.com", /not a URL|scheme/],
    ["http://x", /use ws:\/\/ or wss/],
    ["nats://x:4222", /use ws:\/\/ or wss/],
    ["ws://user:secret@host", /user or password/],
    ["ws://host:1/#frag", /fragment/],
    ["wss://host/path?query#secret", /fragment/],
    ["ws://host#", /fragment/],
  ])("%s is refused", (server, message) => {
    expect(() => checkServerUrl(server)).toThrow(message);
    expect(() => checkServerUrl(server)).not.toThrow(/secret/);
  });
});
