import { describe, expect, test } from "vitest";
import { configOf, lines } from "./testing.ts";

describe("NATS_URL", () => {
  test.each([
    ["ws://127.0.0.1:9222", ["ws://127.0.0.1:9222"]],
    [" wss://a.example , wss://b.example:8443/nats ", ["wss://a.example", "wss://b.example:8443/nats"]],
    ["ws://[::1]:9222", ["ws://[::1]:9222"]],
    ["WSS://H.Example:443/", ["wss://h.example"]],
    ["ws://h:80/Nats", ["ws://h/Nats"]],
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
    ["ws://a#", /^NATS_URL has a #fragment/],
    ["ws://a,", /^NATS_URL\[1\] is empty: remove the extra comma$/],
    ["ws://a,ws://a", /^NATS_URL\[1\] repeats another: name each server once$/],
    ["ws://a,ws://a/", /^NATS_URL\[1\] repeats another/],
    ["wss://a,wss://a:443", /^NATS_URL\[1\] repeats another/],
    ["wss://a,WSS://A", /^NATS_URL\[1\] repeats another/],
    ["wss:/a", /^NATS_URL is no WebSocket URL: start it with ws:\/\/ or wss:\/\/$/],
    ["wss:a", /^NATS_URL is no WebSocket URL/],
    ["wss:\\\\a", /^NATS_URL is no WebSocket URL/],
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
    const found = lines({ NATS_URL: natsUrl });
    expect(found).toEqual([expect.stringMatching(line)]);
    expect(found.join()).not.toContain("s3cr3t");
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
