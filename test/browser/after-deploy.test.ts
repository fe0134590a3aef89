/** A page that stays open during a deploy, which removes its files. */

import { describe, expect, test } from "vitest";
import { addressOf } from "../support/page/address.ts";
import { hook } from "../support/page/dashboard.ts";
import { withoutPart } from "../support/page/parts.ts";
import { useScene } from "../support/page/scene.ts";
import { NATS_SERVER } from "../support/servers/brokers.ts";
import { until } from "../support/tools/until.ts";

describe("the client's code can't be loaded", () => {
  const scene = useScene(NATS_SERVER);

  test("is reported as a fault of the page, not of NATS, and the page continues by itself once the code is back", async () => {
    const { dashboard } = scene;
    const bringBack = await withoutPart(dashboard.page, "nats");
    await dashboard.toggle();
    const banner = await dashboard.page.waitForSelector(`${hook("banner")}[data-explanation="not-loaded"]`);
    expect(await banner.textContent()).toContain("Part of this page couldn't be loaded.");
    await bringBack();
    await dashboard.turns("green");
    expect(await dashboard.hasBanner()).toBe(false);
  });
});

describe("a sheet can't be loaded", () => {
  const scene = useScene(NATS_SERVER);

  test("is retried by a click on its link, and opens after the reload that the page offers", async () => {
    const { page } = scene.dashboard;
    const bringBack = await withoutPart(page, "sheets");
    const asked: string[] = [];
    page.on("request", (request) => void (/\/sheets-/.test(request.url()) && asked.push(request.url())));
    await page.click(hook("open-help"));
    await page.waitForSelector(hook("part-missing"));
    expect((await addressOf(page)).hash).toBe("#open=help");
    const before = asked.length;
    await page.evaluate(() => {
      const link = document.createElement("a");
      link.href = "#open=help";
      document.body.append(link);
      link.click();
    });
    await until("another try", async () => asked.length > before);
    await bringBack();
    await page.click(hook("part-reload"));
    await page.waitForSelector(hook("help"));
    await page.goBack();
    await page.waitForSelector(hook("help"), { state: "detached" });
  });
});

describe("a lazy part can't be loaded", () => {
  const scene = useScene(NATS_SERVER);
  const page = () => scene.dashboard.page;
  /** Expects that the page is still live, with events to open and export. */
  const goesOn = async () => {
    await scene.goLive();
    await scene.publish("llm", "an event");
    await page().waitForSelector(hook("feed-llm-row"));
  };
  const openRow = () =>
    page()
      .locator(`${hook("feed-llm-row")} button`)
      .first()
      .click();

  test.each<[string, string, () => Promise<void>, () => Promise<unknown>]>([
    ["a row", "sheets", openRow, () => page().waitForSelector(hook("details"))],
    [
      "the charts",
      "charts-sheet",
      () => page().click(hook("open-charts")),
      () => page().waitForSelector(hook("charts")),
    ],
    [
      "an export",
      "export",
      () => scene.dashboard.pressInMenu("llm", "export-csv"),
      () => page().waitForEvent("download"),
    ],
  ])("%s: the page says so, and a reload loads it", async (_what, part, ask, there) => {
    const bringBack = await withoutPart(page(), part);
    await goesOn();
    await ask();
    const note = await page().waitForSelector(hook("part-missing"));
    expect(await note.textContent()).toContain("Part of this page couldn't be loaded");
    expect(
      await page()
        .locator(`.sheet, ${hook("part-loading")}`)
        .count(),
    ).toBe(0);
    await bringBack();
    await Promise.all([page().waitForEvent("load"), page().click(hook("part-reload"))]);
    await goesOn();
    await Promise.all([there(), ask()]);
    expect(await page().locator(hook("part-missing")).count()).toBe(0);
  });
});

describe("the items of a panel's menu can't be loaded", () => {
  const scene = useScene(NATS_SERVER);

  test("the opened menu says so, also when it is opened again, and its reload brings the items", async () => {
    const { page } = scene.dashboard;
    const bringBack = await withoutPart(page, "panel-menu");
    const note = page.locator(".menu:popover-open .empty");
    const openMenu = async () => {
      await page.click(hook("feed-llm-menu"));
      expect(await note.textContent()).toContain("Part of this page couldn't be loaded");
    };
    await openMenu();
    await page.keyboard.press("Escape");
    await openMenu();
    await bringBack();
    await Promise.all([page.waitForEvent("load"), note.getByRole("button", { name: "Reload" }).click()]);
    await page.click(hook("feed-llm-menu"));
    await page.waitForSelector(hook("feed-llm-columns"));
    expect(await note.count()).toBe(0);
  });
});

describe("the alerts' code can't be loaded", () => {
  const scene = useScene(NATS_SERVER);

  test("the page says so, and loads it when the reader opens the alerts and it is available", async () => {
    const { page } = scene.dashboard;
    const bringBack = await withoutPart(page, "board-alerts");
    await page.evaluate(() => {
      const definition = JSON.stringify({ subject: "watched", alerts: [{ quietSeconds: 3600 }] });
      location.hash = `#${new URLSearchParams({ panel: definition })}`;
    });
    await page.waitForSelector(hook("part-missing"));
    await bringBack();
    await page.click(hook("open-alerts"));
    await page.waitForSelector(hook("alerts"));
    expect(await page.locator(hook("part-missing")).count()).toBe(0);
  });
});

describe("the browser", () => {
  const scene = useScene(NATS_SERVER);

  test("keeps the files of a limited number of earlier versions, and no other files", async () => {
    const { page } = scene.dashboard;
    // The stored files of a browser that has seen five versions, before the next one.
    await page.evaluate(async () => {
      const registration = await navigator.serviceWorker.ready;
      for (const name of await caches.keys()) await caches.delete(name);
      await caches.open("theirs");
      for (const version of [1, 2, 3, 4, 5]) {
        const cache = await caches.open(`mycelium-${version}`);
        const script = { headers: { "content-type": "text/javascript" } };
        await cache.put(`/assets/gone-${version}.js`, new Response(`export default ${version};`, script));
      }
      await registration.unregister();
    });
    await page.reload();
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
    // As a string, so that the browser's own import runs, not one rewritten by the test's compiler.
    const imported = (version: number) =>
      page.evaluate(`import("/assets/gone-${version}.js").then((part) => part.default, () => null)`);
    expect(await imported(5)).toBe(5);
    expect(await imported(2)).toBe(2);
    expect(await imported(1)).toBeNull();
    expect(await page.evaluate(() => caches.keys())).toContain("theirs");
  });
});
