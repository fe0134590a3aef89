import { expect, test } from "vitest";
import { isMixedContent, isOnThisMachine } from "./server.ts";

test("recognizes servers on the local machine", () => {
  const here = ["ws://localhost:1", "ws://nats.localhost", "wss://127.0.0.2:9", "ws://[::1]:9"];
  expect(here.filter(isOnThisMachine)).toEqual(here);
  const elsewhere = [
    "ws://10.0.0.1",
    "wss://localhost.example.com",
    "ws://127.example.com",
    "ws://127.0.0.1.a",
    "ws://[::2]",
  ];
  expect(elsewhere.filter(isOnThisMachine)).toEqual([]);
});

test("an https page may open ws:// on the local machine only, an http page anywhere", () => {
  const open = ["ws://localhost:1", "ws://127.0.0.1:1", "ws://[::1]:1", "wss://b.example.com"];
  const servers = ["ws://a.example.com", ...open];
  expect(servers.filter((server) => !isMixedContent(server, "https:"))).toEqual(open);
  expect(servers.filter((server) => isMixedContent(server, "http:"))).toEqual([]);
});
