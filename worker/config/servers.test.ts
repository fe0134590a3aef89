import { describe, expect, test } from "vitest";
import { configOf, lines } from "./testing.ts";

describe("NATS_URL", () => {
  test.each([
    ["ws://127.0.0.1:9222", ["ws://127.0.0.1:9222"]],
    [" wss://a.example , wss://b.example:8443/nats ", ["wss://a.example", "wss://b.example:8443/nats"]],
    ["ws://[::1]:9222", ["ws://[::1]:9222"]],
    ["WSS://H.Example:443/", ["wss://h.example"]],
    ["ws://h:80/Nats", ["ws://h/Nats"]],
  ])("%j is accepted", (natsUrl, servers) => {
    expect(configOf({ NATS_URL: natsUrl }).servers).toEqual(servers);
  });

  test.each([
    [undefined, /^NATS_URL is not set: use the address/],
    ["  ", /^NATS_URL is not set/],
    ["http://a:80", /^NATS_URL is an http:\/\/ URL: use ws:\/\/ instead of http:\/\/$/],
    ["https://a", /use wss:\/\/ instead of https:\/\/$/],
    ["nats://a:4222", /which browsers can't open: use the address .* ws:\/\//],
    ["tls://a:4222", /which browsers can't open: use the address .* wss:\/\//],
    ["localhost:9222", /^NATS_URL is not a WebSocket URL: start it with ws:\/\/ or wss:\/\/$/],
    ["9222", /^NATS_URL is not a URL/],
    ["ws://:9222", /not a URL/],
    ["ws://a:99999", /not a URL/],
    ["ws://a:0", /^NATS_URL uses port 0/],
    ["ws://a/#b", /^NATS_URL contains a #fragment/],
    ["ws://a#", /^NATS_URL contains a #fragment/],
    ["ws://a,", /^NATS_URL\[1\] is empty: remove the extra comma$/],
    ["ws://a,ws://a", /^NATS_URL\[1\] repeats another server: list each server once$/],
    ["ws://a,ws://a/", /^NATS_URL\[1\] repeats another server/],
    ["wss://a,wss://a:443", /^NATS_URL\[1\] repeats another server/],
    ["wss://a,WSS://A", /^NATS_URL\[1\] repeats another server/],
    ["wss:/a", /^NATS_URL is not a WebSocket URL: start it with ws:\/\/ or wss:\/\/$/],
    ["wss:a", /^NATS_URL is not a WebSocket URL/],
    ["wss:\\\\a", /^NATS_URL is not a WebSocket URL/],
    ["ws://a,http://b", /^NATS_URL\[1\] is an http/],
    ["ws://a,ws://b,ws://c,ws://d,ws://e,ws://f,ws://g", /^NATS_URL lists 7 servers: list at most 6$/],
  ])("%j is refused", (natsUrl, line) => {
    expect(lines(natsUrl === undefined ? {} : { NATS_URL: natsUrl })).toEqual([expect.stringMatching(line)]);
  });

  test.each([
    ["admin:s3cr3t@nats.example.com:9222", /^NATS_URL contains a user name or password: remove it and the @/],
    ["wss://admin:s3cr3t/pw@host", /^NATS_URL contains a user name/],
    ["wss://a:s3cr3t@host:99999", /^NATS_URL contains a user name/],
    ["http://s3cr3t@a:1", /^NATS_URL contains a user name/],
    ["wss://a, wss://b:s3cr3t@c", /^NATS_URL\[1\] contains a user name/],
    ["wss://h/?auth_token=s3cr3t", /^NATS_URL contains a query string: remove/],
    ["wss://h?pass=s3cr3t", /^NATS_URL contains a query string/],
    ["s3cr3t", /^NATS_URL is not a URL/],
    ["s3cr3t:value", /^NATS_URL is not a WebSocket URL/],
  ])("%j is refused without being repeated", (natsUrl, line) => {
    const found = lines({ NATS_URL: natsUrl });
    expect(found).toEqual([expect.stringMatching(line)]);
    expect(found.join()).not.toContain("s3cr3t");
  });

  test.each([
    "wss://a.example.com;wss://b.example.com",
    "wss://a.example.com wss://b.example.com",
    "wss://a.example.com\nwss://b.example.com",
    "wss://a.example.com|wss://b.example.com",
  ])("%j is refused with the advice to use commas", (natsUrl) => {
    expect(lines({ NATS_URL: natsUrl })).toEqual([
      "NATS_URL contains characters that no URL has: separate servers with commas",
    ]);
  });

  test.each([
    "wss://a.example.com;sandbox",
    "wss://*",
    "wss://*.example.com",
    "wss://a'b",
    "wss://a,wss://$(b)",
  ])("%j can't inject anything into the CSP", (natsUrl) => {
    expect(lines({ NATS_URL: natsUrl })).toEqual([expect.stringMatching(/characters that no/)]);
  });

  test("a trailing slash doesn't make another server", () => {
    expect(configOf({ NATS_URL: "ws://h:9222/,wss://g/nats/" }).servers).toEqual([
      "ws://h:9222",
      "wss://g/nats/",
    ]);
  });
});
