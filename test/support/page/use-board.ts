import type { NatsConnection } from "@nats-io/transport-node";
import type { Page } from "playwright-core";
import { afterAll, beforeAll } from "vitest";
import { FaultProxy } from "../../../dev/fault-proxy/index.ts";
import { connectPublisher } from "../clients/publisher.ts";
import type { Broker } from "../servers/broker.ts";
import { untilSubscribed } from "../servers/monitor.ts";
import { freePorts, startNatsServer } from "../servers/nats-server.ts";
import { useApp } from "../servers/use-app.ts";
import type { ObservedPage } from "./browser.ts";
import { Dashboard, hook } from "./dashboard.ts";
import { useBrowser } from "./use-browser.ts";

/** A live page with the feeds of a test. */
export interface UsedBoard {
  readonly broker: Broker;
  /** Proxy between the page and its server. */
  readonly path: FaultProxy;
  /** Connected to the server without the proxy. */
  readonly nats: NatsConnection;
  readonly dashboard: Dashboard;
  readonly page: Page;
  /** Opens another live page with a link's `hash`; `before` runs in it before its own scripts. */
  another(hash?: string, before?: () => void): Promise<ObservedPage & { readonly dashboard: Dashboard }>;
  /** A panel's count. */
  count(feed: string, name: string): Promise<number>;
}

export interface BoardOptions {
  /** Appended to the server's configuration. */
  readonly config?: string;
  /** Runs before the page opens, to create streams and messages; enables JetStream. */
  readonly prepare?: (nats: NatsConnection) => Promise<void>;
  /** Runs in the page before its own scripts. */
  readonly script?: () => void;
}

/** One product, one server and one page for the tests of a file or `describe`, which share their state. */
export function useBoard(
  feeds: readonly Readonly<Record<string, unknown>>[],
  { config = "", prepare, script }: BoardOptions = {},
): UsedBoard {
  const app = useApp({ FEEDS: JSON.stringify(feeds) });
  const browser = useBrowser();
  let broker: Broker;
  let path: FaultProxy;
  let nats: NatsConnection;
  let dashboard: Dashboard;

  const another = async (hash = "", before?: () => void) => {
    const observed = await browser.openPage();
    if (before !== undefined) await observed.page.addInitScript(before);
    const opened = new Dashboard(observed.page);
    await opened.open(`${app.url}/${hash}`);
    await opened.switchOn();
    await opened.turns("green");
    await untilSubscribed(broker);
    return { ...observed, dashboard: opened };
  };

  beforeAll(async () => {
    const ports = await freePorts();
    broker = await startNatsServer({ ports, config, jetStream: prepare !== undefined });
    path = await FaultProxy.start({ port: app.brokerPorts.webSocket, target: ports.webSocket });
    nats = await connectPublisher(broker.tcpUrl);
    await prepare?.(nats);
    ({ dashboard } = await another("", script));
  });
  afterAll(async () => {
    await nats?.close();
    path?.close();
    await broker?.stop();
  });

  return {
    get broker() {
      return broker;
    },
    get path() {
      return path;
    },
    get nats() {
      return nats;
    },
    get dashboard() {
      return dashboard;
    },
    get page() {
      return dashboard.page;
    },
    another,
    count: async (feed, name) =>
      Number(await dashboard.page.getAttribute(hook(`feed-${feed}-${name}`), "data-value")),
  };
}
