import { randomUUID } from "node:crypto";
import { headers } from "@nats-io/transport-node";
import { describe, expect, test } from "vitest";
import { addressOf } from "../support/page/address.ts";
import { Dashboard, FEEDS, type FeedId, hook } from "../support/page/dashboard.ts";
import { event } from "../support/page/events.ts";
import { useScene } from "../support/page/scene.ts";
import { closeSheet, exported, openRow, textAt } from "../support/page/sheets.ts";
import { NATS_SERVER } from "../support/servers/brokers.ts";
import { until, untilEqual } from "../support/tools/until.ts";

describe("an opened row", () => {
  const scene = useScene(NATS_SERVER, { shared: true });
  const trace = randomUUID();
  const traced: readonly (readonly [FeedId, string])[] = [
    ["sparc", "task-1"],
    ["llm", "a question"],
    ["sparc", "task-1"],
    ["propagation", "a pattern"],
  ];

  test("shows the event as JSON to copy, its headers, its prompt and its response", async () => {
    const { page } = scene.dashboard;
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await scene.goLive();
    const nats = await scene.publisher();
    const withHeaders = headers();
    withHeaders.append("Source", "one");
    withHeaders.append("Source", "two");
    const payload = event("llm", "What is it?", { extra: { kept: true } });
    nats.publish(FEEDS.llm, payload, { headers: withHeaders });
    await scene.dashboard.counts("llm", "shown", 1);
    await openRow(page, "llm");
    expect(JSON.parse(await textAt(page, "details-json"))).toEqual(JSON.parse(payload));
    expect(await textAt(page, "details-json")).toContain('\n  "extra": {\n    "kept": true');
    expect(await textAt(page, "details-prompt")).toBe("What is it?");
    expect(await textAt(page, "details-response")).toBe("an answer");
    expect(await textAt(page, "details")).toContain("Headers: Sourceonetwo");
    await page.click(hook("details-copy"));
    await untilEqual(() => textAt(page, "details-copy"), "Copied");
    expect(JSON.parse(await page.evaluate(() => navigator.clipboard.readText()))).toEqual(
      JSON.parse(payload),
    );
    await closeSheet(page);
  });

  test("shows the characters of a right-to-left prompt in order", async () => {
    const { page } = scene.dashboard;
    await scene.publish("llm", "מה זה?");
    await scene.dashboard.counts("llm", "shown", 2);
    await openRow(page, "llm");
    expect(await textAt(page, "details-prompt")).toBe("מה זה?");
    const [letter = 0, mark = 0] = await page.$eval(hook("details-prompt"), ({ firstChild: text }) =>
      [0, (text?.textContent?.length ?? 0) - 1].map((at) => {
        const range = document.createRange();
        range.setStart(text as Text, at);
        range.setEnd(text as Text, at + 1);
        return range.getBoundingClientRect().left;
      }),
    );
    expect(mark).toBeLessThan(letter);
    await closeSheet(page);
  });

  test("links to its trace across all feeds, and so does the page's URL", async () => {
    const { page } = scene.dashboard;
    for (const [feed, text] of traced) {
      const before = await scene.dashboard.count(feed, "received");
      (await scene.publisher()).publish(FEEDS[feed], event(feed, text, { trace_id: trace }));
      await scene.publish(feed, "another");
      await scene.dashboard.counts(feed, "received", before + 2);
    }
    await page.fill(hook("feed-propagation-filter"), '"a pattern"');
    await untilEqual(async () => (await scene.dashboard.rows("propagation")).length, 1);
    await openRow(page, "propagation");
    await page.click(hook("details-show-trace"));
    await page.waitForSelector(hook("details-trace-events"));
    const feeds = await page.$$eval(hook("trace-event"), (all) =>
      all.map((one) => one.getAttribute("data-feed")),
    );
    expect(feeds).toEqual(traced.map(([feed]) => feed));

    // From one event of the trace to another, in any feed.
    await page.click(`${hook("trace-event")}[data-feed="llm"] button`);
    await until("the other event", async () => (await textAt(page, "details-json")).includes("a question"));
    await page.click(hook("details-show-trace"));
    await page.click(hook("trace-filter"));
    expect((await addressOf(page)).hash).toContain(`trace=${trace}`);
    for (const feed of ["sparc", "llm", "propagation"] as const) {
      await untilEqual(async () => (await scene.dashboard.rows(feed)).length, 1);
    }
    // The feed's earlier filter is kept, and one click removes the trace filter.
    await closeSheet(page);
    expect(await page.inputValue(hook("feed-propagation-filter"))).toBe('"a pattern"');
    await page.click(hook("trace"));
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("main");
    expect((await addressOf(page)).hash).toBe("#filter.propagation=%22a+pattern%22");
    await page.fill(hook("feed-propagation-filter"), "");

    const other = await page.context().newPage();
    const reader = new Dashboard(other);
    await reader.open(`${(await addressOf(page)).origin}/#trace=${trace}`);
    expect(await other.getAttribute(hook("trace"), "data-value")).toBe(trace);
    expect(await other.inputValue(hook("feed-llm-filter"))).toBe("");
    await other.close();
  });

  test("of a key shows the history of its status", async () => {
    const { page } = scene.dashboard;
    for (const status of ["queued", "in_progress", "failed"]) {
      (await scene.publisher()).publish(FEEDS.sparc, event("sparc", "task-2", { status }));
    }
    await until("its row", async () =>
      (await scene.dashboard.rows("sparc")).some((row) => /task-2.*failed.*×3/.test(row)),
    );
    await openRow(page, "sparc");
    const history = await page.$$eval(`${hook("details-history")} li`, (all) =>
      all.map((one) => one.lastElementChild?.textContent),
    );
    expect(history).toEqual(["failed", "in_progress", "queued"]);
    await closeSheet(page);
  });

  test("without a trace says so; a malformed one says what is wrong, and shows the raw message", async () => {
    const { page } = scene.dashboard;
    const nats = await scene.publisher();
    nats.publish(FEEDS.llm, event("llm", "untraced", { trace_id: undefined }));
    await until("its row", async () => (await scene.dashboard.rows("llm"))[0]?.includes("untraced"));
    expect((await scene.dashboard.rows("llm"))[0]).toContain("no trace");
    await openRow(page, "llm", 1);
    await closeSheet(page);
    await openRow(page, "llm");
    expect(await textAt(page, "details-trace")).toBe("This event has no trace_id");
    await closeSheet(page);

    nats.publish(FEEDS.llm, '{"user": 7}');
    // The focus returned to the rows, but it was set by the mouse, so the rows continue to update.
    await until("its row", async () => (await scene.dashboard.malformedReasons("llm")).length === 1);
    await openRow(page, "llm");
    expect(await textAt(page, "details-payload")).toBe('{"user": 7}');
    expect(await textAt(page, "details-problem")).toContain("timestamp: required but missing");
    await closeSheet(page);
  });

  test("exports what is shown, as complete JSON and as CSV", async () => {
    const { page } = scene.dashboard;
    await page.fill(hook("feed-llm-filter"), trace);
    const json = await exported(page, "llm", "json");
    expect(json.name).toMatch(/^llm-.*\.json$/);
    expect(JSON.parse(json.text)).toMatchObject([
      { subject: FEEDS.llm, payload: { prompt: "a question", trace_id: trace } },
    ]);
    const csv = await exported(page, "llm", "csv");
    expect(csv.text.split("\r\n")[0]).toBe(
      "\ufeffreceived_at,published_at,subject,sequence,size,headers,user,model,prompt,malformed,payload,payload_cut,payload_not_utf8",
    );
    expect(csv.text).toMatch(/,tester,m,a question,,"\{""source/);
    expect(csv.text.trim().split("\r\n")).toHaveLength(2);
    expect(scene.complaints).toEqual([]);
  });
});
