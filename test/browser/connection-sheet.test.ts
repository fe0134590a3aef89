import { describe, expect, test } from "vitest";
import { hook } from "../support/page/dashboard.ts";
import { useScene } from "../support/page/scene.ts";
import { closeSheet, downloaded, openSheet, textAt } from "../support/page/sheets.ts";
import { noteTicks, ticksIn } from "../support/page/ticks.ts";
import { NATS_SERVER } from "../support/servers/brokers.ts";
import { until, untilEqual } from "../support/tools/until.ts";

describe("the connection sheet and the charts", () => {
  const scene = useScene(NATS_SERVER, { shared: true });
  /** The sheet's values by their labels. */
  const facts = (): Promise<Record<string, string>> =>
    scene.dashboard.page.$$eval(`${hook("connection")} .facts__line`, (lines) =>
      Object.fromEntries(
        lines.map((line) => [line.firstElementChild?.textContent, line.lastElementChild?.textContent]),
      ),
    );
  const types = (): Promise<(string | null)[]> =>
    scene.dashboard.page.$$eval(hook("timeline-entry"), (entries) =>
      entries.map((entry) => entry.getAttribute("data-type")),
    );

  test("show the server, the connection's statistics, and the subscriptions", async () => {
    const { page } = scene.dashboard;
    await scene.goLive();
    await scene.publish("llm", "one");
    await scene.publish("llm", "two");
    await scene.dashboard.counts("llm", "received", 2);
    // The round trip of the first ping, which the sheet shows within a second.
    await until("a round trip", async () => (await textAt(page, "rtt")) !== "–");
    // Makes the edge probe the server.
    await fetch(`${scene.url}/readyz`);
    await openSheet(page, "connection");
    const [connection] = (await scene.broker.connz()).connections.filter(({ type }) => type === "websocket");
    expect(await facts()).toMatchObject({
      Server: scene.broker.webSocketUrl,
      Version: scene.broker.version,
      "Connection ID": String(connection?.cid),
      JetStream: "no",
      Credentials: "don't expire",
      "Stability score": expect.stringMatching(/^\d+ \/ 100$/),
      "Live while turned on": expect.stringMatching(/^\d+(\.\d+)?%$/),
      "Round trip": expect.stringMatching(/^\d+\sms$/),
      Reconnects: "0",
      "Mean time to connect": expect.stringMatching(/^[\d.]+\s(ms|s)$/),
    });
    expect(await textAt(page, "connection")).toMatch(
      /Score = 100 × share of time live while turned on × 6 \/ \(6 \+/,
    );
    const subscriptions = () =>
      page.$$eval(hook("subscription"), (all) => all.map((one) => one.textContent).sort());
    await untilEqual(subscriptions, [
      "egos.llm.logsactive2 received · 2 delivered · 0 failed in the page",
      "egos.propagation.logactive0 received · 0 delivered · 0 failed in the page",
      "egos.sparc.tasksactive0 received · 0 delivered · 0 failed in the page",
    ]);
    await until("a round trip", async () =>
      /Now: \d+\sms$/.test((await page.getAttribute(hook("chart-rtt"), "aria-label")) ?? ""),
    );
    await untilEqual(() => page.locator(`${hook("connection")} .bars`).count(), 2);
    expect(await page.locator(".bars__one").count()).toBe(48 + 90);
    // The edge's observations since the tests began are in the last bars.
    for (const bars of await page.locator(".bars").all()) {
      const newest = bars.locator(".bars__one").last();
      expect(await newest.getAttribute("data-outcome")).toMatch(/good|mixed|bad/);
      const unknown = bars.locator(".bars__one[data-outcome=none]").first();
      const groundOf = (bar: typeof newest) =>
        bar.evaluate((found) => getComputedStyle(found).backgroundColor);
      expect(await groundOf(newest)).not.toBe(await groundOf(unknown));
    }
    // On another day, the sheet shows the edge's new answer.
    const real = await page.evaluateHandle(() => Date.now);
    const askedIn = async (aheadMs: number) => {
      const asked = page.waitForResponse((response) => response.url().endsWith("/api/status"));
      await page.evaluate(([real, ms]) => Object.assign(Date, { now: () => real() + ms }), [
        real,
        aheadMs,
      ] as const);
      await (await asked).finished();
    };
    await askedIn(300_000);
    // The last answer stays while the request fails and is retried.
    await page.route("**/api/status", (route) => route.fulfill({ body: "none" }));
    await askedIn(600_000);
    await askedIn(615_000);
    expect(await page.locator(".bars").count()).toBe(2);
    await page.unroute("**/api/status");
    await askedIn(630_000);
    await page.evaluate((real) => Object.assign(Date, { now: real }), real);
    await closeSheet(page);
  });

  test("chart the messages of each subject", async () => {
    const { page } = scene.dashboard;
    await page.evaluate(noteTicks);
    await openSheet(page, "charts");
    await page.waitForSelector(`${hook("chart-rate")} canvas`);
    expect(await page.getAttribute(hook("chart-rate"), "aria-label")).toMatch(
      /last 15 minutes\. Now: egos\.sparc\.tasks: \d+, egos\.llm\.logs: \d+, egos\.propagation\.log: \d+$/,
    );
    const drawn = await page.$eval(`${hook("chart-rate")} canvas`, (canvas) => {
      const { width, height } = canvas as HTMLCanvasElement;
      const pixels = (canvas as HTMLCanvasElement).getContext("2d")?.getImageData(0, 0, width, height).data;
      return pixels?.some((value) => value > 0);
    });
    expect(drawn).toBe(true);
    // Right after the pointer has left, not only in the next second.
    const legend = page.locator(`${hook("chart-rate")} .u-legend`);
    await page.locator(`${hook("chart-rate")} .u-over`).hover();
    const left = await legend.evaluate((legend) => {
      legend.parentElement?.querySelector(".u-over")?.dispatchEvent(new MouseEvent("mouseleave"));
      return legend.textContent;
    });
    expect(left).toMatch(/^Time:?\s*\d/);
    // One or two messages per second: the ticks between them must not be fractions.
    const ticks = (await ticksIn(page, "chart-rate")).map(({ text }) => text);
    expect(ticks.length).toBeGreaterThan(2);
    expect(new Set(ticks).size).toBe(ticks.length);
    await closeSheet(page);
  });

  test("update the subscriptions while the sheet is open", async () => {
    const { page } = scene.dashboard;
    const statuses = () =>
      page.$$eval(hook("subscription"), (all) => all.map((one) => one.getAttribute("data-status")));
    await scene.dashboard.toggle();
    await scene.dashboard.turns("grey");
    await openSheet(page, "connection");
    await untilEqual(statuses, ["requested", "requested", "requested"]);
    await scene.dashboard.toggle();
    await untilEqual(statuses, ["active", "active", "active"]);
    await scene.publish("llm", "three");
    await until("its count", async () => (await textAt(page, "connection")).includes("3 received"));
    await closeSheet(page);
  });

  test("export every attempt with its delay, cause and recovery, and store none of it in the browser", async () => {
    const { page } = scene.dashboard;
    await scene.broker.kill();
    await scene.dashboard.banner("refused");
    await scene.dashboard.openTimeline();
    await page.waitForSelector(`${hook("timeline-entry")}[data-type="dial-failed"]`);
    await scene.broker.restart();
    await scene.dashboard.turns("green");
    // A gap is reported when its subject is subscribed again, a moment after the link is live.
    await until("everything is told", async () => {
      const shownTypes = await types();
      return ["dial", "dial-failed", "link-lost", "live", "gap"].every((type) => shownTypes.includes(type));
    });
    const shownTypes = await types();
    const { name, text } = await downloaded(page, "timeline-export");
    expect(name).toBe("mycelium-timeline.json");
    const exported = JSON.parse(text) as { type: string; fault?: { kind: string } }[];
    // All shown entries, oldest first.
    expect(exported.map(({ type }) => type).reverse()).toEqual(shownTypes);
    expect(exported.find(({ type }) => type === "dial-failed")?.fault?.kind).toBeDefined();
    await page.click(hook("timeline-toggle"));
    await untilEqual(() => page.locator(hook("timeline-entry")).count(), 1);
    await openSheet(page, "connection");
    await untilEqual(async () => (await facts()).Reconnects, "1");
    await closeSheet(page);
    expect(Object.keys(await page.evaluate(() => ({ ...localStorage })))).toEqual(["mycelium.live"]);
    // The browser logs the failed connection, and the edge's 503.
    const own = /WebSocket connection to .* failed|\/readyz/;
    expect(scene.complaints.filter((complaint) => !own.test(complaint))).toEqual([]);
  });

  test("show the date of entries from another day", async () => {
    const { page } = scene.dashboard;
    await scene.dashboard.openTimeline();
    const oldest = page.locator(`${hook("timeline-entry")} time`).last();
    const says = () => oldest.textContent();
    const at = new Date((await oldest.getAttribute("datetime")) ?? "");
    const [day, time] = await oldest.evaluate((_, atMs) => {
      const write = (how: Intl.DateTimeFormatOptions) => new Date(atMs).toLocaleString("en", how);
      return [write({ day: "numeric", month: "short" }), write({ timeStyle: "medium", hourCycle: "h23" })];
    }, at.getTime());
    await page.clock.setFixedTime(at);
    await untilEqual(says, time);
    await page.clock.setFixedTime(at.getTime() + 24 * 60 * 60 * 1000);
    await untilEqual(says, `${day}${time}`);
  });
});
