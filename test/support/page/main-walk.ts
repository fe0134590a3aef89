import { afterAll, beforeAll, expect, test } from "vitest";
import { connectPublisher } from "../clients/publisher.ts";
import { type App, startDemo } from "../servers/app.ts";
import { until, untilEqual } from "../tools/until.ts";
import { addressOf } from "./address.ts";
import { Dashboard, FEEDS, type FeedId, hook } from "./dashboard.ts";
import type { DrivenPage, Driver } from "./driven.ts";

const FEED_IDS = Object.keys(FEEDS) as FeedId[];

/** A newcomer's walk through the demo of `npm start`, on one page: each test continues where the previous one ended. */
export function walkThrough<P extends DrivenPage>(driver: Driver<P>): void {
  let app: App;
  let page: P;
  let complaints: readonly string[];
  let dashboard: Dashboard<P>;

  beforeAll(async () => {
    app = await startDemo();
    ({ page, complaints } = await driver.openPage());
    dashboard = new Dashboard(page);
  });
  afterAll(() => app?.stop());

  const press = (testId: string): Promise<void> => page.click(hook(testId));
  const textOf = async (testId: string): Promise<string> => (await page.textContent(hook(testId))) ?? "";
  const roundTripMs = async (): Promise<number> => Number(await page.getAttribute(hook("rtt"), "data-value"));

  /** The number of events received in all feeds. */
  async function received(): Promise<number> {
    const counts = await Promise.all(FEED_IDS.map((id) => dashboard.count(id, "received")));
    return counts.reduce((sum, count) => sum + count, 0);
  }

  /** Waits until the pill is green and events arrive again. */
  async function recovered(): Promise<void> {
    await dashboard.turns("green");
    const before = await received();
    await until("the next event", async () => (await received()) > before);
    expect(await dashboard.hasBanner()).toBe(false);
  }

  /** Texts of the timeline's entries of a type. */
  const timeline = (type: string): Promise<string[]> =>
    page.$$eval(`${hook("timeline-entry")}[data-type="${type}"]`, (all) =>
      all.map((one) => one.textContent ?? ""),
    );

  /** Waits for a timeline entry of a type whose text matches. */
  async function timelineSays(type: string, words: RegExp): Promise<void> {
    const says = async () => (await timeline(type)).some((text) => words.test(text));
    await until(`the timeline's ${type} says ${words}`, says);
  }

  /** The number of subjects for which the timeline reports a gap. */
  async function subjectsWithGap(): Promise<number> {
    return (await timeline("gap")).reduce(
      (sum, text) => sum + Number(/Gap on (\d+) subjects/.exec(text)?.[1] ?? 1),
      0,
    );
  }

  async function set(name: string, value: number): Promise<void> {
    await page.fill(hook(`setting-${name}`), String(value));
  }

  test("opens live, and says what it is", async () => {
    await dashboard.open(app.url);
    expect(await textOf("demo-tag")).toBe("Demo");
    expect(await textOf("about")).not.toBe("");
    await dashboard.turns("green");
  });

  test("sees data in every feed", async () => {
    for (const feed of FEED_IDS) {
      expect(await dashboard.counts(feed, "shown", 1)).toBeGreaterThan(0);
      expect(await dashboard.count(feed, "malformed")).toBe(0);
    }
  });

  test("opens a message, and filters by what none has: that stands in the address", async () => {
    await page.click(`${hook("feed-llm-row")} button`);
    await page.waitForSelector(hook("details"));
    expect(await textOf("details-json")).toContain('"prompt": ');
    await page.keyboard.press("Escape");
    await page.waitForSelector(hook("details"), { state: "detached" });
    await page.fill(hook("feed-llm-filter"), "nothing like it");
    await page.waitForSelector(hook("feed-llm-row"), { state: "detached" });
    expect((await addressOf(page)).hash).toBe("#filter.llm=nothing+like+it");
    await page.fill(hook("feed-llm-filter"), "");
    await page.waitForSelector(hook("feed-llm-row"));
  });

  test("changes a setting: pings come more often from now on", async () => {
    await press("open-settings");
    await set("pingIntervalMs", 500);
    await set("pongTimeoutMs", 1500);
    await press("settings-close");
    await page.evaluate(() => {
      const { send } = WebSocket.prototype;
      const { dataset } = document.documentElement;
      WebSocket.prototype.send = function (frame) {
        if (new TextDecoder().decode(frame as Uint8Array<ArrayBuffer>) === "PING\r\n")
          dataset.pings = String(Number(dataset.pings ?? 0) + 1);
        send.call(this, frame);
      };
    });
    // With the previous setting, pings come every 20 s.
    await until(
      "a few pings",
      async () => Number(await page.getAttribute("html", "data-pings")) >= 3,
      15_000,
    );
    await press("open-demo");
  });

  test("kill: reads what happened, and sees it come back by itself with a gap", async () => {
    await dashboard.openTimeline();
    await press("demo-kill");
    // Firefox delays a dial after failed ones, so the attempt takes long and the count stays the same.
    await dashboard.pillSays(/^Reconnecting(…| in \d+ s) \(attempt \d+\)$/);
    await timelineSays("link-lost", /Connection lost: ws:\S+ can't be reached from this browser/);
    await recovered();
    // Each feed reads missed messages from its stream; feeds that finish at the same time share one timeline entry.
    await untilEqual(subjectsWithGap, 3, 30_000);
    await timelineSays("live", /recovered after/);
    await page.waitForSelector(hook("feed-llm-gap"));
  });

  test("freeze: noticed although the connection stays open; thawed, it recovers", async () => {
    await press("demo-freeze");
    expect(await dashboard.banner("stale")).toContain("stopped answering on an open connection");
    await press("demo-clear");
    await recovered();
  });

  test("refuse: reads that it is down for everyone and who can act; a shorter delay acts during the countdown", async () => {
    await press("demo-refuse");
    const banner = await dashboard.banner("refused");
    expect(banner).toContain("refused the connection: nothing listens on that port.");
    expect(banner).toContain("Start nats-server");
    expect(await textOf("banner-who")).toBe("For the NATS operator");
    expect(await textOf("banner-since")).toMatch(/^down for everyone, since \d+:\d\d/);
    await dashboard.turns("red");

    await press("open-settings");
    await set("reconnect.maxDelayMs", 60_000);
    await set("reconnect.baseDelayMs", 60_000);
    await dashboard.retryNow();
    const wait = await dashboard.pillSays(/Reconnecting in \d\d s/);
    await set("reconnect.maxDelayMs", 1000);
    // Well before the previous delay would have ended.
    const seconds = Number(/\d\d/.exec(wait)?.[0]);
    await dashboard.pillSays(/Reconnecting in [01] s|Reconnecting… /, (seconds - 3) * 1000);
    await press("settings-reset");
    await set("pingIntervalMs", 500);
    await set("pongTimeoutMs", 1500);
    await press("open-demo");
    await press("demo-clear");
    await recovered();
  });

  test("reject token: reads why trying again is no use; Retry now brings it back", async () => {
    await press("demo-reject-token");
    expect(await dashboard.banner("auth-required")).toContain("requires credentials, but none were sent");
    await dashboard.reaches("failed");
    // The client continues to retry slowly, so the page recovers by itself once the token is accepted again.
    expect(await textOf("banner-next")).toMatch(/^Next attempt in \d+\u00a0s$/);
    await press("demo-clear");
    await dashboard.retryNow();
    await recovered();
  });

  test("expire token: named, and reconnected", async () => {
    await press("demo-expire-token");
    await timelineSays("link-lost", /The credentials expired/);
    await recovered();
  });

  test("lame duck: told in advance, gone, back", async () => {
    await press("demo-lame-duck");
    await timelineSays("handover-failed", /Moving to a new connection failed/);
    await timelineSays("link-lost", /./);
    await recovered();
  });

  test("slow: stays live, in amber, and shows the round trip; ended, it is quick again", async () => {
    await press("demo-slow");
    await until("a round trip of seconds", async () => (await roundTripMs()) >= 1000, 30_000);
    expect(await dashboard.colour()).toBe("amber");
    await press("demo-clear");
    await until("a quick round trip", async () => (await roundTripMs()) < 500, 30_000);
    await recovered();
    await press("demo-close");
  });

  test("finds one trace, exports it, shares the link; who opens it sees the same", async () => {
    await page.click(`${hook("feed-sparc-row")} button`);
    await press("details-show-trace");
    const trace = await textOf("details-show-trace");
    await page.waitForSelector(hook("trace-event"));
    await press("trace-filter");
    await press("details-close");
    expect(await followed(page)).toBe(trace);

    // Paused, because the task continues: its next step could be in only one of the two files.
    await press("feed-sparc-pause");
    const traces = await exportedTraces(page, "sparc");
    expect(new Set(traces)).toEqual(new Set([trace]));
    const [headings = "", ...lines] = (await exported(page, "sparc", "csv")).trim().split(/\r?\n/);
    expect(headings).toMatch(/^received_at,published_at,subject,/);
    // CSV has the latest event of each task, JSON has all events.
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.length).toBeLessThanOrEqual(traces.length);
    expect(lines.join()).toContain(trace);
    await press("feed-sparc-pause");

    const friend = await driver.openPage();
    const opened = new Dashboard(friend.page);
    await opened.open((await addressOf(page)).href);
    expect(await followed(friend.page)).toBe(trace);
    await opened.turns("green");
    const pattern = { subsystem: "KOIOS", pattern: "found-by-trace", status: "Adopted" };
    const common = { source_subsystem: "KOIOS", event_type: "pattern", timestamp: new Date().toISOString() };
    await publish(FEEDS.propagation, { ...common, ...pattern, trace_id: trace });
    for (const one of [dashboard, opened]) {
      // Perhaps not the only row: the sample publisher also emits patterns with the traces of running tasks.
      const found = async () =>
        (await one.rows("propagation")).filter((row) => row.includes("found-by-trace"));
      await until("the event of this trace", async () => (await found()).length > 0);
      expect(await found()).toHaveLength(1);
      expect(new Set(await exportedTraces(one.page, "propagation"))).toEqual(new Set([trace]));
    }
    await friend.close();
    await press("trace");
  });

  test("makes a panel with an alert, and a chart: the alert begins, and ends by itself", async () => {
    const make = async (view: string, fields: Readonly<Record<string, string>>) => {
      await press("open-panel");
      await page.selectOption(hook("panel-view"), view);
      for (const [field, text] of Object.entries(fields)) await page.fill(hook(`panel-${field}`), text);
      await press("panel-make");
    };
    const heat = { subject: "iot.*.heat", key: "$subject[1]" };
    await make("latest-by-key", { ...heat, title: "Heat", alert: "t>80" });
    await make("chart", heat);
    await page.waitForSelector(hook("feed-iot-heat-2"));
    await until("its line", async () => {
      await publish("iot.pump.heat", { t: 95 });
      return (await page.$(`${hook("feed-iot-heat-2-chart")}[aria-label="pump: 95"] canvas`)) !== null;
    });
    await page.waitForSelector(hook("feed-iot-heat-alert"));
    expect(await textOf("feed-iot-heat-alert")).toContain("t>80");
    expect(await page.title()).toMatch(/^\(1\) /);
    await publish("iot.pump.heat", { t: 30 });
    await page.waitForSelector(hook("feed-iot-heat-alert"), { state: "detached" });
    expect(await page.title()).not.toMatch(/^\(/);
  });

  test("the page logged no error of its own during the walk", () => {
    // Browsers log each failed dial, and each 503 that the edge answers while the simulator is down.
    const expected =
      /WebSocket connection to|Firefox can’t establish a connection|The connection to ws:|status of 503/;
    expect(complaints.filter((complaint) => !expected.test(complaint))).toEqual([]);
  });

  const followed = (of: P): Promise<string | null> => of.getAttribute(hook("trace"), "data-value");

  /** A feed's exported file, as text. */
  async function exported(of: P, feed: FeedId, format: "csv" | "json"): Promise<string> {
    const { name, text } = await driver.handed(of, () =>
      new Dashboard(of).pressInMenu(feed, `export-${format}`),
    );
    expect(name).toMatch(new RegExp(`^${feed}-.*\\.${format}$`));
    return text;
  }

  /** The trace of each exported event. */
  async function exportedTraces(of: P, feed: FeedId): Promise<(string | undefined)[]> {
    const json = JSON.parse(await exported(of, feed, "json")) as {
      gap?: object;
      payload?: { trace_id: string };
    }[];
    return json.filter(({ gap }) => gap === undefined).map(({ payload }) => payload?.trace_id);
  }

  /** Publishes from another client of the demo's server. */
  async function publish(subject: string, ...bodies: object[]): Promise<void> {
    const [, address = ""] = /publish with any NATS client to (\S+)/.exec(app.output()) ?? [];
    const publisher = await connectPublisher(address);
    for (const body of bodies) publisher.publish(subject, JSON.stringify(body));
    await publisher.flush();
    await publisher.close();
  }
}
