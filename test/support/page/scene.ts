import type { NatsConnection } from "@nats-io/transport-node";
import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import { FaultProxy } from "../../../dev/fault-proxy/index.ts";
import { connectPublisher } from "../clients/publisher.ts";
import type { Broker } from "../servers/broker.ts";
import type { BrokerKind } from "../servers/brokers.ts";
import { webSocketClients } from "../servers/monitor.ts";
import { useApp } from "../servers/use-app.ts";
import { freePort } from "../tools/ports.ts";
import { untilEqual } from "../tools/until.ts";
import { type ObservedPage, startBrowser, type TestBrowser } from "./browser.ts";
import { Dashboard, FEED_SUBJECTS, FEEDS, type FeedId } from "./dashboard.ts";
import { event } from "./events.ts";

/** What a browser test plays on: a fresh broker and a fresh page for each test. */
export interface Scene {
  readonly broker: Broker;
  readonly dashboard: Dashboard;
  /** The page's address. */
  readonly url: string;
  /** What the page complained of so far. */
  readonly complaints: readonly string[];
  /** Connects the independent publisher once; after a restart it connects anew. */
  publisher(): Promise<NatsConnection>;
  /** Publishes a valid event and waits until the server has it. */
  publish(feed: FeedId, text: string): Promise<void>;
  /** Switches live data on, and waits until the server holds every feed's subscription. */
  goLive(): Promise<void>;
  /** The subjects that each WebSocket client holds on the server, each list sorted. */
  held(): Promise<(readonly string[])[]>;
}

/** How a scene is set. */
export interface SceneOptions {
  /** How much longer everything takes between the page and the broker, each way. */
  readonly delayMs?: number;
  /** One broker and one page for all tests of the `describe`, which follow on each other. */
  readonly shared?: boolean;
}

/** Sets the scene for the tests of a `describe`: a fresh one for each, unless it is shared. */
export function useScene(
  kind: Pick<BrokerKind, "start">,
  { delayMs = 0, shared = false }: SceneOptions = {},
): Scene {
  const before = shared ? beforeAll : beforeEach;
  const after = shared ? afterAll : afterEach;
  const app = useApp();
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

  before(async () => {
    const ports = app.brokerPorts;
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
    await dashboard.open(app.url);
  });
  after(async () => {
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
  const held = async (): Promise<(readonly string[])[]> =>
    webSocketClients(await broker.connz()).map((one) => [...(one.subscriptions_list ?? [])].sort());
  return {
    get broker() {
      return broker;
    },
    get dashboard() {
      return dashboard;
    },
    get url() {
      return app.url;
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
    async goLive() {
      await dashboard.switchOn();
      await dashboard.turns("green");
      await untilEqual(held, [FEED_SUBJECTS]);
    },
    held,
  };
}
