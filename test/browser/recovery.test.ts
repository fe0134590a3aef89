import type { NatsConnection } from "@nats-io/transport-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connectPublisher } from "../support/clients/publisher.ts";
import type { ObservedPage } from "../support/page/browser.ts";
import { Dashboard, FEEDS, hook } from "../support/page/dashboard.ts";
import { event } from "../support/page/events.ts";
import { useBrowser } from "../support/page/use-browser.ts";
import { type App, startApp } from "../support/servers/app.ts";
import type { Broker } from "../support/servers/broker.ts";
import { webSocketClients } from "../support/servers/monitor.ts";
import { startNatsServer } from "../support/servers/nats-server.ts";
import { createStream } from "../support/servers/stream.ts";
import { until } from "../support/tools/until.ts";

describe("a feed with a stream", () => {
  let broker: Broker;
  let publisher: NatsConnection;
  let app: App;
  const browser = useBrowser();
  let observed: ObservedPage;

  beforeAll(async () => {
    broker = await startNatsServer({ jetStream: true });
    publisher = await connectPublisher(broker.tcpUrl);
    await createStream(publisher, "LLM", [FEEDS.llm], { allow_direct: true });
    const feed = {
      id: "llm",
      title: "LLM",
      subject: FEEDS.llm,
      stream: "LLM",
      columns: [{ field: "prompt", title: "Prompt" }],
    };
    app = await startApp({ NATS_URL: broker.webSocketUrl, FEEDS: JSON.stringify([feed]) });
    observed = await browser.openPage();
  });
  afterAll(async () => {
    await app?.stop();
    await publisher?.close();
    await broker?.stop();
  });

  test("the gap says how many messages were recovered, and they are listed before the live ones", async () => {
    const dashboard = new Dashboard(observed.page);
    const publish = async (text: string): Promise<void> => {
      publisher.publish(FEEDS.llm, event("llm", text));
      await publisher.flush();
    };
    await dashboard.open(app.url);
    await dashboard.toggle();
    await dashboard.turns("green");
    // The third request is for messages after the feed's sequence; the first two are for the last message and the state.
    await until("its place", async () => (webSocketClients(await broker.connz())[0]?.in_msgs ?? 0) >= 3);
    await publish("before");
    await dashboard.counts("llm", "received", 1);
    await dashboard.toggle();
    await dashboard.turns("grey");
    for (let i = 0; i < 18; i += 1) await publish(`missed ${i}`);
    await dashboard.toggle();
    const gap = await observed.page.waitForSelector(`${hook("feed-llm-gap")}[data-missing="0"]`);
    expect(await gap.textContent()).toMatch(/: 18 messages recovered$/);
    await publish("after");
    expect(await dashboard.counts("llm", "received", 20)).toBe(20);
    expect(await dashboard.count("llm", "shown")).toBe(20);
    const rows = await observed.page.$$eval(`${hook("feed-llm")} tbody tr`, (found) =>
      found.map((row) => row.textContent ?? ""),
    );
    expect(rows[0]).toContain("after");
    for (const [index, row] of rows.slice(1, 7).entries()) expect(row).toContain(`missed ${17 - index}`);
    expect(observed.complaints).toEqual([]);
  });
});
