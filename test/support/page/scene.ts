import type { NatsConnection } from "@nats-io/transport-node";
import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import { FaultProxy } from "../../../dev/fault-proxy/index.ts";
import { connectPublisher } from "../clients/publisher.ts";
import type { Broker } from "../servers/broker.ts";
import type { BrokerKind } from "../servers/brokers.ts";
import { webSocketClients } from "../servers/monitor.ts";
import { type UsedApp, useApp } from "../servers/use-app.ts";
import { freePort } from "../tools/ports.ts";
import { untilEqual } from "../tools/until.ts";
import type { TestBrowser } from "./browser.ts";
import { Dashboard, FEED_SUBJECTS, FEEDS, type FeedId } from "./dashboard.ts";
import { event } from "./events.ts";
import { useBrowser } from "./use-browser.ts";

/** The stage of a browser test: a fresh broker and a fresh page. */
export interface Scene {
  readonly broker: Broker;
  readonly dashboard: Dashboard;
  /** The page's address. */
  readonly url: string;
  /** The page's errors and warnings so far. */
  readonly complaints: readonly string[];
  /** The independent publisher; connects at the first call, and again after a restart. */
  publisher(): Promise<NatsConnection>;
  /** Publishes a valid event and waits until the server has received it. */
  publish(feed: FeedId, text: string): Promise<void>;
  /** Switches live data on, and waits until the server has every feed's subscription. */
  goLive(): Promise<void>;
  /** The subjects of each WebSocket client's subscriptions on the server, each list sorted. */
  held(): Promise<(readonly string[])[]>;
}

/** A scene that its creator must close. */
export interface OpenScene extends Scene {
  close(): Promise<void>;
}

/** Addresses and delay of a scene. */
export interface Place {
  /** The product: the page's address, and the broker's ports. */
  readonly app: UsedApp;
  readonly browser: Pick<TestBrowser, "openPage">;
  /** Latency between the page and the broker, in each direction. */
  readonly delayMs?: number;
}

/** Opens a scene: starts its broker and opens its page, with live data off. */
export async function openScene(
  kind: Pick<BrokerKind, "start">,
  { app, browser, delayMs = 0 }: Place,
): Promise<OpenScene> {
  const ports = app.brokerPorts;
  const behind = delayMs > 0 ? { ...ports, webSocket: await freePort() } : ports;
  const slowPath =
    delayMs > 0
      ? await FaultProxy.start({
          port: ports.webSocket,
          target: behind.webSocket,
          pace: { latencyMs: delayMs },
        })
      : null;
  const broker = await kind.start({ ports: behind });
  const observed = await browser.openPage();
  const dashboard = new Dashboard(observed.page);
  await dashboard.open(app.url);

  let publisher: NatsConnection | undefined;
  const connected = async (): Promise<NatsConnection> => {
    if (publisher === undefined || publisher.isClosed()) publisher = await connectPublisher(broker.tcpUrl);
    return publisher;
  };
  const held = async (): Promise<(readonly string[])[]> =>
    webSocketClients(await broker.connz()).map((one) => [...(one.subscriptions_list ?? [])].sort());
  return {
    broker,
    dashboard,
    url: app.url,
    complaints: observed.complaints,
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
    async close() {
      await observed.close();
      await publisher?.close();
      slowPath?.close();
      await broker.stop();
    },
  };
}

export interface SceneOptions extends Pick<Place, "delayMs"> {
  /** One broker and one page for all tests of the `describe`, which share their state. */
  readonly shared?: boolean;
}

/** Gives each test of a `describe` a fresh scene, or all the same one if `shared`. */
export function useScene(
  kind: Pick<BrokerKind, "start">,
  { shared = false, ...options }: SceneOptions = {},
): Scene {
  const [before, after] = shared ? [beforeAll, afterAll] : [beforeEach, afterEach];
  const app = useApp();
  const browser = useBrowser();
  let scene: OpenScene;

  before(async () => {
    scene = await openScene(kind, { app, browser, ...options });
  });
  after(() => scene.close());

  return {
    get broker() {
      return scene.broker;
    },
    get dashboard() {
      return scene.dashboard;
    },
    get url() {
      return scene.url;
    },
    get complaints() {
      return scene.complaints;
    },
    publisher: () => scene.publisher(),
    publish: (feed, text) => scene.publish(feed, text),
    goLive: () => scene.goLive(),
    held: () => scene.held(),
  };
}
