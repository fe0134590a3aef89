import { describe, expect, test } from "vitest";
import { TUNABLE_LIMITS } from "../../client/index.ts";
import { hook } from "../support/page/dashboard.ts";
import { useScene } from "../support/page/scene.ts";
import { closeSheet, openSheet, textAt } from "../support/page/sheets.ts";
import { NATS_SERVER } from "../support/servers/brokers.ts";
import { untilEqual } from "../support/tools/until.ts";

describe("settings", () => {
  const scene = useScene(NATS_SERVER, { shared: true });
  const remembered = () => scene.dashboard.page.evaluate(() => localStorage.getItem("mycelium.tunables"));
  const field = (name: string) => hook(`setting-${name}`);

  test("show every number with its unit and limits", async () => {
    const { page } = scene.dashboard;
    await openSheet(page, "settings");
    for (const [name, [least, most]] of Object.entries(TUNABLE_LIMITS)) {
      const text = await page.locator(".field", { has: page.locator(field(name)) }).textContent();
      const figures = [least, most].map((limit) => limit.toLocaleString("en"));
      expect(text).toContain(figures.join(" to "));
      expect(/\bms\b/.test(text ?? "")).toBe(name.endsWith("Ms"));
    }
  });

  test("refuse numbers beyond the limits, say so, and keep the previous number", async () => {
    const { page } = scene.dashboard;
    await page.fill(field("connectTimeoutMs"), "3000");
    await page.fill(field("connectTimeoutMs"), "1");
    expect(await page.getAttribute(field("connectTimeoutMs"), "aria-invalid")).toBe("true");
    expect(await textAt(page, "settings")).toContain("Not applied: enter a number from");
    expect(JSON.parse((await remembered()) ?? "")).toEqual({ connectTimeoutMs: 3000 });
  });

  test("are kept after a reload, and removed by a reset", async () => {
    const { page } = scene.dashboard;
    await page.reload();
    await page.waitForSelector(hook("open-settings"));
    await openSheet(page, "settings");
    expect(await page.inputValue(field("connectTimeoutMs"))).toBe("3000");
    await page.click(hook("settings-reset"));
    await untilEqual(() => page.inputValue(field("connectTimeoutMs")), "5000");
    expect(await remembered()).toBeNull();
    await closeSheet(page);
  });

  test("take effect at once: a shorter delay set during a countdown shortens the countdown", async () => {
    const { page } = scene.dashboard;
    await openSheet(page, "settings");
    await page.fill(field("reconnect.maxDelayMs"), "60000");
    await page.fill(field("reconnect.baseDelayMs"), "60000");
    await scene.broker.kill();
    await scene.dashboard.toggle();
    // Delays are between three quarters of the bound and all of it after each failed dial.
    await scene.dashboard.pillSays(/in [45]\d s/);
    await scene.broker.restart();
    await page.fill(field("reconnect.baseDelayMs"), "100");
    await page.fill(field("reconnect.maxDelayMs"), "1000");
    await scene.dashboard.turns("green");
  });
});
