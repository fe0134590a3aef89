import { expect, test } from "vitest";
import { isOnThisMachine } from "./server.ts";

test("knows which servers are on this machine", () => {
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
