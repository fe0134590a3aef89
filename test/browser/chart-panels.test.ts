/** Panels that chart the numbers of their events. */
import { expect, test } from "vitest";
import { hook } from "../support/page/dashboard.ts";
import { withoutPart } from "../support/page/parts.ts";
import { noteTicks, ticksIn } from "../support/page/ticks.ts";
import { useBoard } from "../support/page/use-board.ts";
import { untilSubscribed } from "../support/servers/monitor.ts";
import { until, untilEqual } from "../support/tools/until.ts";

const board = useBoard([
  { id: "heat", subject: "heat", view: "chart", columns: [{ field: "t", title: "T" }] },
  { id: "found", subject: "heat", view: "chart" },
  { id: "listed", subject: "heat" },
  { id: "large", subject: "large", view: "value" },
]);

test("a long number is shown large as a whole, with its digits as they arrived in its tooltip", async () => {
  const { page, nats } = board;
  nats.publish(
    "large",
    '{"a":-1650000000,"b":0.99991183,"c":37400903225593090,"d":100000000000000000000000000000}',
  );
  const values = page.locator(`${hook("feed-large-values")} dd`);
  await untilEqual(
    () => values.allTextContents(),
    ["-1,650,000,000", "0.9999", "37,400,903,225,593,090", "100,000,000,000,000,000,000,000,000,000"],
  );
  expect(await values.nth(1).getAttribute("title")).toBe("0.99991183");
  const cut = () =>
    values.evaluateAll((all) => all.map(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth));
  expect(await cut()).toEqual([false, false, false, false]);
});

test("a chart doesn't change while its panel is paused, and then shows what arrived meanwhile", async () => {
  const { page, nats } = board;
  const chartLabel = async () => (await page.getAttribute(hook("feed-heat-chart"), "aria-label")) ?? "";
  nats.publish("heat", '{"t":1}');
  await page.waitForSelector(hook("feed-heat-chart"));
  await untilEqual(chartLabel, "T: 1");
  await page.click(hook("feed-heat-pause"));
  nats.publish("heat", '{"t":2}');
  await untilEqual(() => board.count("heat", "received"), 2);
  expect(await chartLabel()).toBe("T: 1");
  // A filter changes the charted numbers, which then stay the same too.
  await page.fill(hook("feed-heat-filter"), "t>1");
  await untilEqual(chartLabel, "T: 2");
  nats.publish("heat", '{"t":3}');
  await untilEqual(() => board.count("heat", "received"), 3);
  expect(await chartLabel()).toBe("T: 2");
  await page.fill(hook("feed-heat-filter"), "");
  // Without the filter, the chart is the same as when it was paused.
  await untilEqual(chartLabel, "T: 1");
  await page.click(hook("feed-heat-pause"));
  await untilEqual(chartLabel, "T: 3");
});

test("if only messages that arrived during a pause match a filter, a table says so, and a chart draws them without changing further", async () => {
  const { nats } = board;
  // In a new page, because a gap among the rows would hide that no row matches.
  const fresh = await board.another();
  const panels = ["heat", "found", "listed"];
  const label = (id: string) => fresh.page.getAttribute(hook(`feed-${id}-chart`), "aria-label");
  const counted = async (name: string, expected: number) => {
    for (const id of panels) {
      const value = () => fresh.page.getAttribute(hook(`feed-${id}-${name}`), "data-value");
      await untilEqual(value, String(expected));
    }
  };
  nats.publish("heat", '{"t":1}');
  await counted("received", 1);
  await untilEqual(() => label("found"), "t: 1");
  for (const id of panels) await fresh.page.click(hook(`feed-${id}-pause`));
  nats.publish("heat", '{"t":2}');
  await counted("received", 2);
  for (const id of panels) await fresh.page.fill(hook(`feed-${id}-filter`), "t>1");
  await counted("shown", 1);
  await untilEqual(() => label("heat"), "T: 2");
  await untilEqual(() => label("found"), "t: 2");
  expect(await fresh.page.textContent(`${hook("feed-listed")} .empty`)).toBe("Paused1 new");
  // New fields recompute the numbers, which must still not change.
  for (let t = 3; t < 7; t += 1) nats.publish("heat", JSON.stringify({ t, w: 7 }));
  await counted("received", 6);
  expect([await label("heat"), await label("found")]).toEqual(["T: 2", "t: 2"]);
  // Also if no message matches at first, as while a filter is typed.
  await fresh.page.fill(hook("feed-found-filter"), "t>99");
  await fresh.page.waitForSelector(hook("feed-found-chart"), { state: "detached" });
  await fresh.page.fill(hook("feed-found-filter"), "");
  await untilEqual(() => label("found"), "t: 1");
  await fresh.close();
});

test("a chart of a number beyond 2^53 has complete tick labels, and the page continues", async () => {
  const { nats } = board;
  const fresh = await board.another("", noteTicks);
  nats.publish("heat", '{"t":1234567890123456789}');
  const ticks = () => ticksIn(fresh.page, "feed-heat-chart");
  await until("its ticks", async () => (await ticks()).length > 1);
  for (const { text, left } of await ticks()) {
    expect(text).toMatch(/^1(,\d{3}){6}$/);
    expect(left).toBeGreaterThanOrEqual(0);
  }
  await fresh.page.fill(hook("feed-heat-filter"), "t<0");
  await fresh.page.waitForSelector(hook("feed-heat-chart"), { state: "detached" });
  await fresh.close();
});

test("a chart panel whose code can't be loaded says so, even after the page's note is dismissed, and a reload fixes it", async () => {
  const { page, dashboard, close } = await board.another();
  const bringBack = await withoutPart(page, "number-panel");
  await dashboard.turns("green");
  await untilSubscribed(board.broker);
  board.nats.publish("heat", '{"t":1}');
  const button = page.locator(`${hook("feed-heat")} .empty button`);
  await page.click(`${hook("part-missing")} button:has-text("Dismiss")`);
  expect(await page.textContent(`${hook("feed-heat")} .empty__title`)).toContain("couldn't be loaded");
  await bringBack();
  await Promise.all([page.waitForEvent("load"), button.click()]);
  await dashboard.turns("green");
  await untilSubscribed(board.broker);
  board.nats.publish("heat", '{"t":2}');
  await page.waitForSelector(hook("feed-heat-chart"));
  expect(await button.count()).toBe(0);
  await close();
});
