import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import { type App, startApp } from "./app.ts";
import type { BrokerPorts } from "./broker.ts";
import { freePorts } from "./nats-server.ts";

/** A running product, and the ports of the server that it is configured for. */
export interface UsedApp {
  /** The page's address. */
  readonly url: string;
  /** Ports where each test may start a server. */
  readonly brokerPorts: BrokerPorts;
}

/**
 * One running product for the tests of a file or `describe`. When it dies, the current test fails
 * with its log, and the next test gets a new product.
 * @param env further variables, such as FEEDS
 * @param host name of the server in the page's configuration
 */
export function useApp(env: Readonly<Record<string, string>> = {}, host = "127.0.0.1"): UsedApp {
  let brokerPorts: BrokerPorts | undefined;
  let app: App | undefined;
  const known = <T>(value: T | undefined): T => {
    if (value === undefined)
      throw new Error("the product starts in beforeAll: use it in a test or a later hook");
    return value;
  };
  const start = async (): Promise<void> => {
    app = await startApp({ NATS_URL: `ws://${host}:${known(brokerPorts).webSocket}`, ...env });
  };

  beforeAll(async () => {
    brokerPorts = await freePorts();
    await start();
  });
  beforeEach(async () => {
    if (app === undefined) await start();
  });
  afterEach(async () => {
    if (app?.trouble() == null) return;
    const dead = app;
    app = undefined;
    // Throws with the log, which fails the current test.
    await dead.stop();
  });
  afterAll(() => app?.stop());

  return {
    get url() {
      return known(app).url;
    },
    get brokerPorts() {
      return known(brokerPorts);
    },
  };
}
