import { describe, expect, test } from "vitest";
import { addressOf } from "../support/page/address.ts";
import { FEEDS, hook } from "../support/page/dashboard.ts";
import { event } from "../support/page/events.ts";
import { resize } from "../support/page/resize.ts";
import { useScene } from "../support/page/scene.ts";
import { closeSheet, exported, headings, openColumns } from "../support/page/sheets.ts";
import { NATS_SERVER } from "../support/servers/brokers.ts";
import { until, untilEqual } from "../support/tools/until.ts";

/** Default columns beside an open sheet, where the panel is too narrow for the trace. */
const OWN = ["Time", "User", "Model", "Prompt"];

describe("a feed's columns", () => {
  const scene = useScene(NATS_SERVER, { shared: true });

  test("are the feed's defaults until others are chosen, from all fields of its events", async () => {
    const { page } = scene.dashboard;
    await scene.goLive();
    await openColumns(page, "llm");
    expect(await page.$(hook("column-cost"))).toBeNull();
    (await scene.publisher()).publish(FEEDS.llm, event("llm", "a prompt", { cost: 0.25, model: undefined }));
    await page.waitForSelector(hook("column-cost"));
    expect(await headings(page, "llm")).toEqual(OWN);
    await page.check(hook("column-cost"));
    await page.uncheck(hook("column-model"));
    await untilEqual(() => headings(page, "llm"), ["Time", "User", "Prompt", "cost"]);
    expect((await scene.dashboard.rows("llm"))[0]).toContain("a prompt0.25");
    await closeSheet(page);
  });

  test("are exported as CSV, part of the link, and restored after a reload", async () => {
    const { page } = scene.dashboard;
    const { text } = await exported(page, "llm", "csv");
    expect(text.split("\r\n")[0]).toBe(
      "\ufeffreceived_at,published_at,subject,sequence,size,headers,user,prompt,cost,malformed,payload,payload_cut,payload_not_utf8",
    );
    expect(text).toMatch(/,tester,a prompt,0\.25,/);
    const link = new URLSearchParams((await addressOf(page)).hash.slice(1));
    expect(link.getAll("columns.llm")).toEqual(["user", "prompt", "cost"]);

    await page.goto("about:blank");
    await scene.dashboard.open(scene.url);
    await scene.goLive();
    await scene.publish("llm", "after the reload");
    await until("its row", async () => (await scene.dashboard.rows("llm")).length === 1);
    expect(await headings(page, "llm")).toEqual(["Time", "User", "Prompt", "cost", "Trace"]);
    // Other feeds keep their default columns.
    expect(await page.getAttribute(hook("feed-sparc"), "data-columns")).toBe("own");
  });

  test("return to the feed's defaults, by keyboard", async () => {
    const { page } = scene.dashboard;
    await page.focus(hook("feed-llm-menu"));
    await page.keyboard.press("Enter");
    await page.focus(hook("feed-llm-columns"));
    await page.keyboard.press("Enter");
    await page.waitForSelector(hook("columns"));
    await page.focus(hook("column-user"));
    await page.keyboard.press("Space");
    await untilEqual(() => headings(page, "llm"), ["Time", "Prompt", "cost"]);
    await page.focus(hook("columns-reset"));
    await page.keyboard.press("Enter");
    await untilEqual(() => headings(page, "llm"), OWN);
    await page.keyboard.press("Escape");
    await until("the focus is back", () =>
      page.$eval(hook("feed-llm-menu"), (button) => button === document.activeElement),
    );
    expect(await page.evaluate(() => localStorage.getItem("mycelium.columns.llm"))).toBeNull();
    expect((await addressOf(page)).hash).toBe("");
    expect(scene.complaints).toEqual([]);
  });

  test("can be scrolled if the panel is too narrow for all of them", async () => {
    const { page } = scene.dashboard;
    await resize(page, 360, 740);
    await openColumns(page, "llm");
    for (const field of ["trace_id", "timestamp", "event_type"]) await page.check(hook(`column-${field}`));
    await closeSheet(page);
    const [table, box] = await page.$eval(`${hook("feed-llm")} .scroller`, (scroller) => [
      scroller.scrollWidth,
      scroller.clientWidth,
    ]);
    expect(table).toBeGreaterThan(box ?? 0);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    const last = page.locator(`${hook("feed-llm")} th`).last();
    await last.scrollIntoViewIfNeeded();
    expect((await last.boundingBox())?.x).toBeLessThan(360);
  });
});
