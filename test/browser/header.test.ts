import type { Route } from "playwright-core";
import { describe, expect, test } from "vitest";
import { publishSteadily } from "../support/clients/pace.ts";
import { FEEDS, hook } from "../support/page/dashboard.ts";
import { event } from "../support/page/events.ts";
import { useScene } from "../support/page/scene.ts";
import { textAt } from "../support/page/sheets.ts";
import { NATS_SERVER } from "../support/servers/brokers.ts";
import { until } from "../support/tools/until.ts";

describe("the header", () => {
  const scene = useScene(NATS_SERVER, { shared: true });
  const ground = () => scene.dashboard.page.evaluate(() => getComputedStyle(document.body).backgroundColor);

  test("names the page, and shows the initial state: off, no messages per second, no round trip", async () => {
    const { page } = scene.dashboard;
    expect(await page.textContent("h1")).toBe("Mycelium");
    expect(await scene.dashboard.pillText()).toBe("Off");
    expect(await textAt(page, "rate")).toBe("0");
    expect(await textAt(page, "rtt")).toBe("–");
    expect(await page.$(hook("demo-tag"))).toBeNull();
  });

  test("shows messages per second and the round trip, and announces the state to screen readers", async () => {
    const { page } = scene.dashboard;
    await scene.dashboard.toggle();
    await scene.dashboard.turns("green");
    await until("it is told", async () => (await textAt(page, "announcer")) === "Live");
    const enough = new AbortController();
    const pace = { perSecond: 50, seconds: 30, signal: enough.signal };
    const publishing = publishSteadily(await scene.publisher(), pace, (index) => ({
      subject: FEEDS.llm,
      payload: event("llm", `event ${index}`),
    }));
    const rates = new Set<number>();
    await until("a whole second of them", async () => {
      rates.add(Number(await page.getAttribute(hook("rate"), "data-value")));
      return [...rates].some((rate) => rate >= 40 && rate <= 60);
    });
    expect(await textAt(page, "rtt")).toMatch(/^\d+\sms$/);
    enough.abort();
    await publishing;
    const colourOf = (selector: string, property: "color" | "borderTopColor") =>
      page.$eval(selector, (found, name) => getComputedStyle(found)[name], property);
    const live = await colourOf(hook("pill"), "color");
    expect(
      await colourOf(`${hook("timeline-entry")}[data-type="live"] .timeline__dot`, "borderTopColor"),
    ).toBe(live);
    const colours = ["grey", "amber", "green", "red"] as const;
    const looks = await page.$eval(
      hook("pill"),
      (pill, all) =>
        all.map((colour) => {
          const other = pill.cloneNode() as HTMLElement;
          other.dataset.colour = colour;
          pill.after(other);
          const { color, backgroundColor } = getComputedStyle(other);
          other.remove();
          return { color, backgroundColor };
        }),
      colours,
    );
    expect(looks[colours.indexOf("green")]?.color).toBe(live);
    expect(new Set(looks.map(({ color }) => color)).size).toBe(colours.length);
    expect(new Set(looks.map(({ backgroundColor }) => backgroundColor)).size).toBe(colours.length);
    // Forced colours remove backgrounds, so states must be visible in another way.
    await page.emulateMedia({ forcedColors: "active" });
    const drawn = await page.$$eval(".switch__thumb, .timeline__dot", (all) =>
      all.map((one) => {
        const { borderTopColor, borderTopWidth } = getComputedStyle(one);
        const isSeen = borderTopColor !== getComputedStyle(document.body).backgroundColor;
        return isSeen && Number.parseFloat(borderTopWidth) > 0;
      }),
    );
    expect(drawn).toEqual([true, true]);
    await page.emulateMedia({ forcedColors: null });
    await until("it is quiet again", async () => (await textAt(page, "rate")) === "0");
  });

  test("switches to Portuguese with one choice, and keeps it after a reload", async () => {
    const { page } = scene.dashboard;
    await scene.dashboard.choose("language", "pt-BR");
    await page.waitForSelector("html[lang='pt-BR']");
    expect(await scene.dashboard.pillText()).toBe("Ao vivo");
    expect(await page.textContent("h2")).toBe("Fluxo de tarefas SPARC");
    await page.reload();
    await page.waitForSelector("html[lang='pt-BR']");
    await page.waitForSelector(hook("feed-sparc"));
    expect(await page.textContent("h2")).toBe("Fluxo de tarefas SPARC");
    await scene.dashboard.choose("language", "en");
    expect(await page.textContent("h2")).toBe("SPARC Task Flow");
  });

  test("follows the device's theme until another is chosen, which it keeps after a reload", async () => {
    const { page } = scene.dashboard;
    await page.emulateMedia({ colorScheme: "light" });
    const light = await ground();
    await page.emulateMedia({ colorScheme: "dark" });
    const dark = await ground();
    expect(dark).not.toBe(light);
    await scene.dashboard.choose("theme", "light");
    expect(await ground()).toBe(light);
    await page.reload();
    await page.waitForSelector(hook("menu"));
    expect(await ground()).toBe(light);
    await scene.dashboard.choose("theme", "dark");
    await page.emulateMedia({ colorScheme: "light" });
    expect(await ground()).toBe(dark);
    expect(scene.complaints).toEqual([]);
  });

  test("keeps an open menu and the focus when the configuration arrives", async () => {
    const { page } = scene.dashboard;
    const asked = new Promise<Route>((settle) => void page.route("**/api/config", settle));
    await page.reload();
    const question = await asked;
    await page.click(hook("menu"));
    await page.focus(hook("theme"));
    await question.continue();
    await page.waitForSelector(hook("feed-sparc"));
    await page.waitForSelector(hook("kiosk"));
    expect(await page.evaluate(() => document.activeElement?.getAttribute("data-testid"))).toBe("theme");
    await page.unroute("**/api/config");
  });

  test("says in words what its colour means, even while the page's timers are stopped", async () => {
    const page = await scene.dashboard.page.context().newPage();
    await page.addInitScript(() => {
      const every = window.setInterval;
      const standing = (tick: () => void, ms: number) => (ms === 250 ? 0 : every(tick, ms));
      Object.assign(window, { setInterval: standing });
    });
    await page.goto(scene.url);
    expect(await page.textContent(`${hook("pill")}[data-status="live"]`)).toBe("Live");
    await page.close();
  });

  test("and every other menu are completely visible, even near the bottom of the page", async () => {
    const { page } = scene.dashboard;
    await page.keyboard.press("Escape");
    for (const height of [600, 320]) {
      await page.setViewportSize({ width: 1280, height });
      await page.click(hook("feed-llm-menu"));
      const last = await page.waitForSelector(hook("feed-llm-export-json"));
      await last.scrollIntoViewIfNeeded();
      const isInView = async () => ((await last.boundingBox())?.y ?? height) < height - 20;
      await until("the last of them is in view", isInView);
      await page.keyboard.press("Escape");
    }
  });
});
