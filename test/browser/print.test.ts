import { expect, test } from "vitest";
import { violations } from "../support/page/axe.ts";
import { hook } from "../support/page/dashboard.ts";
import { useScene } from "../support/page/scene.ts";
import { NATS_SERVER } from "../support/servers/brokers.ts";

const scene = useScene(NATS_SERVER);

test("on paper, a dark board is light, with one panel below the other and without controls", async () => {
  const { dashboard } = scene;
  const { page } = dashboard;
  await dashboard.choose("theme", "dark");
  await scene.goLive();
  await scene.publish("llm", "printed");
  await dashboard.counts("llm", "shown", 1);
  await dashboard.openTimeline();
  await page.emulateMedia({ media: "print", reducedMotion: "reduce" });
  expect(await page.evaluate(() => getComputedStyle(document.body).colorScheme)).toContain("light");
  const panels = await page.$$eval(".board__one", (all) =>
    all.map((one) => {
      const { left, right, top, bottom } = one.getBoundingClientRect();
      return { left, right, top, bottom };
    }),
  );
  expect(panels).toHaveLength(3);
  for (const [index, { left, right, top, bottom }] of panels.entries()) {
    expect([left, right]).toEqual([panels[0]?.left, panels[0]?.right]);
    expect(bottom - top).toBeGreaterThan(300);
    if (index > 0) expect(top).toBeGreaterThan(panels[index - 1]?.bottom ?? 0);
  }
  for (const pressed of [
    "live-switch",
    "menu",
    "feed-llm-menu",
    "feed-llm-filter",
    "timeline-toggle",
    "timeline-export",
  ]) {
    expect(await page.isVisible(hook(pressed))).toBe(false);
  }
  expect(await page.isVisible(hook("feed-llm-row"))).toBe(true);
  expect(await violations(page)).toEqual([]);
});

test("on paper, nothing covers the board, and it has the full width, whatever was open", async () => {
  const { page } = scene.dashboard;
  await page.setViewportSize({ width: 1440, height: 900 });
  await scene.broker.kill();
  await page.goto(`${scene.url}/#trace=4f2a&open=help&live=on`);
  await page.waitForSelector(hook("help"));
  await page.waitForSelector(hook("banner"));
  await page.emulateMedia({ media: "print" });
  for (const pressed of ["help", "trace", "banner-retry"]) {
    expect(await page.isVisible(hook(pressed)), pressed).toBe(false);
  }
  expect(await page.$eval("main", (main) => main.clientWidth)).toBe(1440);
});

test("charts drawn for a dark screen are inverted on paper, whether the device or the reader chose the dark theme", async () => {
  const { page } = scene.dashboard;
  const drawn = async () => {
    await page.pdf();
    return page.evaluate(() => document.documentElement.dataset.drawn);
  };
  await page.emulateMedia({ colorScheme: "dark" });
  expect(await drawn()).toBe("dark");
  await scene.dashboard.choose("theme", "light");
  expect(await drawn()).toBe("light");
  await scene.dashboard.choose("theme", "dark");
  await page.emulateMedia({ colorScheme: "light" });
  expect(await drawn()).toBe("dark");
});
