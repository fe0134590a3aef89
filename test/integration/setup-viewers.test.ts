import { headers, type NatsConnection } from "@nats-io/nats-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { StreamSource } from "../../client/index.ts";
import { observedClient } from "../support/clients/client.ts";
import { Deployment, type Viewer } from "../support/servers/deployment.ts";
import { createStream, lastSequenceOf } from "../support/servers/stream.ts";
import { selectedRelease } from "../support/tools/nats-server.ts";
import { until, untilEqual } from "../support/tools/until.ts";

const feed = (id: string, subject: string) => ({
  id,
  title: id,
  subject,
  columns: [{ field: "id", title: "Id" }],
});
/** Two feeds overlap: a message that both read must still arrive only once. */
const FEEDS = [feed("orders", "orders.>"), feed("europe", "orders.eu.*"), feed("logs", "logs.all")];

/** Batch requests exist since nats-server 2.11. */
const HAS_BATCHES = selectedRelease() !== "2.9.10";

let deployment: Deployment;
/** A connection of the streams' owner. */
let publisher: NatsConnection;
beforeAll(async () => {
  deployment = await Deployment.start(FEEDS);
  const { ok, output } = await deployment.setUp(["stream", "ORDERS", "orders.>"]);
  expect(output).toContain("created the stream ORDERS on orders.>");
  expect(ok).toBe(true);
  publisher = await deployment.publisher();
  await createStream(publisher, "SECRET", ["secret.>"], { allow_direct: true });
  for (let i = 1; i <= 100; i += 1) publisher.publish(`orders.eu.${i}`, String(i));
  publisher.publish("secret.plan", "s");
  // The flush of a publisher wouldn't wait for storage.
  await untilEqual(() => lastSequenceOf(publisher, "ORDERS"), 100);
  await untilEqual(() => lastSequenceOf(publisher, "SECRET"), 1);
});
afterAll(() => deployment?.stop());

interface State {
  readonly state: { readonly messages: number; readonly last_seq: number; readonly consumer_count: number };
}

/** The stream's state, seen by its owner. */
async function stateOf(stream: string): Promise<State["state"]> {
  return (await publisher.request(`$JS.API.STREAM.INFO.${stream}`)).json<State>().state;
}

/** The server's error for a viewer's action. */
async function refusal(viewer: Viewer, attempt: () => void): Promise<string> {
  const before = viewer.errors.length;
  attempt();
  await viewer.nats.flush();
  const refusalText = await until("a refusal", () => viewer.errors[before] ?? null);
  return refusalText.toLowerCase();
}

describe("a viewer of the two accounts that npm run setup makes", () => {
  test("gets each message once as published, and once as the stream republishes it", async () => {
    const { nats } = await deployment.viewer();
    const received: string[] = [];
    for (const subject of ["orders.>", "orders.eu.*", "live.orders.>", "logs.all"]) {
      nats.subscribe(subject, {
        callback: (_error, message) => void received.push(`${subject} ${message.string()}`),
      });
    }
    await nats.flush();
    publisher.publish("orders.eu.de", "one");
    publisher.publish("logs.all", "two");
    publisher.publish("orders.us", "last");
    await until("the last one, republished", () => received.includes("live.orders.> last"));
    await nats.flush();
    expect(received.filter((one) => !one.endsWith("last")).sort()).toEqual(
      ["orders.> one", "orders.eu.* one", "live.orders.> one", "logs.all two"].sort(),
    );
  });

  test("reads stored messages by sequence", async () => {
    const { nats } = await deployment.viewer();
    const answer = await nats.request("history.ORDERS", JSON.stringify({ seq: 7 }));
    expect([answer.string(), answer.headers?.get("Nats-Subject")]).toEqual(["7", "orders.eu.7"]);
    if (!HAS_BATCHES) return;
    const body = JSON.stringify({ seq: 1, batch: 50, next_by_subj: "orders.eu.*" });
    const payloads: string[] = [];
    const answers = await nats.requestMany("history.ORDERS", body, { strategy: "count", maxMessages: 51 });
    for await (const one of answers) payloads.push(one.string());
    // An empty message ends the batch.
    expect(payloads).toEqual([...Array.from({ length: 50 }, (_, i) => String(i + 1)), ""]);
  });

  test.each([
    ["one of the stream", "orders.forged"],
    ["one of another stream", "secret.forged"],
    ["where the stream republishes to", "live.orders.forged"],
    ["the history itself", "history.ORDERS"],
    ["JetStream's own", "$JS.API.STREAM.PURGE.ORDERS"],
  ])("can't store a message in a stream by a request with the reply subject %s", async (_name, reply) => {
    const { nats } = await deployment.viewer();
    const before = [await stateOf("ORDERS"), await stateOf("SECRET")];
    const bodies = [
      { seq: 1 },
      { last_by_subj: "orders.>" },
      { seq: 1, batch: 100, next_by_subj: "orders.>" },
    ];
    for (const body of bodies) nats.publish("history.ORDERS", JSON.stringify(body), { reply });
    // Requests are handled in order, so the three before this one are done.
    await nats.request("history.ORDERS", JSON.stringify({ seq: 1 }));
    expect([await stateOf("ORDERS"), await stateOf("SECRET")]).toEqual(before);
  });

  test("can direct a reply to other viewers only in a form that shows that it is a reply", async () => {
    const [attacker, victim] = [await deployment.viewer(), await deployment.viewer()];
    const received: { forged: boolean; last: string | undefined; subject: string | undefined }[] = [];
    victim.nats.subscribe("live.orders.>", {
      callback: (_error, message) =>
        void received.push({
          forged: message.subject === "live.orders.forged",
          last: message.headers?.get("Nats-Last-Sequence"),
          subject: message.headers?.get("Nats-Subject"),
        }),
    });
    await victim.nats.flush();
    attacker.nats.publish("history.ORDERS", JSON.stringify({ seq: 7 }), { reply: "live.orders.forged" });
    await until("the answer", () => received.length > 0);
    // A republished message has both headers, and its subject matches them.
    expect(received).toEqual([{ forged: true, last: "", subject: "orders.eu.7" }]);
  });

  let attacker: Viewer;
  beforeAll(async () => {
    attacker = await deployment.viewer();
  });
  test("a page's feed by sequence gets history and live messages, and drops replies that another viewer directs to it", async () => {
    const [entry] = JSON.parse((await deployment.settings()).FEEDS ?? "") as [{ stream: StreamSource }];
    const { client } = observedClient(deployment.webSocketUrl, {
      credentials: () => deployment.credentials(),
    });
    const payloads: string[] = [];
    try {
      await client.start();
      const source = { ...entry.stream, history: { last: 2 } };
      const subscription = client.subscribe(
        "orders.>",
        ({ data }) => void payloads.push(Buffer.from(data).toString()),
        {
          stream: source,
        },
      );
      await until("its place", () => subscription.sequence?.state === "current");
      const { last_seq } = await stateOf("ORDERS");
      expect(subscription.sequence?.lastSequence).toBe(last_seq);
      await until("history", () => payloads.length === 2);
      const forger = await deployment.viewer();
      forger.nats.publish("history.ORDERS", JSON.stringify({ seq: 7 }), { reply: "live.orders.forged" });
      await until("it is left out", () => subscription.counts.dropped === 1);
      await publisher.request("orders.new", "new");
      await until("the new one", () => payloads.includes("new"));
      expect(payloads.slice(2)).toEqual(["new"]);
    } finally {
      await client.stop();
    }
  });

  const other = `_INBOX.U${"A".repeat(55)}`;

  test.each([
    ["a feed's subject", "orders.eu.de"],
    ["a feed's subject without a stream", "logs.all"],
    ["where the stream republishes to", "live.orders.eu.de"],
    ["another stream's subject", "secret.plan"],
    ["another viewer's inbox", `${other}.1`],
    ["another stream's history", "history.SECRET"],
    ["another stream's Direct Get", "$JS.API.DIRECT.GET.SECRET"],
    ["Direct Get past the import", "$JS.API.DIRECT.GET.ORDERS"],
    ["Direct Get of a subject", "$JS.API.DIRECT.GET.ORDERS.orders.eu.1"],
    ["the old way to get a message", "$JS.API.STREAM.MSG.GET.ORDERS"],
    ["the account's figures", "$JS.API.INFO"],
    ["the streams' names", "$JS.API.STREAM.NAMES"],
    ["a stream's configuration", "$JS.API.STREAM.INFO.ORDERS"],
    ["a new stream", "$JS.API.STREAM.CREATE.MINE"],
    ["a change of a stream", "$JS.API.STREAM.UPDATE.ORDERS"],
    ["a purge", "$JS.API.STREAM.PURGE.ORDERS"],
    ["a stream's end", "$JS.API.STREAM.DELETE.ORDERS"],
    ["a message's end", "$JS.API.STREAM.MSG.DELETE.ORDERS"],
    ["a consumer", "$JS.API.CONSUMER.CREATE.ORDERS"],
    ["a named consumer", "$JS.API.CONSUMER.CREATE.ORDERS.mine"],
    ["a durable consumer", "$JS.API.CONSUMER.DURABLE.CREATE.ORDERS.mine"],
    ["a consumer's next message", "$JS.API.CONSUMER.MSG.NEXT.ORDERS.mine"],
    ["an acknowledgement", "$JS.ACK.ORDERS.mine.1.1.1.1.1"],
    ["the servers", "$SYS.REQ.SERVER.PING"],
    ["an account's change", "$SYS.REQ.CLAIMS.UPDATE"],
  ])("may not publish to %s", async (_name, subject) => {
    const before = await stateOf("ORDERS");
    const refusalText = await refusal(attacker, () =>
      attacker.nats.publish(subject, "{}", { reply: `_INBOX.${attacker.key}.x`, headers: headers() }),
    );
    expect(refusalText).toContain("permissions violation for publish");
    expect(await stateOf("ORDERS")).toEqual(before);
  });

  test.each([
    ["everything", ">"],
    ["every first name", "*"],
    ["another stream's subject", "secret.>"],
    ["all that is republished", "live.>"],
    ["what others ask", "history.>"],
    ["other viewers' inboxes", `${other}.>`],
    ["all inboxes", "_INBOX.>"],
    ["JetStream's events", "$JS.EVENT.>"],
    ["the servers", "$SYS.>"],
  ])("may not subscribe to %s", async (_name, subject) => {
    const refusalText = await refusal(attacker, () =>
      attacker.nats.subscribe(subject, { callback: () => {} }),
    );
    expect(refusalText).toContain("permissions violation for subscription");
  });

  test("leaves no consumer behind", async () => {
    expect((await stateOf("ORDERS")).consumer_count).toBe(0);
  });
});
