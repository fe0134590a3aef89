import type { NatsConnection } from "@nats-io/transport-node";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connectPublisher } from "../support/clients/publisher.ts";
import type { ObservedPage } from "../support/page/browser.ts";
import { Dashboard, hook } from "../support/page/dashboard.ts";
import { resize } from "../support/page/resize.ts";
import { openSheet } from "../support/page/sheets.ts";
import { useBrowser } from "../support/page/use-browser.ts";
import type { Broker } from "../support/servers/broker.ts";
import { untilSubscribed } from "../support/servers/monitor.ts";
import { startNatsServer } from "../support/servers/nats-server.ts";
import { useApp } from "../support/servers/use-app.ts";
import { untilEqual } from "../support/tools/until.ts";

/** The maximum number of panels: tables, rows by key, charts and values in turn. */
const IDS = Array.from({ length: 32 }, (_, index) => `p${index + 1}`);
const VIEWS = ["log", "latest-by-key", "chart", "value"] as const;
const FEEDS = JSON.stringify(
  IDS.map((id, index) => ({
    id,
    title: `Readings of the plant, hall ${index + 1}`,
    subject: "plant.readings.*",
    view: VIEWS[index % VIEWS.length],
    key: "$subject[2]",
  })),
);
const DEVICES = 12;

/** Windows of a phone, a tablet, a desktop and a wall display. */
const WINDOWS = [
  [360, 740],
  [1024, 768],
  [1440, 900],
  [2560, 1440],
] as const;

const app = useApp({ FEEDS });
const browser = useBrowser();
let broker: Broker;
let observed: ObservedPage;
let nats: NatsConnection;

beforeAll(async () => {
  broker = await startNatsServer({ ports: app.brokerPorts });
  observed = await browser.openPage();
  const dashboard = new Dashboard(observed.page);
  await observed.page.emulateMedia({ reducedMotion: "reduce" });
  await dashboard.open(app.url);
  await dashboard.toggle();
  await dashboard.turns("green");
  await untilSubscribed(broker);
  nats = await connectPublisher(broker.tcpUrl);
  for (let device = 1; device <= DEVICES; device += 1) {
    nats.publish(`plant.readings.${device}`, JSON.stringify({ temperature: 20 + device, state: "ok" }));
  }
  await untilEqual(
    () => observed.page.getAttribute(hook("feed-p32-received"), "data-value"),
    String(DEVICES),
  );
});
afterAll(async () => {
  await nats?.close();
  await broker?.stop();
});

/** Shows the first panels. */
async function show(page: Page, panels: number, look = ""): Promise<void> {
  const hash = `#feeds=${IDS.slice(0, panels).join(",")}${look}`;
  await page.evaluate((wanted) => {
    location.hash = wanted;
  }, hash);
  await untilEqual(() => page.locator(".board .panel").count(), panels);
}

/** Parts of the board that are smaller than required, one line each. */
const lacks = (page: Page) =>
  page.evaluate(async () => {
    for (let frame = 0; frame < 2; frame += 1) await new Promise((drawn) => requestAnimationFrame(drawn));
    const found: string[] = [];
    const boxOf = (element: Element | null): DOMRect => element?.getBoundingClientRect() ?? new DOMRect();
    const { scrollWidth, scrollHeight } = document.documentElement;
    if (scrollWidth > innerWidth) found.push(`the page is ${scrollWidth} wide in ${innerWidth}`);
    // Only the board scrolls: below the page's foot there would be nothing.
    if (scrollHeight > innerHeight) found.push(`the page is ${scrollHeight} high in ${innerHeight}`);
    for (const panel of document.querySelectorAll<HTMLElement>(".board .panel")) {
      const name = `${panel.dataset.testid} (${panel.dataset.view})`;
      const { bottom: end } = boxOf(panel);

      const head = [...panel.querySelectorAll(".panel__head > *, .panel__line > *")]
        .filter((one) => boxOf(one).height > 0 && !one.matches(".panel__line"))
        .map((one) => boxOf(one).top + boxOf(one).height / 2)
        .sort((one, other) => one - other);
      const lines = head.filter((middle, index) => index === 0 || middle - (head[index - 1] ?? 0) > 8);
      if (lines.length !== 2) found.push(`${name}: a head of ${lines.length} lines`);
      if (boxOf(panel.querySelector(".panel__head")).height > 80) found.push(`${name}: a high head`);

      const numbers = panel.querySelector(".chart, .values");
      if (numbers !== null) {
        const box = boxOf(numbers);
        const seen = Math.min(box.bottom, end) - box.top;
        if (seen < 240) found.push(`${name}: ${seen} pixels`);
        continue;
      }
      const scroller = panel.querySelector(".scroller");
      const from = boxOf(panel.querySelector(".row--headings")).bottom;
      const to = Math.min(boxOf(scroller).bottom, end);
      const rows = [...panel.querySelectorAll(".row[data-kind]")].map(boxOf);
      const whole = rows.filter(({ top, bottom }) => top >= from - 1 && bottom <= to + 1).length;
      if (whole < 8) found.push(`${name}: ${whole} rows`);
    }
    return found;
  });

describe.each([1, 3, 6, 12, 32])("a board of %i", (panels) => {
  test.each(WINDOWS)(
    "has eight rows, or 240 pixels of numbers, in each panel of %i by %i",
    async (...size) => {
      const { page } = observed;
      await resize(page, ...size);
      await show(page, panels);
      await expect.poll(() => lacks(page), { timeout: 30_000 }).toEqual([]);
      const header = await page.locator(".header").boundingBox();
      expect(header?.height).toBeLessThanOrEqual(size[0] === 360 ? 96 : 64);
      // Scrolls to panels below the window.
      await page.locator(".board .panel").last().scrollIntoViewIfNeeded();
      const last = await page.locator(".board .panel").last().boundingBox();
      expect((last?.y ?? 0) + (last?.height ?? 0)).toBeLessThanOrEqual(size[1]);
    },
  );
});

test("text and panels grow with a wall display", async () => {
  const { page, complaints } = observed;
  const sizes = () =>
    page.$$eval(".panel__title, .rows, .panel__subject", (all) =>
      all.map((one) => Number.parseFloat(getComputedStyle(one).fontSize)),
    );
  await resize(page, 2560, 1440);
  await show(page, 12);
  const usual = await sizes();
  await show(page, 12, "&kiosk=on");
  await page.waitForSelector('html[data-look="kiosk"]');
  await expect.poll(() => lacks(page), { timeout: 30_000 }).toEqual([]);
  const large = await sizes();
  expect(large).toHaveLength(usual.length);
  for (const [place, size] of large.entries()) expect(size / (usual[place] ?? size)).toBeGreaterThan(1.2);
  expect(await page.locator(".header__tools:visible, .panel__tools:visible").count()).toBe(0);
  expect(await page.evaluate(() => getComputedStyle(document.documentElement).cursor)).toBe("none");
  expect(complaints).toEqual([]);
});

test("on a wall display, a panel's head is as wide as its table", async () => {
  const { page } = observed;
  await resize(page, 2560, 1440);
  await show(page, 2, "&kiosk=on");
  const offs = () =>
    page.$$eval(".panel__pulse", (pulses) =>
      pulses.map((pulse) => {
        const end = (one: Element | null | undefined) =>
          one ? one.getBoundingClientRect().right - Number.parseFloat(getComputedStyle(one).paddingRight) : 0;
        const cell = pulse.closest(".panel")?.querySelector(".row[data-kind] > .cell:last-child");
        return Math.abs(Math.round(end(cell) - end(pulse)));
      }),
    );
  await expect.poll(offs, { timeout: 30_000 }).toEqual([0, 0]);
});

test("a panel's menu fits a phone's window, in every language", async () => {
  const { page } = observed;
  await resize(page, 360, 740);
  await show(page, 1);
  await new Dashboard(page).choose("language", "pt-BR");
  await page.click(hook("feed-p1-menu"));
  await page.waitForSelector(hook("feed-p1-columns"));
  await expect
    .poll(async () => (await page.locator(".menu:popover-open").boundingBox())?.x)
    .toBeGreaterThanOrEqual(4);
});

test("a panel that the reader makes or moves is scrolled to", async () => {
  const { page } = observed;
  await resize(page, 1024, 768);
  await show(page, 12);
  const isSeen = (id: string) =>
    page.$eval(hook(id), (panel) => {
      const { top, bottom } = panel.getBoundingClientRect();
      return top >= 0 && bottom <= innerHeight;
    });
  await openSheet(page, "panel");
  await page.fill(hook("panel-subject"), "made");
  await page.click(hook("panel-make"));
  await page.waitForSelector(hook("feed-made"));
  await expect.poll(() => isSeen("feed-made"), { timeout: 30_000 }).toBe(true);
  for (let place = 12; place > 6; place -= 1) {
    await page.click(hook("feed-made-menu"));
    await page.click(hook("feed-made-earlier"));
    await expect.poll(() => isSeen("feed-made"), { timeout: 30_000 }).toBe(true);
  }
});
