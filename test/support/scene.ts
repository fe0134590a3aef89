import type { NatsConnection } from "@nats-io/transport-node";
import { afterAll, afterEach, beforeAll, beforeEach, inject } from "vitest";
import type { Broker } from "./broker.ts";
import type { BrokerKind } from "./brokers.ts";
import { type ObservedPage, startBrowser, type TestBrowser } from "./browser.ts";
import { Dashboard, FEEDS, type FeedId } from "./dashboard.ts";
import { event } from "./events.ts";
import { FaultProxy } from "./fault-proxy/index.ts";
import { webSocketClients } from "./monitor.ts";
import { freePort } from "./ports.ts";
import { connectPublisher } from "./publisher.ts";

/** What a browser test plays on: a fresh broker and a fresh page for each test. */
export interface Scene {
  readonly broker: Broker;
  readonly dashboard: Dashboard;
  /** What the page complained of so far. */
  readonly complaints: readonly string[];
  /** Connects the independent publisher once; after a restart it connects anew. */
  publisher(): Promise<NatsConnection>;
  /** Publishes a valid event and waits until the server has it. */
  publish(feed: FeedId, text: string): Promise<void>;
  /** The subjects that each WebSocket client holds on the server, each list sorted. */
  held(): Promise<(readonly string[])[]>;
}

/**
 * Sets the scene for the tests of a `describe`.
 * @param delayMs how much longer everything takes between the page and the broker, each way
 */
export function useScene(kind: BrokerKind, { delayMs = 0 } = {}): Scene {
  let browser: TestBrowser;
  let broker: Broker;
  let observed: ObservedPage;
  let dashboard: Dashboard;
  let publisher: NatsConnection | undefined;
  let slowPath: FaultProxy | undefined;

  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser.stop());

  beforeEach(async () => {
    const ports = inject("brokerPorts");
    if (delayMs > 0) {
      const behind = { ...ports, webSocket: await freePort() };
      slowPath = await FaultProxy.start({
        port: ports.webSocket,
        target: behind.webSocket,
        pace: { latencyMs: delayMs },
      });
      broker = await kind.start({ ports: behind });
    } else {
      broker = await kind.start({ ports });
    }
    observed = await browser.openPage();
    dashboard = new Dashboard(observed.page);
    await dashboard.open(inject("appUrl"));
  });
  afterEach(async () => {
    await observed.close();
    await publisher?.close();
    publisher = undefined;
    slowPath?.close();
    await broker.stop();
  });

  const connected = async (): Promise<NatsConnection> => {
    if (publisher === undefined || publisher.isClosed()) publisher = await connectPublisher(broker.tcpUrl);
    return publisher;
  };
  return {
    get broker() {
      return broker;
    },
    get dashboard() {
      return dashboard;
    },
    get complaints() {
      return observed.complaints;
    },
    publisher: connected,
    async publish(feed, text) {
      const nats = await connected();
      nats.publish(FEEDS[feed], event(feed, text));
      await nats.flush();
    },
    async held() {
      return webSocketClients(await broker.connz()).map((one) => [...(one.subscriptions_list ?? [])].sort());
    },
  };
}
