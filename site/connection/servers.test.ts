import { expect, test } from "vitest";
import { dialable } from "./servers.ts";

test("a page over http dials what it was given", () => {
  const servers = ["ws://nats.example.com:8080", "wss://nats.example.com"];
  expect(dialable(servers, "http:")).toEqual({ servers, fault: null });
});

test("a page over https leaves ws:// out, but not on this machine", () => {
  const local = ["ws://localhost:1", "ws://127.0.0.1:1", "ws://[::1]:1", "ws://nats.localhost:1"];
  expect(dialable(["ws://a.example.com", ...local, "wss://b.example.com"], "https:").servers).toEqual([
    ...local,
    "wss://b.example.com",
  ]);
});

test("a page over https with nothing but ws:// knows the fault without dialling", () => {
  const { servers, fault } = dialable(["ws://nats.example.com:8080"], "https:");
  expect(servers).toEqual([]);
  expect(fault).toMatchObject({
    kind: "mixed-content",
    retryable: false,
    evidence: { server: "ws://nats.example.com:8080" },
  });
});
