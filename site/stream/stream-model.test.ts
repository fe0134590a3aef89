import { expect, test } from "vitest";
import type { MessageHandler, SubscriptionStatus } from "../../client/index.ts";
import { boardOf, messageOf } from "../testing.ts";
import { streamOf, widest } from "./stream-model.ts";

test("keeps only the subjects that no other one covers", () => {
  expect(widest(["orders.eu", "orders.>", "iot.*", "orders.>", "iot.a"])).toEqual(["orders.>", "iot.*"]);
});

test("a message that matches two of its subjects is received once", () => {
  const { board, handlers } = boardOf();
  const status = new Map<string, SubscriptionStatus>();
  const { parts } = board;
  const client: typeof parts.client = {
    subscribe(subject, handler, options) {
      const made = parts.client.subscribe(subject, handler, options);
      return Object.defineProperty(made, "status", { get: () => status.get(subject) ?? "active" });
    },
  };
  const { panel, tree } = streamOf(["iot.*.telemetry", "iot.eu.>"], { ...parts, client });
  // A server sends the message once for each matching subject.
  const send = (subject: string, ...matching: readonly string[]) => {
    for (const one of matching) (handlers.get(one) as MessageHandler)(messageOf("{}", { subject }));
  };
  const counts = () => tree.rows(new Set(), 0).map(({ path, count }) => `${path} ${count}`);
  send("iot.eu.telemetry", "iot.*.telemetry", "iot.eu.>");
  send("iot.us.telemetry", "iot.*.telemetry");
  send("iot.eu.status", "iot.eu.>");
  expect([counts(), panel.store.events().length]).toEqual([["iot 3"], 3]);
  // Where the server denies one subject, messages arrive on the other.
  status.set("iot.*.telemetry", "denied");
  send("iot.eu.telemetry", "iot.eu.>");
  expect(counts()).toEqual(["iot 4"]);
});
