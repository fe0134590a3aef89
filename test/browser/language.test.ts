import type { Route } from "playwright-core";
import { describe, expect, test } from "vitest";
import { hook } from "../support/page/dashboard.ts";
import { withoutPart } from "../support/page/parts.ts";
import { useScene } from "../support/page/scene.ts";
import { NATS_SERVER } from "../support/servers/brokers.ts";

describe("a language that can't be loaded", () => {
  const scene = useScene(NATS_SERVER);

  test("changes nothing, isn't shown as selected, and can be chosen again", async () => {
    const { page } = scene.dashboard;
    const bringBack = await withoutPart(page, "pt-br");
    const failed = page.waitForEvent("requestfailed", (request) => request.url().includes("pt-br"));
    await scene.dashboard.choose("language", "pt-BR");
    await failed;
    await page.waitForSelector(hook("part-missing"));
    await page.click(hook("menu"));
    expect(await page.inputValue(hook("language"))).toBe("en");
    await page.keyboard.press("Escape");
    expect(await page.textContent("h2")).toBe("SPARC Task Flow");

    await bringBack();
    await scene.dashboard.choose("language", "pt-BR");
    await page.waitForSelector("html[lang='pt-BR']");
    await page.click(hook("menu"));
    expect(await page.inputValue(hook("language"))).toBe("pt-BR");
  });

  test("isn't stored if another was chosen before it loaded", async () => {
    const { page } = scene.dashboard;
    await withoutPart(page, "pt-br");
    const asked = new Promise<Route>((settle) => void page.route("**/assets/pt-br-*.js", settle));
    await scene.dashboard.choose("language", "pt-BR");
    const question = await asked;
    await scene.dashboard.choose("language", "en");
    const came = page.waitForEvent("requestfinished", (request) => request.url().includes("pt-br"));
    await question.continue();
    const request = await came;
    // The page has the same module by the time this import settles.
    await page.evaluate(`import(${JSON.stringify(request.url())}).then(() => {})`);
    await page.reload();
    await page.waitForSelector(`${hook("live-switch")}:not([disabled])`);
    expect(await page.getAttribute("html", "lang")).toBe("en");
  });
});

describe("a second tab", () => {
  const scene = useScene(NATS_SERVER);

  test("shows the language and the theme chosen in the first tab", async () => {
    const other = await scene.dashboard.page.context().newPage();
    await other.goto(scene.url);
    await other.waitForSelector(`${hook("live-switch")}:not([disabled])`);
    await scene.dashboard.choose("language", "pt-BR");
    await other.waitForSelector("html[lang='pt-BR']");
    await scene.dashboard.choose("theme", "dark");
    await other.waitForSelector("html[data-theme='dark']");
    await other.close();
  });
});
