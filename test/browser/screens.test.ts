import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startBrowser, type TestBrowser } from "../support/page/browser.ts";
import { Dashboard, FEED_SUBJECTS, FEEDS, hook } from "../support/page/dashboard.ts";
import { event } from "../support/page/events.ts";
import { LOOKS, lookAt } from "../support/page/looks.ts";
import { useScene } from "../support/page/scene.ts";
import { faultsOf } from "../support/page/screen.ts";
import { closeSheet, openColumns, openRow, openSheet, textAt } from "../support/page/sheets.ts";
import { type App, startDemo } from "../support/servers/app.ts";
import { NATS_SERVER } from "../support/servers/brokers.ts";
import { startNatsServer } from "../support/servers/nats-server.ts";
import { untilEqual } from "../support/tools/until.ts";

const FEED_IDS = ["sparc", "llm", "propagation"] as const;

/** Every screen and state that one server can bring about; each begins where the one before it ended. */
describe("every screen, in both languages, both themes, wide and narrow", () => {
  const scene = useScene(NATS_SERVER, { shared: true });

  /** A step from one screen to the next. */
  type Arrange = () => Promise<void>;
  const at = () => scene.dashboard.page;
  const sheet =
    (name: "stream" | "charts" | "connection" | "help"): Arrange =>
    () =>
      openSheet(at(), name);

  const SCREENS: { readonly [name: string]: Arrange } = {
    off: async () => {},
    settings: () => openSheet(at(), "settings"),
    "settings with a number beyond its limits": async () => {
      await at().fill(hook("setting-pingIntervalMs"), "1");
      // Long enough that a server that doesn't answer stays a connection under way.
      await at().fill(hook("setting-connectTimeoutMs"), "60000");
      await at().focus(hook("setting-pingIntervalMs"));
    },
    connecting: async () => {
      await closeSheet(at());
      await scene.broker.freeze();
      await scene.dashboard.toggle();
      await scene.dashboard.reaches("connecting");
    },
    "live, before the first event": async () => {
      scene.broker.thaw();
      await scene.dashboard.turns("green");
      await untilEqual(scene.held, [FEED_SUBJECTS]);
    },
    "live, with events and a malformed message": async () => {
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
    stream: async () => {
      await openSheet(at(), "stream");
      await scene.publish("llm", "heard");
      await at().waitForSelector(hook("feed-stream-row"));
    },
    "stream with a wrong subject": () => at().fill(hook("stream-subject"), "a..b"),
    charts: async () => {
      await closeSheet(at());
      await openSheet(at(), "charts");
      await at().waitForSelector(`${hook("chart-rate")} canvas`);
    },
    connection: async () => {
      await closeSheet(at());
      await sheet("connection")();
      await at().waitForSelector(".bars__one");
      await at().waitForSelector(`${hook("chart-rtt")} canvas`);
    },
    help: async () => {
      await closeSheet(at());
      await sheet("help")();
    },
    "columns to choose from": async () => {
      await closeSheet(at());
      await openColumns(at(), "llm");
      await at().check(hook("column-event_type"));
    },
    "a feed alone, with other columns": async () => {
      await closeSheet(at());
      await scene.dashboard.pressInMenu("llm", "only");
    },
    "an event with its trace": async () => {
      await scene.dashboard.pressInMenu("llm", "only");
      await at().fill(hook("feed-llm-filter"), "rather");
      await untilEqual(async () => (await scene.dashboard.rows("llm")).length, 1);
      await openRow(at(), "llm");
      await at().click(hook("details-show-trace"));
      await at().waitForSelector(hook("trace-event"));
    },
    "a key with its history": async () => {
      await closeSheet(at());
      await at().fill(hook("feed-llm-filter"), "");
      await at().fill(hook("feed-sparc-filter"), "task-1");
      await untilEqual(async () => (await scene.dashboard.rows("sparc")).length, 1);
      await openRow(at(), "sparc");
    },
    "a malformed message": async () => {
      await closeSheet(at());
      await at().fill(hook("feed-sparc-filter"), "");
      await at().click(`${hook("feed-llm-row")}[data-kind="malformed"] button`);
      await at().waitForSelector(hook("details-problem"));
    },
    "paused, with more to come": async () => {
      await closeSheet(at());
      await at().click(hook("feed-propagation-pause"));
      await scene.publish("propagation", "while paused");
      await at().waitForSelector(hook("feed-propagation-new"));
    },
    "filtered to nothing": async () => {
      await at().click(hook("feed-propagation-new"));
      for (const feed of FEED_IDS) await at().fill(hook(`feed-${feed}-filter`), "nowhere to be found");
    },
    "reconnecting, with the evidence": async () => {
      for (const feed of FEED_IDS) await at().fill(hook(`feed-${feed}-filter`), "");
      await scene.broker.kill();
      await scene.dashboard.banner("refused");
      await at().click(`${hook("banner-details")} summary`);
    },
    "live again, with a gap": async () => {
      await scene.broker.restart();
      await scene.dashboard.turns("green", 30_000);
      await at().waitForSelector(hook("feed-llm-gap"));
    },
    "switched off, with all that is to be read": async () => {
      await scene.dashboard.toggle();
      await scene.dashboard.turns("grey");
    },
    failed: async () => {
      await scene.broker.kill();
      await openSheet(at(), "settings");
      await at().fill(hook("setting-reconnect.maxAttempts"), "1");
      await closeSheet(at());
      await at().reload();
      await at().waitForSelector(hook("feed-llm"));
      await scene.dashboard.toggle();
      await scene.dashboard.reaches("failed");
    },
    "without a configuration": async () => {
      await at().route("**/api/config", (route) =>
        route.fulfill({ status: 500, json: { detail: "FEEDS[0].id: give it one" } }),
      );
      await at().reload();
      await at().waitForSelector(hook("config-failed"));
    },
    "without a network": async () => {
      await at().unroute("**/api/config");
      await at().evaluate(() => navigator.serviceWorker.ready);
      await at().context().setOffline(true);
      await at().reload();
      await at().waitForSelector(`${hook("config-failed")}[data-offline="true"]`);
    },
  };

  test.each(Object.entries(SCREENS))("%s", async (_name, arrange) => {
    const { page } = scene.dashboard;
    // A colour in the middle of its transition is nobody's choice.
    await page.emulateMedia({ reducedMotion: "reduce" });
    const [first] = LOOKS;
    if (first !== undefined) await lookAt(page, first);
    await arrange();
    expect(await faultsOf(page)).toEqual([]);
  });
});

describe("a subject that isn't allowed", () => {
  const config = `
    no_auth_user: viewer
    authorization {
      users: [{ user: viewer, password: x, permissions: { subscribe: { deny: ["egos.llm.logs", "secret"] } } }]
    }
  `;
  const start = (options: object = {}) => startNatsServer({ ...options, config });
  const scene = useScene({ start });

  test("in a feed and in the stream", async () => {
    const { page } = scene.dashboard;
    await page.emulateMedia({ reducedMotion: "reduce" });
    await scene.dashboard.toggle();
    await page.waitForSelector(`${hook("feed-llm")} .panel__fault`);
    expect(await faultsOf(page)).toEqual([]);
    await openSheet(page, "stream");
    await page.fill(hook("stream-subject"), "secret");
    await page.press(hook("stream-subject"), "Enter");
    await page.waitForSelector(hook("stream-denied"));
    expect(await faultsOf(page)).toEqual([]);
  });
});

describe("the demo", () => {
  let app: App;
  let browser: TestBrowser;
  beforeAll(async () => {
    [app, browser] = await Promise.all([startDemo(), startBrowser()]);
  });
  afterAll(async () => {
    await browser.stop();
    await app.stop();
  });

  test("its label and its panel, while a fault lasts", async () => {
    const { page } = await browser.openPage();
    await page.emulateMedia({ reducedMotion: "reduce" });
    const dashboard = new Dashboard(page);
    await dashboard.open(app.url);
    await dashboard.switchOn();
    await dashboard.turns("green");
    expect(await textAt(page, "demo-tag")).toBe("Demo");
    await openSheet(page, "demo");
    await page.click(hook("demo-refuse"));
    await dashboard.turns("red", 30_000);
    expect(await faultsOf(page)).toEqual([]);
  });
});
