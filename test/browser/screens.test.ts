import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Dashboard, hook } from "../support/page/dashboard.ts";
import { LOOKS, lookAt } from "../support/page/looks.ts";
import { useScene } from "../support/page/scene.ts";
import { faultsOf } from "../support/page/screen.ts";
import { SCREENS } from "../support/page/screens.ts";
import { openSheet, textAt } from "../support/page/sheets.ts";
import { useBrowser } from "../support/page/use-browser.ts";
import { type App, startDemo } from "../support/servers/app.ts";
import { NATS_SERVER } from "../support/servers/brokers.ts";
import { startNatsServer } from "../support/servers/nats-server.ts";

describe("every screen, in both languages, both themes, wide and narrow", () => {
  const scene = useScene(NATS_SERVER, { shared: true });

  test.each(Object.entries(SCREENS))("%s", async (_name, arrange) => {
    const { page } = scene.dashboard;
    // A colour in the middle of its transition is nobody's choice.
    await page.emulateMedia({ reducedMotion: "reduce" });
    const [first] = LOOKS;
    if (first !== undefined) await lookAt(page, first);
    await arrange(scene, page);
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
    await page.waitForSelector(hook("feed-stream-denied"));
    expect(await faultsOf(page)).toEqual([]);
  });
});

describe("the demo", () => {
  let app: App;
  const browser = useBrowser();
  beforeAll(async () => {
    app = await startDemo();
  });
  afterAll(() => app.stop());

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
    await dashboard.turns("red");
    expect(await faultsOf(page)).toEqual([]);
  });
});
