/** Every screen and state that is possible with one server, for the layout checks and the screenshots. */
import { randomUUID } from "node:crypto";
import type { Page } from "playwright-core";
import { untilEqual } from "../tools/until.ts";
import { FEED_SUBJECTS, FEEDS, hook } from "./dashboard.ts";
import { event } from "./events.ts";
import type { Scene } from "./scene.ts";
import { closeSheet, openColumns, openRow, openSheet } from "./sheets.ts";

const FEED_IDS = ["sparc", "llm", "propagation"] as const;

/** Shows a screen, starting from the previous one. */
type Arrange = (scene: Scene, page: Page) => Promise<void>;

/** The order matters: each screen starts from the previous one. */
export const SCREENS: Readonly<Record<string, Arrange>> = {
  off: async () => {},
  settings: (_, page) => openSheet(page, "settings"),
  "settings with a number beyond its limits": async (_, page) => {
    await page.fill(hook("setting-pingIntervalMs"), "1");
    // Long enough that the page stays in "connecting" while the server doesn't answer.
    await page.fill(hook("setting-connectTimeoutMs"), "60000");
    await page.focus(hook("setting-pingIntervalMs"));
  },
  connecting: async (scene, page) => {
    await closeSheet(page);
    await scene.broker.freeze();
    await scene.dashboard.toggle();
    await scene.dashboard.reaches("connecting");
  },
  "live, before the first event": async (scene) => {
    scene.broker.thaw();
    await scene.dashboard.turns("green");
    await untilEqual(scene.held, [FEED_SUBJECTS]);
  },
  "live, with events and a malformed message": async (scene) => {
    const trace = { trace_id: randomUUID() };
    for (const status of ["queued", "failed"]) {
      (await scene.publisher()).publish(FEEDS.sparc, event("sparc", "task-1", { status, ...trace }));
    }
    for (const feed of FEED_IDS) {
      (await scene.publisher()).publish(FEEDS[feed], event(feed, "a rather long text ".repeat(9), trace));
      (await scene.publisher()).publish(FEEDS[feed], event(feed, "without", { trace_id: undefined }));
    }
    (await scene.publisher()).publish(FEEDS.llm, '{"user": ');
    await scene.publish("propagation", "the last");
    await scene.dashboard.counts("llm", "malformed", 1);
    await scene.dashboard.counts("propagation", "shown", 3);
  },
  stream: async (scene, page) => {
    await openSheet(page, "stream");
    await scene.publish("llm", "heard");
    await page.waitForSelector(hook("feed-stream-row"));
  },
  "stream with a wrong subject": (_, page) => page.fill(hook("stream-subject"), "a..b"),
  charts: async (_, page) => {
    await closeSheet(page);
    await openSheet(page, "charts");
    await page.waitForSelector(`${hook("chart-rate")} canvas`);
  },
  connection: async (_, page) => {
    await closeSheet(page);
    await openSheet(page, "connection");
    await page.waitForSelector(".bars__one");
    await page.waitForSelector(`${hook("chart-rtt")} canvas`);
  },
  help: async (_, page) => {
    await closeSheet(page);
    await openSheet(page, "help");
  },
  "columns to choose from": async (_, page) => {
    await closeSheet(page);
    await openColumns(page, "llm");
    await page.check(hook("column-event_type"));
  },
  "a feed alone, with other columns": async (scene, page) => {
    await closeSheet(page);
    await scene.dashboard.pressInMenu("llm", "only");
  },
  "an event with its trace": async (scene, page) => {
    await scene.dashboard.pressInMenu("llm", "only");
    await page.fill(hook("feed-llm-filter"), "rather");
    await untilEqual(async () => (await scene.dashboard.rows("llm")).length, 1);
    await openRow(page, "llm");
    await page.click(hook("details-show-trace"));
    await page.waitForSelector(hook("trace-event"));
  },
  "a key with its history": async (scene, page) => {
    await closeSheet(page);
    await page.fill(hook("feed-llm-filter"), "");
    await page.fill(hook("feed-sparc-filter"), "task-1");
    await untilEqual(async () => (await scene.dashboard.rows("sparc")).length, 1);
    await openRow(page, "sparc");
  },
  "a malformed message": async (_, page) => {
    await closeSheet(page);
    await page.fill(hook("feed-sparc-filter"), "");
    await page.click(`${hook("feed-llm-row")}[data-kind="malformed"] button`);
    await page.waitForSelector(hook("details-problem"));
  },
  "paused, with more to come": async (scene, page) => {
    await closeSheet(page);
    await page.click(hook("feed-propagation-pause"));
    await scene.publish("propagation", "while paused");
    await page.waitForSelector(hook("feed-propagation-new"));
  },
  "filtered to nothing": async (_, page) => {
    await page.click(hook("feed-propagation-new"));
    for (const feed of FEED_IDS) await page.fill(hook(`feed-${feed}-filter`), "nowhere to be found");
  },
  "reconnecting, with the evidence": async (scene, page) => {
    for (const feed of FEED_IDS) await page.fill(hook(`feed-${feed}-filter`), "");
    await scene.broker.kill();
    await scene.dashboard.banner("refused");
    await scene.dashboard.openEvidence();
  },
  "live again, with a gap": async (scene, page) => {
    await scene.broker.restart();
    await scene.dashboard.turns("green");
    await page.waitForSelector(hook("feed-llm-gap"));
  },
  "switched off, with all that is to be read": async (scene) => {
    await scene.dashboard.toggle();
    await scene.dashboard.turns("grey");
  },
  failed: async (scene, page) => {
    await scene.broker.kill();
    await openSheet(page, "settings");
    await page.fill(hook("setting-reconnect.maxAttempts"), "1");
    await closeSheet(page);
    await page.reload();
    await page.waitForSelector(hook("feed-llm"));
    await scene.dashboard.toggle();
    await scene.dashboard.reaches("failed");
  },
  loading: async (_, page) => {
    await page.route("**/api/config", () => {});
    await page.reload();
    await page.waitForSelector(hook("live-switch"));
  },
  "without a configuration": async (_, page) => {
    await page.unroute("**/api/config");
    await page.route("**/api/config", (route) =>
      route.fulfill({ status: 500, json: { detail: "FEEDS[0].id: give it one" } }),
    );
    await page.reload();
    await page.waitForSelector(hook("config-failed"));
  },
  "without a network": async (_, page) => {
    await page.unroute("**/api/config");
    await page.evaluate(() => navigator.serviceWorker.ready);
    await page.context().setOffline(true);
    await page.reload();
    await page.waitForSelector(`${hook("config-failed")}[data-offline="true"]`);
  },
};
