import { describe, expect, test } from "vitest";
import { Dashboard, FEED_SUBJECTS, type FeedId, hook } from "../support/page/dashboard.ts";
import { useScene } from "../support/page/scene.ts";
import { textAt } from "../support/page/sheets.ts";
import { NATS_SERVER } from "../support/servers/brokers.ts";
import { until, untilEqual } from "../support/tools/until.ts";

const FEED_IDS: readonly FeedId[] = ["sparc", "llm", "propagation"];

describe("Connecting", () => {
  const scene = useScene(NATS_SERVER);

  test("Connect: the pill is grey when off, and green when on, with three subscriptions and events in their feeds", async () => {
    const { dashboard } = scene;
    expect(await dashboard.colour()).toBe("grey");
    expect(await scene.held()).toEqual([]);

    await dashboard.toggle();
    await dashboard.turns("green");
    expect(await dashboard.pillText()).toBe("Live");
    await untilEqual(scene.held, [FEED_SUBJECTS]);

    for (const feed of FEED_IDS) await scene.publish(feed, `an event for ${feed}`);
    for (const feed of FEED_IDS) {
      expect(await dashboard.counts(feed, "received", 1)).toBe(1);
      expect(await dashboard.counts(feed, "shown", 1)).toBe(1);
      expect(await dashboard.count(feed, "malformed")).toBe(0);
      expect((await dashboard.rows(feed)).join()).toContain(`an event for ${feed}`);
    }
    expect(scene.complaints).toEqual([]);
    expect(scene.broker.complaints()).toEqual([]);
  });

  test("Disconnect: switching off drains, turns the pill grey, and shows no error", async () => {
    const { dashboard } = scene;
    await dashboard.toggle();
    await dashboard.turns("green");
    await untilEqual(scene.held, [FEED_SUBJECTS]);
    await scene.publish("llm", "the last event");
    await dashboard.counts("llm", "received", 1);

    await dashboard.toggle();
    await dashboard.turns("grey");
    expect(await dashboard.pillText()).toBe("Stopped");
    await untilEqual(scene.held, []);
    expect(await dashboard.hasBanner()).toBe(false);
    expect(scene.complaints).toEqual([]);
    expect(scene.broker.complaints()).toEqual([]);
    // Events that were shown stay visible.
    expect(await dashboard.count("llm", "shown")).toBe(1);
  });

  test("over plain http, without the browser's cryptography and clipboard, the page opens and says that it can't copy", async () => {
    const page = await scene.dashboard.page.context().newPage();
    // Another name than localhost, which browsers trust even over http.
    const other = "http://dashboard.test";
    await page.route(`${other}/**`, async (route) => {
      const response = await route.fetch({ url: route.request().url().replace(other, scene.url) });
      await route.fulfill({ response });
    });
    const dashboard = new Dashboard(page);
    await dashboard.open(other);
    expect(await page.evaluate(() => [crypto.subtle, navigator.clipboard])).toEqual([undefined, undefined]);
    await dashboard.inMenu("menu", async () => {
      await page.click(hook("share"));
      await until("that it can't copy", async () => (await textAt(page, "share")).includes("blocked it"));
    });
    // A file may still be on its way.
    await page.unrouteAll({ behavior: "wait" });
    await page.close();
  });
});
