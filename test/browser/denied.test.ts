import { afterAll, beforeAll, expect, test } from "vitest";
import { connectPublisher } from "../support/clients/publisher.ts";
import { Dashboard, FEEDS, hook } from "../support/page/dashboard.ts";
import { event } from "../support/page/events.ts";
import { useBrowser } from "../support/page/use-browser.ts";
import type { Broker } from "../support/servers/broker.ts";
import { startNatsServer } from "../support/servers/nats-server.ts";
import { useApp } from "../support/servers/use-app.ts";

const app = useApp();

const ONE_FEED_ONLY = `
  no_auth_user: "page"
  authorization { users: [{ user: "page", password: "p", permissions: { subscribe: "${FEEDS.llm}" } }] }
`;

let broker: Broker;
const browser = useBrowser();

beforeAll(async () => {
  broker = await startNatsServer({ ports: app.brokerPorts, config: ONE_FEED_ONLY });
});
afterAll(async () => {
  await broker?.stop();
});

test("a denied feed says why at once, though no event comes that would show it; the others go on", async () => {
  const { page } = await browser.openPage();
  const dashboard = new Dashboard(page);
  await dashboard.open(app.url);
  await dashboard.toggle();
  await dashboard.turns("green");
  for (const feed of ["sparc", "propagation"]) {
    const denied = await page.waitForSelector(hook(`feed-${feed}-denied`));
    expect(await denied.textContent()).toContain("doesn't allow this subject to these credentials.");
    expect(await denied.textContent()).toContain("Add the subject to the user's subscribe permissions.");
  }
  const publisher = await connectPublisher(broker.tcpUrl);
  publisher.publish(FEEDS.llm, event("llm", "allowed"));
  await publisher.flush();
  await publisher.close();
  expect(await dashboard.counts("llm", "shown", 1)).toBe(1);
  expect(await page.$(hook("feed-llm-denied"))).toBeNull();
  expect(await dashboard.hasBanner()).toBe(false);
});
