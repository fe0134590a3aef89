import { connect, type Socket } from "node:net";
import type { NatsConnection } from "@nats-io/transport-node";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { connectPublisher } from "../support/clients/publisher.ts";
import { type FeedUnderTest, sequenced } from "../support/clients/sequenced.ts";
import type { Broker } from "../support/servers/broker.ts";
import { startNatsServer } from "../support/servers/nats-server.ts";
import { createStream } from "../support/servers/stream.ts";
import { until } from "../support/tools/until.ts";

/** Headers that a stream would add to a message with a much later sequence and time. */
const FORGED = `NATS/1.0\r\n${[
  "Nats-Stream: OTHER",
  "Nats-Subject: other",
  "Nats-Sequence: 999999999",
  "Nats-Time-Stamp: 2099-01-01T00:00:00Z",
  "Nats-Num-Pending: 3",
  "Nats-Last-Sequence: 0",
  "Nats-Msg-Size: 3",
].join("\r\n")}\r\n`;

/** Header blocks that no library writes. A server checks only their length. */
const BLOCKS = [
  `${FORGED}X: abcd`,
  `${FORGED}X: abcd\r\n`,
  `${FORGED}Nats-Stream: OTHER\r\n\r\n\r\n`,
  `${FORGED}\r\n`,
  "NATS/1.0 503\r\n\r\n",
  "NATS/1.0 404 Message Not Found\r\nA: b\r\n\r\n",
];

describe("malicious header blocks of a publisher", () => {
  let broker: Broker;
  let publisher: NatsConnection;
  let under: FeedUnderTest;
  let socket: Socket;

  beforeAll(async () => {
    broker = await startNatsServer({ jetStream: true });
    publisher = await connectPublisher(broker.tcpUrl);
    const { hostname, port } = new URL(broker.tcpUrl);
    socket = connect(Number(port), hostname);
    socket.write('CONNECT {"verbose":false,"headers":true}\r\n');
  });
  afterEach(() => under.end());
  afterAll(async () => {
    socket.destroy();
    await publisher.close();
    await broker.stop();
  });

  test.each([
    ["republished", { republish: { src: ">", dest: "re.>" } }],
    ["republished without what they say", { republish: { src: ">", dest: "re.>", headers_only: true } }],
    ["announced", {}],
  ])("don't deceive a feed: %s", async (_, config) => {
    const name = `S${"republish" in config ? ("headers_only" in config.republish ? "H" : "R") : "A"}`;
    await createStream(publisher, name, [`${name}.>`], { allow_direct: true, ...config });
    const republished = "republish" in config ? { republished: `re.${name}.>` } : {};
    under = sequenced(`${name}.>`, { name, ...republished });
    const heard = under.add();
    await under.connect(broker.webSocketUrl);
    await under.isCurrent();
    for (const [index, block] of BLOCKS.entries()) {
      const payload = `m${index}`;
      socket.write(
        `HPUB ${name}.a ${block.length} ${block.length + payload.length}\r\n${block}${payload}\r\n`,
      );
      await until(payload, () => heard.messages.length === index + 1);
    }
    const all = BLOCKS.map((_, index) => `m${index}`);
    const late = under.add({ last: BLOCKS.length });
    await until("its history", () => late.messages.length === BLOCKS.length);
    await publisher.request(`${name}.a`, "last");
    await until(
      "the last",
      () => heard.messages.length > BLOCKS.length && late.messages.length > BLOCKS.length,
    );
    for (const one of [heard, late]) {
      expect(one.payloads()).toEqual([...all, "last"]);
      expect(one.sequences()).toEqual([...all, "last"].map((_, index) => index + 1));
      expect([one.dropped, one.gaps]).toEqual([0, []]);
    }
    expect(under.feed.state).toEqual({ state: "current", lastSequence: BLOCKS.length + 1 });
  });
});
