import { expect, test } from "vitest";
import type { MessageHandler, SubscriptionStatus } from "../../client/index.ts";
import { boardOf, feedOf, messageOf } from "../testing.ts";
import { StreamModel } from "./stream-model.ts";

/** All that two feeds receive, from a server that sends a message for each subject that matches it. */
function streamOf(...subjects: readonly string[]) {
  const { board, handlers } = boardOf();
  const status = new Map<string, SubscriptionStatus>();
  const parts = board.parts;
  const client: typeof parts.client = {
    subscribe(subject, handler, options) {
      const made = parts.client.subscribe(subject, handler, options);
      return Object.defineProperty(made, "status", { get: () => status.get(subject) ?? "active" });
    },
  };
  const feeds = subjects.map((subject) => ({ ...feedOf(subject), subject }));
  const stream = new StreamModel("", feeds, { ...parts, client });
  const send = (subject: string, ...matching: readonly string[]) => {
    for (const one of matching) (handlers.get(one) as MessageHandler)(messageOf("{}", { subject }));
  };
  const counts = () => {
    stream.look();
    return stream.topics.value.lines.map(({ path, count }) => `${path} ${count}`);
  };
  return { send, counts, status, stream };
}

test("what two of its subjects match is one message", () => {
  const { send, counts, status, stream } = streamOf("iot.*.telemetry", "iot.eu.>");
  send("iot.eu.telemetry", "iot.*.telemetry", "iot.eu.>");
  send("iot.us.telemetry", "iot.*.telemetry");
  send("iot.eu.status", "iot.eu.>");
  expect([counts(), stream.panel.store.events().length]).toEqual([["iot 3"], 3]);
  // Where the server denies one of them the other has it all.
  status.set("iot.*.telemetry", "denied");
  send("iot.eu.telemetry", "iot.eu.>");
  expect(counts()).toEqual(["iot 4"]);
});
