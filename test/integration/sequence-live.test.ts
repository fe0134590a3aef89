import type { NatsConnection } from "@nats-io/transport-node";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { connectPublisher } from "../support/clients/publisher.ts";
import { type FeedUnderTest, sequenced } from "../support/clients/sequenced.ts";
import type { Broker } from "../support/servers/broker.ts";
import { startNatsServer } from "../support/servers/nats-server.ts";
import { consumersOf, createStream } from "../support/servers/stream.ts";
import { selectedRelease } from "../support/tools/nats-server.ts";
import { until } from "../support/tools/until.ts";

/** Since 2.10 nats-server republishes messages with the time at which they were stored. */
const republishesTime = selectedRelease() === "2.15";

const count = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, index) => String(from + index));

describe.each([
  ["republishing", true],
  ["that only triggers", false],
])("a stream %s", (_name, republishes) => {
  let broker: Broker;
  let publisher: NatsConnection;
  let under: FeedUnderTest;
  let streams = 0;

  beforeAll(async () => {
    broker = await startNatsServer({ jetStream: true });
    publisher = await connectPublisher(broker.tcpUrl);
  });
  afterEach(() => under.end());
  afterAll(async () => {
    await publisher.close();
    await broker.stop();
  });

  async function begin(filter: string, config: object = {}) {
    streams += 1;
    const name = `${republishes ? "R" : "T"}${streams}`;
    await createStream(publisher, name, [`${name}.>`], {
      allow_direct: true,
      ...(republishes ? { republish: { src: ">", dest: "re.>" } } : {}),
      ...config,
    });
    const subject = `${name}.${filter}`;
    under = sequenced(subject, { name, ...(republishes ? { republished: `re.${subject}` } : {}) });
    const heard = under.add();
    const publish = async (payloads: readonly string[], token = "mine") => {
      // Waits for acknowledgements, which follow the republishing: a busy server may republish long after it stored.
      await Promise.all(payloads.map((payload) => publisher.request(`${name}.${token}`, payload)));
    };
    return { name, heard, publish };
  }

  test.each(["mine", ">", "*"])(
    "live messages of %s arrive once, in order, with sequence and time",
    async (filter) => {
      const { heard, publish } = await begin(filter);
      await under.connect(broker.webSocketUrl);
      await under.isCurrent();
      await publish(count(0, 100));
      await until("all", () => heard.messages.length >= 100);
      expect(heard.payloads()).toEqual(count(0, 100));
      expect(heard.sequences()).toEqual(count(1, 101).map(Number));
      // If the republished message has no time, the feed uses one read from the stream earlier.
      const times = heard.messages.map(({ publishedAtMs }) => publishedAtMs);
      const known = times.filter((time) => time !== undefined);
      if (republishesTime || !republishes) expect(known).toHaveLength(100);
      else expect(known.length).toBeLessThan(100);
      for (const time of known) expect(Math.abs(time - Date.now())).toBeLessThan(60_000);
      expect(heard.messages[5]?.isHistory).toBe(false);
      expect(heard.gaps).toEqual([]);
    },
  );

  test.each(["mine", ">", "*"])(
    "recovers a break of 3,000 messages among others, filter %s",
    async (filter) => {
      const { heard, publish, name } = await begin(filter);
      await publish(["before"]);
      const first = await under.connect(broker.webSocketUrl);
      await under.isCurrent();
      await publish(count(0, 10));
      await until("the first", () => heard.messages.length === 10);
      await under.cut(first);
      for (const part of [count(10, 1500), count(1500, 3010)]) {
        await publish(part);
        if (filter === "mine") await publish(["x", "y", "z"], "others");
      }
      await under.connect(broker.webSocketUrl);
      await publish(count(3010, 3020));
      await until("all", () => heard.messages.length >= 3020);
      await under.isCurrent();
      expect(heard.payloads()).toEqual(count(0, 3020));
      expect(heard.gaps).toMatchObject([{ kind: "stop", missing: { exactly: 0 } }]);
      expect(heard.gaps[0]?.recovered).toBeGreaterThanOrEqual(3000);
      expect(await consumersOf(publisher, name)).toBe(0);
    },
  );
});
