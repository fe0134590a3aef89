import { describe, expect, test } from "vitest";
import { checkServerUrl, DEFAULT_TUNABLES, mergeTunables } from "./options.ts";

describe("tunables", () => {
  test("changes are laid over the base, field by field", () => {
    const merged = mergeTunables(DEFAULT_TUNABLES, { pingIntervalMs: 1000, reconnect: { factor: 2 } });
    expect(merged).toEqual({
      ...DEFAULT_TUNABLES,
      pingIntervalMs: 1000,
      reconnect: { ...DEFAULT_TUNABLES.reconnect, factor: 2 },
    });
  });
  test.each([
    [{ pingIntervalMs: 1 }, "pingIntervalMs is 1: give a number from 100 to 600000"],
    [{ connectTimeoutMs: Number.NaN }, "connectTimeoutMs is NaN"],
    [{ reconnect: { factor: 0.5 } }, "reconnect.factor is 0.5: give a number from 1 to 10"],
    [{ drainTimeoutMs: "3" as unknown as number }, "drainTimeoutMs is 3"],
  ])("%j is refused with its field and limits", (changes, message) => {
    expect(() => mergeTunables(DEFAULT_TUNABLES, changes)).toThrow(message);
  });
  test("a field that nobody reads is refused", () => {
    const changes: object = { reconnect: { maxDelay: 5 } };
    expect(() => mergeTunables(DEFAULT_TUNABLES, changes)).toThrow(
      'reconnect has no option "maxDelay": give some of maxAttempts, baseDelayMs, factor, maxDelayMs, stableAfterMs',
    );
  });
});

describe("server addresses", () => {
  test("ws and wss are taken as they are", () => {
    expect(checkServerUrl("wss://nats.example.com:443/path")).toBe("wss://nats.example.com:443/path");
  });
  test.each([
    ["nats.example.com", /not a URL|scheme/],
    ["http://x", /give ws:\/\/ or wss/],
    ["nats://x:4222", /give ws:\/\/ or wss/],
    ["ws://user:secret@host", /user or password/],
    ["ws://host:1/#frag", /fragment/],
    ["wss://host/path?query#secret", /fragment/],
    ["ws://host#", /fragment/],
  ])("%s is refused", (server, message) => {
    expect(() => checkServerUrl(server)).toThrow(message);
    expect(() => checkServerUrl(server)).not.toThrow(/secret/);
  });
});
