import { describe, expect, test } from "vitest";
import { publishSteadily } from "../support/clients/pace.ts";
import { addressOf } from "../support/page/address.ts";
import { FEEDS, hook } from "../support/page/dashboard.ts";
import { event } from "../support/page/events.ts";
import { useScene } from "../support/page/scene.ts";
import { textAt } from "../support/page/sheets.ts";
import { NATS_SERVER } from "../support/servers/brokers.ts";
import { until, untilEqual } from "../support/tools/until.ts";

/** Number of events that a feed keeps. */
const KEPT = 1000;

describe("a feed", () => {
  const scene = useScene(NATS_SERVER, { shared: true });

  /** All counts of the feed at the same moment, by name. */
  const figures = (): Promise<Record<string, number>> =>
    scene.dashboard.page.$$eval(`${hook("feed-llm")} .counts__figure`, (all) =>
      Object.fromEntries(
        all.map((one) => [
          one.getAttribute("data-name") ?? "",
          Number(one.querySelector("dd")?.getAttribute("data-value")),
        ]),
      ),
    );
  const addsUp = async (): Promise<void> => {
    const { received, ...parts } = await figures();
    expect(Object.values(parts).reduce((sum, part) => sum + part, 0)).toBe(received);
  };
  const filterBy = (text: string) => scene.dashboard.page.fill(hook("feed-llm-filter"), text);

  test("has a title, a subject, a sparkline and the rate of its events", async () => {
    const { page } = scene.dashboard;
    const panel = page.locator(hook("feed-llm"));
    expect(await panel.locator("h2").textContent()).toBe("LLM Interactions");
    expect(await panel.locator("code").first().textContent()).toBe(FEEDS.llm);
    expect(await panel.getByRole("img", { name: "Messages per second in the last minute" }).count()).toBe(1);
    expect(await textAt(page, "feed-llm-last")).toBe("no event yet");

    await scene.goLive();
    for (const text of ["first", "second"]) {
      await scene.publish("llm", text);
      await scene.dashboard.counts("llm", "received", text === "first" ? 1 : 2);
    }
    const pace = /^last event \ds ago, usually every [\d.]+\s(ms|s)$/;
    await until("the pace", async () => pace.test(await textAt(page, "feed-llm-last")));
  });

  test("filters by words and fields, and says how many events it hides", async () => {
    const nats = await scene.publisher();
    nats.publish(FEEDS.llm, event("llm", "needle in a haystack", { user: "ana" }));
    nats.publish(FEEDS.llm, event("llm", "a haystack", { user: "needle" }));
    nats.publish(FEEDS.llm, "{");
    await nats.flush();
    await scene.dashboard.counts("llm", "malformed", 1);
    await filterBy("needle");
    await untilEqual(() => scene.dashboard.count("llm", "shown"), 2);
    expect(await figures()).toEqual({
      received: 5,
      shown: 2,
      malformed: 1,
      filtered: 2,
      folded: 0,
      dropped: 0,
      olderKeys: 0,
    });
    await filterBy("user:needle");
    await untilEqual(async () => (await scene.dashboard.rows("llm")).length, 1);
    expect((await scene.dashboard.rows("llm"))[0]).toContain("a haystack");
    await filterBy('"in a" needle');
    await untilEqual(async () => (await scene.dashboard.rows("llm")).length, 1);
    await filterBy('usr:ana "open');
    const notes = () => textAt(scene.dashboard.page, "feed-llm-filter-notes");
    expect(await notes()).toContain("has no closing quotation mark");
    expect(await notes()).toContain("No event here has the field “usr”.");
    await addsUp();
    await filterBy("nowhere");
    const panel = () => scene.dashboard.page.textContent(hook("feed-llm"));
    await until("that nothing does", async () => (await panel())?.includes("No matching events"));
    await filterBy("");
    // A filter of spaces hides nothing in an empty feed.
    await scene.dashboard.page.fill(hook("feed-propagation-filter"), "  ");
    expect(await textAt(scene.dashboard.page, "feed-propagation")).toContain("Waiting for the first event");
    await scene.dashboard.page.fill(hook("feed-propagation-filter"), "");
  });

  test("doesn't change while paused, says how many events arrived and how many are kept, and continues", async () => {
    const { page } = scene.dashboard;
    const before = await scene.dashboard.rows("llm");
    await page.click(hook("feed-llm-pause"));
    await publishSteadily(await scene.publisher(), { perSecond: 1000, seconds: 1.5 }, (index) => ({
      subject: FEEDS.llm,
      payload: event("llm", `while paused ${index}`),
    }));
    await untilEqual(() => page.getAttribute(hook("feed-llm-new"), "data-value"), "1500");
    expect(await scene.dashboard.rows("llm")).toEqual(before);
    // On a busy machine, a gap may be among the kept entries.
    const shown = await scene.dashboard.count("llm", "shown");
    expect(await page.getAttribute(hook("feed-llm-new"), "data-kept")).toBe(String(shown));
    expect(await textAt(page, "feed-llm-new")).toBe(`1,500 new, newest ${shown.toLocaleString("en")} kept`);
    await page.click(hook("feed-llm-new"));
    await until("the newest", async () =>
      (await scene.dashboard.rows("llm"))[0]?.includes("while paused 1499"),
    );
    expect(await page.getAttribute(`${hook("feed-llm")} table`, "aria-rowcount")).toBe(String(1 + KEPT));
    expect(await page.getAttribute(hook("feed-llm-pause"), "aria-pressed")).toBe("false");
    expect(await scene.dashboard.count("llm", "dropped")).toBeGreaterThan(0);
    await addsUp();
  });

  test("doesn't move while its reader has scrolled down", async () => {
    const { page } = scene.dashboard;
    const scroller = page.locator(`${hook("feed-llm")} .scroller`);
    await scroller.evaluate((box) => box.scrollTo({ top: 1800 }));
    await until("rows further down", async () => {
      const rows = await page.$$eval(hook("feed-llm-row"), (all) =>
        all.map((row) => Number(row.getAttribute("aria-rowindex"))),
      );
      return Math.min(...rows) > 10;
    });
    const before = await scene.dashboard.rows("llm");
    // Of a thousand rows, only the visible ones exist in the document.
    expect(before.length).toBeLessThan(40);
    await scene.publish("llm", "meanwhile");
    await until("it is told", async () => (await page.$(hook("feed-llm-new"))) !== null);
    expect(await scene.dashboard.rows("llm")).toEqual(before);
    await page.click(hook("feed-llm-new"));
    await until("it", async () => (await scene.dashboard.rows("llm"))[0]?.includes("meanwhile"));
  });

  test("doesn't move for a reader who shows new events with the mouse and then enters the table by keyboard", async () => {
    const { page } = scene.dashboard;
    await page.click(hook("feed-llm-pause"));
    await scene.publish("llm", "pressed for");
    await page.click(hook("feed-llm-new"));
    await until("it", async () => (await scene.dashboard.rows("llm"))[0]?.includes("pressed for"));
    await page.keyboard.press("Tab");
    expect(await page.$eval(`${hook("feed-llm")} .rows`, (it) => it.contains(document.activeElement))).toBe(
      true,
    );
    await scene.publish("llm", "not pulled from under it");
    await untilEqual(() => page.getAttribute(hook("feed-llm-new"), "data-value"), "1");
    await page.click(hook("feed-llm-new"));
  });

  test("can be shown alone, while the others continue", async () => {
    const { page } = scene.dashboard;
    const shown = () =>
      page.$$eval(".feed", (panels) => panels.map((panel) => panel.getAttribute("data-testid")));
    await scene.dashboard.pressInMenu("llm", "only");
    await untilEqual(shown, ["feed-llm"]);
    expect((await addressOf(page)).hash).toBe("#feeds=llm");
    await scene.publish("sparc", "unseen");
    await scene.dashboard.pressInMenu("llm", "only");
    await untilEqual(shown, ["feed-sparc", "feed-llm", "feed-propagation"]);
    await until("it was received", async () => (await scene.dashboard.count("sparc", "received")) === 1);
  });

  test("turns grey when it is quiet for longer than usual", async () => {
    const { page } = scene.dashboard;
    const pulse = page.locator(`${hook("feed-llm")} .panel__pulse`);
    const colour = () => pulse.evaluate((element) => getComputedStyle(element).color);
    await scene.publish("llm", "fresh");
    // Waits for the event before the clock advances: an event after that would be new.
    await until("it", async () => (await scene.dashboard.rows("llm"))[0]?.includes("fresh"));
    expect(await page.getAttribute(hook("feed-llm-last"), "data-stale")).toBe("false");
    const fresh = await colour();
    // Advances only the wall clock by more than an hour, as after a sleep.
    await page.evaluate(() => {
      const real = Date.now;
      Date.now = () => real() + 5_400_000;
    });
    await untilEqual(() => page.getAttribute(hook("feed-llm-last"), "data-stale"), "true");
    expect(await colour()).not.toBe(fresh);
    expect(await textAt(page, "feed-llm-last")).toMatch(/^last event 1h ago/);
  });

  test("logged no error", () => {
    expect(scene.complaints).toEqual([]);
    expect(scene.broker.complaints()).toEqual([]);
  });
});
