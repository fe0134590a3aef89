import { describe, expect, test } from "vitest";
import { addressOf } from "../support/page/address.ts";
import { FEED_SUBJECTS, FEEDS, type FeedId, hook } from "../support/page/dashboard.ts";
import { event } from "../support/page/events.ts";
import { tabThrough, unreached } from "../support/page/keyboard.ts";
import { resize } from "../support/page/resize.ts";
import { useScene } from "../support/page/scene.ts";
import { textAt } from "../support/page/sheets.ts";
import { NATS_SERVER } from "../support/servers/brokers.ts";
import { until, untilEqual } from "../support/tools/until.ts";

/** More events than a panel shows at once. */
const EVENTS = 60;

describe("by keyboard alone", () => {
  const scene = useScene(NATS_SERVER, { shared: true });
  const page = () => scene.dashboard.page;
  const press = (key: string) => page().keyboard.press(key);
  /** The test id of the focused element or its nearest ancestor with one. */
  const focused = () =>
    page().evaluate(() => document.activeElement?.closest("[data-testid]")?.getAttribute("data-testid"));
  const focusedRow = () =>
    page().evaluate(() =>
      Number(document.activeElement?.closest("[aria-rowindex]")?.getAttribute("aria-rowindex")),
    );
  /** Positions of the laid-out rows with messages; on a busy machine, a gap may be between or above them. */
  const placesOf = (feed: FeedId) =>
    page().$$eval(hook(`feed-${feed}-row`), (rows) =>
      rows.map((row) => Number(row.getAttribute("aria-rowindex"))),
    );
  /** The last position in the focused table. */
  const lastPlace = () =>
    page().evaluate(() =>
      Number(document.activeElement?.closest("[aria-rowcount]")?.getAttribute("aria-rowcount")),
    );
  const firstStop = (feed: FeedId) => `${hook(`feed-${feed}-row`)} button[tabindex="0"]`;

  /** Expects that every Tab stop has a name and a visible focus, and that every interactive element is reached. */
  async function isWalkable(least: number): Promise<void> {
    const stops = await tabThrough(page());
    expect(stops.filter(({ faults }) => faults.length > 0)).toEqual([]);
    expect(await unreached(page())).toEqual([]);
    expect(stops.length).toBeGreaterThan(least);
  }

  test("Tab reaches every action of the page, and the keyboard switches live data on", async () => {
    await resize(page(), 1440, 900);
    await press("Tab");
    expect(await page().evaluate(() => document.activeElement?.textContent)).toBe("Skip to the panels");
    await press("Tab");
    expect(await focused()).toBe("live-switch");
    await press("Space");
    await scene.dashboard.turns("green");
    await untilEqual(scene.held, [FEED_SUBJECTS]);
    const nats = await scene.publisher();
    for (let index = 0; index < EVENTS; index += 1) {
      nats.publish(FEEDS.propagation, event("propagation", `pattern ${index}`));
    }
    nats.publish(FEEDS.llm, "malformed");
    await scene.publish("sparc", "a task");
    await scene.dashboard.counts("propagation", "shown", EVENTS);
    await scene.dashboard.counts("sparc", "shown", 1);
    await isWalkable(20);
  });

  test("every row, even out of view, can be reached, opened and returned to", async () => {
    await page().focus(firstStop("propagation"));
    const first = await focusedRow();
    const third = (await placesOf("propagation")).filter((place) => place >= first)[2] ?? 0;
    await press("ArrowDown");
    await press("ArrowDown");
    await untilEqual(focusedRow, third);
    await press("PageDown");
    await until("further down", async () => (await focusedRow()) > third + 2);
    await press("End");
    await until("the last row", async () => (await focusedRow()) === (await lastPlace()));
    const last = await lastPlace();
    expect(last).toBeGreaterThan(EVENTS);
    await press("Enter");
    await page().waitForSelector(hook("details"));
    expect(await textAt(page(), "details-json")).toContain('"pattern 0"');
    await untilEqual(focused, "details");
    await press("Escape");
    // A scrolled table doesn't move, however long the sheet was open.
    await untilEqual(focusedRow, last);
    await press("Home");
    await until("the first row", async () => (await focusedRow()) === (await placesOf("propagation"))[0]);
    await press("Shift+Tab");
    // Tab stops at headings, which sort the table.
    expect(await focused()).toBe("feed-propagation");
  });

  test.each([
    ["stream", "open-stream", 3],
    ["charts", "open-charts", 1],
    ["connection", "open-connection", 3],
    ["settings", "open-settings", 11],
    ["help", "open-help", 1],
    ["columns", "feed-llm-menu", 9],
    ["details", "", 3],
  ])("%s takes the focus, Tab reaches every action in it, and Escape returns the focus", async (...row) => {
    const [sheet, opener, least] = row;
    const target = opener === "" ? firstStop("sparc") : hook(opener);
    await page().focus(target);
    await press("Enter");
    if (sheet === "columns") {
      await page().focus(hook("feed-llm-columns"));
      await press("Enter");
    }
    await page().waitForSelector(hook(sheet));
    await untilEqual(focused, sheet);
    if (sheet === "details") {
      await page().focus(hook("details-show-trace"));
      await press("Enter");
      await page().waitForSelector(hook("trace-event"));
    }
    const covers = sheet === "stream" || sheet === "charts";
    if (covers) await goesRound(sheet, least);
    else await isWalkable(20 + least);
    await page().focus(hook(`${sheet}-close`));
    await press("Escape");
    await page().waitForSelector(hook(sheet), { state: "detached" });
    await until("the focus is back", () => page().$eval(target, (it) => it === document.activeElement));
  });

  test("a panel can be made and removed, and its alerts opened", async () => {
    const isBack = (opener: string) =>
      until("the focus is back", () => page().$eval(hook(opener), (it) => it === document.activeElement));
    await page().focus(hook("open-panel"));
    await press("Enter");
    await untilEqual(focused, "panel");
    await page().focus(hook("panel-subject"));
    await page().keyboard.type("by.keyboard");
    // With a chosen view, so that the key's field is also present.
    await page().focus(hook("panel-view"));
    await press("ArrowDown");
    await press("ArrowDown");
    await page().focus(hook("panel-key"));
    await page().keyboard.type("id");
    await page().focus(hook("panel-alert"));
    await page().keyboard.type("status:failed");
    await isWalkable(28);
    await page().focus(hook("panel-alert"));
    await press("Enter");
    await page().waitForSelector(`${hook("feed-by-keyboard")}[data-view="latest-by-key"]`);
    await isBack("open-panel");

    await page().focus(hook("open-alerts"));
    await press("Enter");
    await untilEqual(focused, "alerts");
    await isWalkable(24);
    await press("Escape");
    await isBack("open-alerts");

    await page().focus(hook("feed-by-keyboard-menu"));
    await press("Enter");
    await page().focus(hook("feed-by-keyboard-remove"));
    await press("Enter");
    await page().waitForSelector(hook("feed-by-keyboard"), { state: "detached" });
  });

  /** Expects that Tab stays in a sheet that covers the page. */
  async function goesRound(sheet: string, least: number): Promise<void> {
    const names = new Set<string>();
    await page().focus(hook(`${sheet}-close`));
    do {
      names.add(await page().locator("*:focus").ariaSnapshot());
      await press("Tab");
      expect(await page().evaluate(() => document.activeElement?.closest(".sheet") !== null)).toBe(true);
    } while ((await focused()) !== `${sheet}-close`);
    expect(names.size).toBeGreaterThanOrEqual(least);
    await press("Shift+Tab");
    expect(await page().evaluate(() => document.activeElement?.closest(".sheet") !== null)).toBe(true);
  }

  test("on a narrow screen, Tab stays in the sheet that covers the page", async () => {
    await resize(page(), 360, 740);
    await page().focus(hook("menu"));
    await press("Enter");
    await page().focus(hook("open-settings"));
    await press("Enter");
    await untilEqual(focused, "settings");
    await goesRound("settings", 11);
    await press("Escape");
    await untilEqual(focused, "menu");
    await resize(page(), 1440, 900);
  });

  test("a sheet has the focus as soon as it opens, and the previous element as soon as it closes", async () => {
    await page().focus(".skip");
    const seen = await page().evaluate(async (sheet) => {
      const focusAfter = (key: string, isOpen: boolean) =>
        new Promise((settle) => {
          new MutationObserver((_, observer) => {
            if ((document.querySelector(sheet) !== null) !== isOpen) return;
            observer.disconnect();
            settle(document.activeElement?.className);
          }).observe(document.body, { childList: true, subtree: true });
          document.activeElement?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
        });
      return [await focusAfter("?", true), await focusAfter("Escape", false)];
    }, hook("help"));
    expect(seen).toEqual(["sheet", "skip"]);
  });

  test("single keys open help, pause, filter and switch; in a field they are text", async () => {
    await page().focus(".skip");
    await press("?");
    await page().waitForSelector(hook("help"));
    expect(await textAt(page(), "help")).toContain("Pause or resume all panels");
    await press("Escape");
    await page().waitForSelector(hook("help"), { state: "detached" });
    await press("p");
    await untilEqual(() => page().locator('.feed [aria-pressed="true"]').count(), 3);
    await press("p");
    await untilEqual(() => page().locator('.feed [aria-pressed="true"]').count(), 0);
    await press("/");
    await untilEqual(focused, "feed-sparc-filter");
    await page().keyboard.type("l?p");
    expect(await page().inputValue(hook("feed-sparc-filter"))).toBe("l?p");
    await page().fill(hook("feed-sparc-filter"), "");
    await page().focus(".skip");
    await press("l");
    await scene.dashboard.turns("grey");
  });

  test("the skip link leads to the panels, without changing filters, panels or the connection", async () => {
    const filter = hook("feed-llm-filter");
    await page().fill(filter, "user:ana");
    const { href } = await addressOf(page());
    expect(href).toContain("filter.llm=user%3Aana");
    await page().focus(".skip");
    await press("Enter");
    expect(await page().evaluate(() => document.activeElement?.id)).toBe("main");
    await press("Tab");
    expect(await page().evaluate(() => document.activeElement?.closest("#main") !== null)).toBe(true);
    expect([await page().inputValue(filter), (await addressOf(page())).href]).toEqual(["user:ana", href]);
    await page().fill(filter, "");
  });

  test("Escape closes a sheet wherever the focus is, but nearer things first", async () => {
    const filter = hook("feed-sparc-filter");
    await page().focus(".skip");
    await press("?");
    await page().waitForSelector(hook("help"));
    await page().focus(hook("menu"));
    await press("Enter");
    await page().waitForSelector(hook("share"));
    await press("Escape");
    await page().waitForSelector(hook("share"), { state: "detached" });
    expect(await page().isVisible(hook("help"))).toBe(true);
    await page().$eval(hook("help"), (sheet) => {
      const composing = { key: "Escape", isComposing: true, bubbles: true };
      sheet.dispatchEvent(new KeyboardEvent("keydown", composing));
    });
    expect(await page().isVisible(hook("help"))).toBe(true);
    await page().fill(filter, "x");
    await press("Escape");
    await untilEqual(() => page().inputValue(filter), "");
    expect(await page().isVisible(hook("help"))).toBe(true);
    await press("Escape");
    await page().waitForSelector(hook("help"), { state: "detached" });
    expect(await focused()).toBe("feed-sparc-filter");
    await page().focus(".skip");
  });

  test("Tab reaches the banner's actions", async () => {
    await scene.broker.kill();
    await press("l");
    await scene.dashboard.banner("refused");
    await page().focus(`${hook("banner-details")} summary`);
    await press("Enter");
    await isWalkable(20);
    await page().focus(hook("banner-retry"));
    expect(await focused()).toBe("banner-retry");
    // Restarts only now, because the page would reconnect by itself and remove its banner.
    await scene.broker.restart();
    await press("Enter");
    await scene.dashboard.turns("green");
  });
});
