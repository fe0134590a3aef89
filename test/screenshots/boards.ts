/** Pictures of boards with other feeds: those of a company, and boards from one panel to the maximum. */
import type { Page } from "playwright-core";
import { publishSteadily } from "../support/clients/pace.ts";
import { connectPublisher } from "../support/clients/publisher.ts";
import type { TestBrowser } from "../support/page/browser.ts";
import { COMPANY_FEEDS, publishCompany } from "../support/page/company.ts";
import { Dashboard, hook } from "../support/page/dashboard.ts";
import type { Look } from "../support/page/looks.ts";
import { startApp } from "../support/servers/app.ts";
import { startNatsServer } from "../support/servers/nats-server.ts";
import { untilEqual } from "../support/tools/until.ts";
import type { Gallery } from "./gallery.ts";

const SIZES = [1, 3, 6, 12, 32] as const;
const LOOKS: readonly Look[] = ([360, 768, 1440, 2560] as const).flatMap((width) =>
  (["light", "dark"] as const).map((theme) => ({ language: "en", theme, width }) as const),
);
const PLACES = ["north", "south", "yard"];

/** A kind of panel, and its messages. */
interface Kind {
  readonly feed: object;
  message(index: number): readonly [subject: string, payload: object | string];
}

const KINDS: readonly Kind[] = [
  {
    feed: { title: "Orders", subject: "shop.orders" },
    message: (index) => [
      "shop.orders",
      {
        id: 90_071_992_547_409 + index,
        customer: { name: ["José", "דנה", "Ana 😀"][index % 3], city: "São Paulo" },
        total: (index * 735) % 40_000,
        paid: index % 3 > 0,
      },
    ],
  },
  {
    feed: {
      title: "Heat",
      subject: "iot.*.heat",
      view: "chart",
      key: "$subject[1]",
      columns: [{ field: "t", title: "Temperature", unit: "°C" }],
    },
    message: (index) => [
      `iot.${PLACES[index % 3]}.heat`,
      { t: 60 + 25 * Math.sin(index / 20 + (index % 3)) },
    ],
  },
  {
    feed: {
      title: "Devices",
      subject: "devices.*",
      view: "latest-by-key",
      key: "$subject[1]",
      columns: [
        { field: "status", title: "Status", format: "chip" },
        { field: "load", title: "Load", format: "number" },
      ],
    },
    message: (index) => [
      `devices.d${index % 14}`,
      { status: ["ok", "degraded", "failed"][index % 3], load: (index * 7) % 100 },
    ],
  },
  {
    feed: {
      title: "Power",
      subject: "power.*",
      view: "value",
      key: "$subject[1]",
      columns: [{ field: "w", title: "Power", format: "number", digits: 1, unit: "W" }],
    },
    message: (index) => [`power.${PLACES[index % 3]}`, { w: 1200 + 300 * Math.cos(index / 15) }],
  },
  {
    feed: { title: "Log", subject: "log.*", payload: "text" },
    message: (index) => ["log.web", `2026-11-26T20:00:00Z INFO request ${index} took ${index % 87} ms`],
  },
];

const kindAt = (index: number): Kind => KINDS[index % KINDS.length] as Kind;

/** Takes the pictures, in every width and both themes. */
export async function takeBoards(gallery: Gallery, browser: TestBrowser): Promise<void> {
  if (!gallery.wants("board")) return;
  const broker = await startNatsServer();
  const nats = await connectPublisher(broker.tcpUrl);
  const onBoard = async (feeds: readonly unknown[], take: (page: Page) => Promise<void>): Promise<void> => {
    const app = await startApp({
      NATS_URL: broker.webSocketUrl,
      FEEDS: JSON.stringify(feeds),
      PAGE_NAME: "Northwind",
    });
    const { page, close } = await browser.openPage();
    await page.emulateMedia({ reducedMotion: "reduce" });
    const dashboard = new Dashboard(page);
    await dashboard.open(app.url);
    await dashboard.switchOn();
    await dashboard.turns("green");
    await take(page);
    await close();
    await app.stop();
  };

  await onBoard(COMPANY_FEEDS, async (page) => {
    await publishCompany(nats);
    await page.waitForSelector(hook("feed-orders-row"));
    await gallery.take(page, "board-company", { looks: LOOKS });
  });
  const many = Array.from({ length: Math.max(...SIZES) }, (_, index) => {
    const id = `p${index + 1}`;
    return { ...kindAt(index).feed, id };
  });
  await onBoard(many, async (page) => {
    // Charts need messages over a period of time.
    await publishSteadily(nats, { perSecond: 100, seconds: 6 }, (index) => {
      const [subject, payload] = kindAt(index).message(Math.floor(index / KINDS.length));
      return { subject, payload: typeof payload === "string" ? payload : JSON.stringify(payload) };
    });
    for (const size of SIZES) {
      await page.evaluate(
        (ids) => {
          location.hash = `#feeds=${ids.join()}`;
        },
        many.slice(0, size).map(({ id }) => id),
      );
      await untilEqual(() => page.locator(".board .panel").count(), size);
      await gallery.take(page, `board-of-${size}`, { looks: LOOKS });
    }
  });
  await nats.close();
  await broker.stop();
}
