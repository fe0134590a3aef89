import { describe, expect, test } from "vitest";
import { hook } from "../support/page/dashboard.ts";
import { useScene } from "../support/page/scene.ts";
import { NATS_SERVER } from "../support/servers/brokers.ts";

describe("a language that can't be loaded", () => {
  const scene = useScene(NATS_SERVER);

  test("changes nothing, isn't named as the one in force, and can be chosen again", async () => {
    const { page } = scene.dashboard;
    // Kept files can always be loaded: this page is to have none.
    await page.evaluate(async () => void (await (await navigator.serviceWorker.ready).unregister()));
    // A worker's own script is asked for by the browser and not by the page: only its context can refuse it.
    await page.context().route("**/service-worker.js", (route) => route.abort());
    await page.reload();
    await page.waitForSelector(`${hook("live-switch")}:not([disabled])`);
    const texts = "**/assets/pt-br-*.js";
    await page.route(texts, (route) => route.abort());
    const failed = page.waitForEvent("requestfailed", (request) => request.url().includes("pt-br"));
    await scene.dashboard.choose("language", "pt-BR");
    await failed;
    await page.waitForSelector(hook("part-missing"));
    await page.click(hook("menu"));
    expect(await page.inputValue(hook("language"))).toBe("en");
    await page.keyboard.press("Escape");
    expect(await page.textContent("h2")).toBe("SPARC Task Flow");

    await page.unroute(texts);
    await scene.dashboard.choose("language", "pt-BR");
    await page.waitForSelector("html[lang='pt-BR']");
    await page.click(hook("menu"));
    expect(await page.inputValue(hook("language"))).toBe("pt-BR");
  });
});
