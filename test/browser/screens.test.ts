import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connectPublisher } from "../support/clients/publisher.ts";
import { Dashboard, hook } from "../support/page/dashboard.ts";
import { tabThrough, unreached } from "../support/page/keyboard.ts";
import { LOOKS, lookAt } from "../support/page/looks.ts";
import { withoutPart } from "../support/page/parts.ts";
import { resize } from "../support/page/resize.ts";
import { useScene } from "../support/page/scene.ts";
import { faultsOf } from "../support/page/screen.ts";
import { SCREENS } from "../support/page/screens.ts";
import { closeSheet, openSheet, textAt } from "../support/page/sheets.ts";
import { useBrowser } from "../support/page/use-browser.ts";
import { type App, startDemo } from "../support/servers/app.ts";
import type { Broker } from "../support/servers/broker.ts";
import { NATS_SERVER } from "../support/servers/brokers.ts";
import { startNatsServer } from "../support/servers/nats-server.ts";
import { createStream } from "../support/servers/stream.ts";
import { useApp } from "../support/servers/use-app.ts";
import { untilEqual } from "../support/tools/until.ts";

describe("every screen, in both languages, both themes, wide and narrow", () => {
  const scene = useScene(NATS_SERVER, { shared: true });

  test.each(Object.entries(SCREENS))("%s", async (_name, arrange) => {
    const { page } = scene.dashboard;
    // axe would otherwise check colours in the middle of a transition.
    await page.emulateMedia({ reducedMotion: "reduce" });
    const [first] = LOOKS;
    if (first !== undefined) await lookAt(page, first);
    await arrange(scene, page);
    expect(await faultsOf(page)).toEqual([]);
  });
});

describe("a denied subject", () => {
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

describe("a board with every kind of panel", () => {
  const heat = { subject: "iot.*.heat", key: "$subject[1]" };
  const app = useApp({
    FEEDS: JSON.stringify([
      {
        ...heat,
        id: "heat",
        title: "Heat",
        view: "chart",
        columns: [{ field: "t", title: "Temperature", unit: "°C" }],
        alerts: [{ field: "t", when: ">80", title: "Too hot" }],
      },
      {
        ...heat,
        id: "power",
        title: "Power",
        view: "value",
        columns: [{ field: "w", title: "Power", unit: "W" }],
      },
      { id: "orders", subject: "shop.orders", view: "table" },
      { kv: "devices", id: "devices" },
    ]),
  });
  const browser = useBrowser();
  let broker: Broker;
  let page: Page;
  let dashboard: Dashboard;

  beforeAll(async () => {
    broker = await startNatsServer({ ports: app.brokerPorts, jetStream: true });
    const nats = await connectPublisher(broker.tcpUrl);
    await createStream(nats, "KV_devices", ["$KV.devices.>"], { allow_direct: true });
    ({ page } = await browser.openPage());
    await page.emulateMedia({ reducedMotion: "reduce" });
    dashboard = new Dashboard(page);
    await dashboard.open(app.url);
    await dashboard.switchOn();
    await dashboard.turns("green");
    await page.waitForSelector(`${hook("feed-orders")} .empty`);
    nats.publish("iot.oven.heat", '{"t":60,"w":7.25}');
    for (const device of ["pump", "oven"]) nats.publish(`$KV.devices.${device}`, '{"state":"on"}');
    nats.publish("shop.orders", '{"id":1,"total":2.5,"paid":true}');
    const beginsToAlert = async () => {
      nats.publish("iot.pump.heat", '{"t":81,"w":8}');
      await page.waitForSelector(hook("feed-heat-alert"));
    };
    await beginsToAlert();
    nats.publish("iot.pump.heat", '{"t":20,"w":8}');
    await page.waitForSelector(hook("feed-heat-alert"), { state: "detached" });
    await beginsToAlert();
    await nats.close();
    await page.waitForSelector(`${hook("feed-heat-chart")} canvas`);
    await page.waitForSelector(hook("feed-power-values"));
    await page.waitForSelector(hook("feed-orders-row"));
    await untilEqual(() => page.locator(hook("feed-devices-row")).count(), 2);
  });
  afterAll(() => broker.stop());

  const isWithoutFault = async (show?: () => Promise<() => Promise<unknown>>) =>
    expect(await faultsOf(page, show)).toEqual([]);
  const linksTo = (hash: string) =>
    page.evaluate((wanted) => {
      location.hash = wanted;
    }, hash);
  const leave = () => page.keyboard.press("Escape");

  test("its panels, one of them with an active alert", () => isWithoutFault());

  test("active and past alerts", async () => {
    await openSheet(page, "alerts");
    await untilEqual(() => page.locator(hook("alert")).count(), 2);
    await isWithoutFault();
    await closeSheet(page);
  });

  test("making a panel with an invalid subject", async () => {
    await openSheet(page, "panel");
    await page.selectOption(hook("panel-view"), "latest-by-key");
    await page.fill(hook("panel-subject"), "a..b");
    await isWithoutFault();
    await closeSheet(page);
  });

  test("a message that no longer exists", async () => {
    await linksTo("#open=devices%409");
    await page.waitForSelector(hook("details-missing"));
    await isWithoutFault();
    await closeSheet(page);
  });

  test.each(["menu", "feed-orders-menu"])("the menu %s", (menu) =>
    isWithoutFault(async () => {
      await page.click(hook(menu));
      await page.waitForSelector(`[popover]:popover-open :is(${hook("share")}, ${hook("feed-orders-only")})`);
      return leave;
    }),
  );

  test("the wall display", () =>
    isWithoutFault(async () => {
      await dashboard.inMenu("menu", () => page.click(hook("kiosk")));
      await page.waitForSelector("html[data-look='kiosk']");
      return leave;
    }));

  test("an embedded panel", () =>
    isWithoutFault(async () => {
      await linksTo("#only=heat&embed=on");
      await page.waitForSelector("html[data-look='embed']");
      return () => linksTo("#");
    }));

  test("a part that can't be loaded", async () => {
    await resize(page, 1440, 900);
    await withoutPart(page, "sheets");
    await page.click(hook("open-help"));
    await page.waitForSelector(hook("part-missing"));
    await isWithoutFault();
  });
});

describe("the demo", () => {
  let app: App;
  const browser = useBrowser();
  beforeAll(async () => {
    app = await startDemo();
  });
  afterAll(() => app.stop());

  test("its label and its panel during a fault, also by keyboard", async () => {
    const { page } = await browser.openPage();
    await page.emulateMedia({ reducedMotion: "reduce" });
    const dashboard = new Dashboard(page);
    await dashboard.open(app.url);
    await dashboard.switchOn();
    await dashboard.turns("green");
    expect(await textAt(page, "demo-tag")).toBe("Demo");
    await openSheet(page, "demo");
    await resize(page, 1440, 900);
    // After a mouse click, the focus is visible only once a key is pressed.
    await page.keyboard.press("Tab");
    expect((await tabThrough(page)).filter(({ faults }) => faults.length > 0)).toEqual([]);
    expect(await unreached(page)).toEqual([]);
    await page.click(hook("demo-refuse"));
    await dashboard.turns("red");
    expect(await faultsOf(page)).toEqual([]);
  });
});
