/**
 * Traps 8 and 9 of nats.ws 1.30.3: messages that are lost or pile up, and credentials that take time to fetch. Each is
 * shown on plain nats.ws first.
 */
import { connect } from "nats.ws";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { NotLiveError } from "../../client/index.ts";
import { observedClient } from "../support/clients/client.ts";
import { plainDial } from "../support/clients/plain-nats.ts";
import { connectPublisher } from "../support/clients/publisher.ts";
import type { Broker } from "../support/servers/broker.ts";
import { startNatsServer } from "../support/servers/nats-server.ts";
import { until } from "../support/tools/until.ts";

const TOKEN = "s3cret";

describe("trap 8: messages", () => {
  let broker: Broker;

  beforeEach(async () => {
    broker = await startNatsServer();
  });
  afterEach(() => broker.stop());

  /** Subscribes on the restarted server, for messages from now on. */
  async function listener(): Promise<{ heard: string[]; close(): Promise<void> }> {
    const nats = await connectPublisher(broker.tcpUrl);
    const heard: string[] = [];
    nats.subscribe("trap", { callback: (_, message) => void heard.push(message.string()) });
    await nats.flush();
    return { heard, close: () => nats.close() };
  }

  test("plain nats.ws accepts a message while disconnected, and loses it silently", async () => {
    const plain = await connect(plainDial(broker.webSocketUrl, { reconnectTimeWait: 400 }).options);
    const statuses = plain.status()[Symbol.asyncIterator]();
    const next = async (wanted: string): Promise<void> => {
      for (let type: string | undefined; type !== wanted; ) type = (await statuses.next()).value?.type;
    };
    await broker.kill();
    await next("disconnect");
    plain.publish("trap", "while down");
    await broker.restart();
    const { heard, close } = await listener();
    await next("reconnect");
    plain.publish("trap", "once back");
    await until("the later one", () => heard.length > 0);
    expect(heard).toEqual(["once back"]);
    await plain.close();
    await close();
  });

  test("our client refuses the message, with the reason", async () => {
    const { client, reaches } = observedClient(broker.webSocketUrl, { reconnect: { baseDelayMs: 50 } });
    await client.start();
    await broker.kill();
    await reaches("reconnecting");
    expect(() => client.publish("trap", "while down")).toThrow(NotLiveError);
    await broker.restart();
    const { heard, close } = await listener();
    await reaches("live");
    client.publish("trap", "once back");
    await until("the later one", () => heard.length > 0);
    expect(heard).toEqual(["once back"]);
    await client.stop();
    await close();
  });

  const MANY = 5000;
  const flood = async (): Promise<void> => {
    const nats = await connectPublisher(broker.tcpUrl);
    for (let sent = 0; sent < MANY; sent += 1) nats.publish("trap", "x");
    await nats.flush();
    await nats.close();
  };

  test("plain nats.ws buffers every message for an iterator that nobody reads", async () => {
    const plain = await connect(plainDial(broker.webSocketUrl).options);
    const unread = plain.subscribe("trap");
    await plain.flush();
    await flood();
    await until("all are kept", () => unread.getPending() === MANY);
    await plain.close();
  });

  test("our client delivers each message at once, without a buffer", async () => {
    const { client } = observedClient(broker.webSocketUrl);
    let handled = 0;
    const subscription = client.subscribe("trap", () => {
      handled += 1;
      // `received` counts messages on arrival: a queue before the handler would show as a difference.
      if (subscription.counts.received !== handled) throw new Error("a message was kept");
    });
    await client.start();
    await until("it is active", () => subscription.status === "active");
    await flood();
    await until("all have come", () => handled === MANY);
    expect(subscription.counts).toMatchObject({ received: MANY, delivered: MANY, failed: 0 });
    await client.stop();
  });
});

describe("trap 9: credentials that take time to fetch", () => {
  let broker: Broker;

  beforeEach(async () => {
    broker = await startNatsServer({ config: `authorization { token: "${TOKEN}" }` });
  });
  afterEach(() => broker.stop());

  /** Takes time, like a page that fetches a token from its worker. */
  const fetchToken = async (): Promise<string> => {
    await new Promise((resolve) => setImmediate(resolve));
    return TOKEN;
  };

  test("plain nats.ws doesn't wait for its authenticator, and the server refuses it", async () => {
    const authenticator = async () => ({ auth_token: await fetchToken() });
    const { options } = plainDial(broker.webSocketUrl, { authenticator: authenticator as never });
    await expect(connect(options)).rejects.toMatchObject({ code: "AUTHORIZATION_VIOLATION" });
  });

  test("our client fetches a token before each dial, once per dial", async () => {
    let [fetched, dials] = [0, 0];
    const { client, reaches } = observedClient(broker.webSocketUrl, {
      reconnect: { baseDelayMs: 10, maxDelayMs: 10 },
      credentials: async () => {
        fetched += 1;
        return { type: "token", token: await fetchToken() };
      },
    });
    // Counted as they happen: the timeline drops its oldest entries, and a busy machine may take long to restart a server.
    client.timeline.onEntry(({ type }) => {
      if (type === "dial") dials += 1;
    });
    expect(await client.start()).toBe("live");
    expect(fetched).toBe(1);
    await broker.kill();
    await reaches("reconnecting");
    await broker.restart();
    await reaches("live");
    expect(fetched).toBe(dials);
    await client.stop();
  });
});
