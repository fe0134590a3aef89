import { connect, jwtAuthenticator, type NatsConnection } from "@nats-io/transport-node";
import { afterAll, beforeAll, expect, test } from "vitest";
import { DEFAULT_FEEDS } from "../../worker/default-feeds.ts";
import type { ObservedPage } from "../support/page/browser.ts";
import { Dashboard, FEED_SUBJECTS, FEEDS } from "../support/page/dashboard.ts";
import { event } from "../support/page/events.ts";
import { useBrowser } from "../support/page/use-browser.ts";
import { type App, startApp } from "../support/servers/app.ts";
import type { Broker } from "../support/servers/broker.ts";
import { webSocketClients } from "../support/servers/monitor.ts";
import { startNatsServer } from "../support/servers/nats-server.ts";
import { makeOperatorMode } from "../support/servers/worker-operator.ts";
import { untilEqual } from "../support/tools/until.ts";

/** The shortest lifetime that the worker allows; the page renews at three quarters of it. */
const TOKEN_LIFETIME_S = 60;

let broker: Broker;
let app: App;
const browser = useBrowser();
let observed: ObservedPage;
let publisher: NatsConnection;

beforeAll(async () => {
  const operator = await makeOperatorMode(DEFAULT_FEEDS.map(({ subject }) => subject));
  broker = await startNatsServer({ config: operator.config });
  const { jwt, seed } = operator.publisher;
  publisher = await connect({ servers: broker.tcpUrl, authenticator: jwtAuthenticator(jwt, seed) });
  app = await startApp({
    NATS_URL: broker.webSocketUrl,
    AUTH_MODE: "jwt",
    NATS_ACCOUNT: operator.account,
    NATS_SIGNING_KEY: operator.signingSeed,
    TOKEN_LIFETIME_S: String(TOKEN_LIFETIME_S),
  });
  observed = await browser.openPage();
});
afterAll(async () => {
  await app?.stop();
  await publisher?.close();
  await broker?.stop();
});

async function publish(text: string): Promise<void> {
  publisher.publish(FEEDS.llm, event("llm", text));
  await publisher.flush();
}

/** The server's WebSocket connections: their ids and subscribed subjects. */
async function connections(): Promise<{ cid: number; subjects: string[] }[]> {
  const clients = webSocketClients(await broker.connz());
  return clients.map(({ cid, subscriptions_list }) => ({
    cid,
    subjects: [...(subscriptions_list ?? [])].sort(),
  }));
}

test("the page connects with its own token, renews it in time, and misses nothing", async () => {
  const dashboard = new Dashboard(observed.page);
  await dashboard.open(app.url);
  await dashboard.toggle();
  await dashboard.turns("green");
  await untilEqual(async () => (await connections()).map(({ subjects }) => subjects), [FEED_SUBJECTS]);
  await publish("with the first token");
  await dashboard.counts("llm", "received", 1);

  const [first] = await connections();
  await dashboard.openTimeline();
  await observed.page.waitForSelector('[data-testid="timeline-entry"][data-type="handover"]', {
    timeout: TOKEN_LIFETIME_S * 1000,
  });
  await untilEqual(async () => (await connections()).map(({ subjects }) => subjects), [FEED_SUBJECTS]);
  expect((await connections())[0]?.cid).not.toBe(first?.cid);

  await publish("with the second token");
  expect(await dashboard.counts("llm", "received", 2)).toBe(2);
  expect(await dashboard.colour()).toBe("green");
  expect(await dashboard.hasBanner()).toBe(false);
  expect(observed.complaints).toEqual([]);
  expect(broker.complaints()).toEqual([]);
});
