import { describe, expect, test } from "vitest";
import { publishSteadily } from "../support/clients/pace.ts";
import { addressOf } from "../support/page/address.ts";
import { FEED_SUBJECTS, hook } from "../support/page/dashboard.ts";
import { useScene } from "../support/page/scene.ts";
import { openSheet } from "../support/page/sheets.ts";
import { NATS_SERVER } from "../support/servers/brokers.ts";
import { until, untilEqual } from "../support/tools/until.ts";

describe("a panel made by a reader", () => {
  const scene = useScene(NATS_SERVER, { shared: true });
  const page = () => scene.dashboard.page;
  const panels = () =>
    page().$$eval("section.feed", (all) => all.map((one) => one.getAttribute("data-testid")));

  test("shows an unconfigured subject with detected columns", async () => {
    await scene.goLive();
    await openSheet(page(), "panel");
    const looks = await page().$$eval(`${hook("panel")} .input`, (all) =>
      all.map((one) => `${one.clientWidth} ${getComputedStyle(one).fontWeight}`),
    );
    // Text fields and selects have the same width and a normal font weight.
    expect(new Set(looks).size).toBe(1);
    expect(looks[0]).toMatch(/ 400$/);
    await page().fill(hook("panel-subject"), "iot.*x");
    expect(await page().textContent(hook("panel"))).toContain("* stands for one whole token");
    expect(await page().isDisabled(hook("panel-make"))).toBe(true);
    await page().fill(hook("panel-subject"), "iot.*.telemetry");
    await page().selectOption(hook("panel-view"), "table");
    await page().click(hook("panel-make"));
    await untilEqual(scene.held, [[...FEED_SUBJECTS, "iot.*.telemetry"]]);
    const nats = await scene.publisher();
    for (const [index, device] of ["boiler", "pump", "boiler"].entries()) {
      nats.publish(`iot.${device}.telemetry`, JSON.stringify({ device, temp: 20.5 + index, ok: true }));
    }
    const row = hook("feed-iot-telemetry-row");
    await untilEqual(() => page().locator(row).count(), 3);
    await until("its columns", async () => {
      const headings = await page().$$eval(`${hook("feed-iot-telemetry")} th`, (cells) =>
        cells.map((cell) => cell.textContent),
      );
      return headings.includes("temp") && headings.includes("device");
    });
    expect(await page().getAttribute(hook("feed-iot-telemetry-malformed"), "data-value")).toBe("0");
  });

  test("charts the numbers of each key", async () => {
    await openSheet(page(), "panel");
    await page().fill(hook("panel-subject"), "iot.*.telemetry");
    await page().selectOption(hook("panel-view"), "chart");
    await page().fill(hook("panel-key"), "device");
    await page().click(hook("panel-make"));
    const chart = hook("feed-iot-telemetry-2-chart");
    await publishSteadily(await scene.publisher(), { perSecond: 10, seconds: 2 }, (index) => ({
      subject: "iot.boiler.telemetry",
      payload: JSON.stringify({ device: index % 2 === 0 ? "boiler" : "pump", temp: index }),
    }));
    await page().waitForSelector(`${chart} canvas`);
    await until("both lines", async () =>
      /boiler: \d+, pump: \d+|pump: \d+, boiler: \d+/.test(
        (await page().getAttribute(chart, "aria-label")) ?? "",
      ),
    );
  });

  test("is part of the link: another reader who opens it sees the same", async () => {
    const { href } = await addressOf(page());
    const other = await page().context().browser()?.newContext();
    if (other === undefined) throw new Error("the browser has ended");
    const opened = await other.newPage();
    await opened.goto(href);
    await opened.waitForSelector(hook("feed-iot-telemetry-2"));
    expect(await opened.locator("section.feed").count()).toBe((await panels()).length);
    await other.close();
  });

  test("keeps its chosen columns, and a panel that another tab made meanwhile", async () => {
    const id = "iot-telemetry";
    await page().click(hook(`feed-${id}-menu`));
    await page().click(hook(`feed-${id}-columns`));
    await page().uncheck(hook("column-ok"));
    await until(
      "its columns are chosen",
      async () => (await page().getAttribute(hook(`feed-${id}`), "data-columns")) === "chosen",
    );
    const other = await page().context().newPage();
    await other.goto(scene.url);
    await other.waitForSelector(`${hook(`feed-${id}`)}[data-columns="chosen"]`);
    await openSheet(other, "panel");
    await other.fill(hook("panel-subject"), "other.tab");
    await other.click(hook("panel-make"));
    await other.waitForSelector(hook("feed-other-tab"));
    await page().keyboard.press("Escape");
    await openSheet(page(), "panel");
    await page().fill(hook("panel-subject"), "this.tab");
    await page().click(hook("panel-make"));
    await page().click(hook("feed-this-tab-menu"));
    await page().click(hook("feed-this-tab-remove"));
    const kept = () => page().evaluate(() => localStorage.getItem("mycelium.panels"));
    await until("the other tab's is kept", async () => (await kept())?.includes("other.tab") ?? false);
    await other.click(hook("feed-other-tab-menu"));
    await other.click(hook("feed-other-tab-remove"));
    await until("it is taken away", async () => !((await kept())?.includes("other.tab") ?? false));
    await other.close();
  });

  test("is still there after a reload, until it is removed", async () => {
    await page().goto("about:blank");
    await scene.dashboard.open(scene.url);
    await page().waitForSelector(hook("feed-iot-telemetry"));
    for (const id of ["iot-telemetry", "iot-telemetry-2"]) {
      await page().click(hook(`feed-${id}-menu`));
      await page().click(hook(`feed-${id}-remove`));
    }
    await untilEqual(panels, ["feed-sparc", "feed-llm", "feed-propagation"]);
    expect((await addressOf(page())).hash).toBe("");
    expect(await page().evaluate(() => localStorage.getItem("mycelium.panels"))).toBeNull();
  });
});
