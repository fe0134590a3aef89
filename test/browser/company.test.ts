import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { NatsConnection } from "@nats-io/transport-node";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { connectPublisher } from "../support/clients/publisher.ts";
import type { ObservedPage } from "../support/page/browser.ts";
import { COMPANY_FEEDS, DEVICES, PICTURES, publishCompany } from "../support/page/company.ts";
import { Dashboard, hook } from "../support/page/dashboard.ts";
import { resize } from "../support/page/resize.ts";
import { faultsOf } from "../support/page/screen.ts";
import { closeSheet, textAt } from "../support/page/sheets.ts";
import { useBrowser } from "../support/page/use-browser.ts";
import { type App, startApp } from "../support/servers/app.ts";
import type { Broker } from "../support/servers/broker.ts";
import { untilSubscribed } from "../support/servers/monitor.ts";
import { startNatsServer } from "../support/servers/nats-server.ts";
import { useApp } from "../support/servers/use-app.ts";
import { ROOT } from "../support/tools/cache.ts";
import { until, untilEqual } from "../support/tools/until.ts";

const app = useApp({ FEEDS: JSON.stringify(COMPANY_FEEDS) });
let short: App;
let broker: Broker;
const browser = useBrowser();
let observed: ObservedPage;
let shortPage: Page;
let nats: NatsConnection;

beforeAll(async () => {
  broker = await startNatsServer({ ports: app.brokerPorts });
  const FEEDS = "shop.>, iot.*.telemetry, logs.>";
  short = await startApp({ NATS_URL: broker.webSocketUrl, FEEDS });
  const opened = async (url: string): Promise<ObservedPage> => {
    const page = await browser.openPage();
    const dashboard = new Dashboard(page.page);
    await dashboard.open(url);
    await dashboard.toggle();
    await dashboard.turns("green");
    return page;
  };
  observed = await opened(app.url);
  ({ page: shortPage } = await opened(short.url));
  // Wide enough for every column.
  await resize(observed.page, 2560, 1440);
  await untilSubscribed(broker);
  nats = await connectPublisher(broker.tcpUrl);
  await publishCompany(nats);
  const both = { shop: 3, logs: 4 };
  const more = { packed: 1, parcels: 1, cams: 5, billing: 3, heat: 2, power: 2, orders: 2 };
  await reads(observed.page, { ...both, ...more, devices: DEVICES });
  await reads(shortPage, { ...both, "iot-telemetry": DEVICES });
});
afterAll(async () => {
  await nats?.close();
  await short?.stop();
  await broker?.stop();
});

const textOf = (testId: string) => textAt(observed.page, testId);
const plain = (text: string | null) => (text ?? "").replaceAll("\u00a0", " ");
const count = async (page: Page, feed: string, name: string) =>
  Number(await page.getAttribute(hook(`feed-${feed}-${name}`), "data-value"));
/** Waits until each panel has received and read its messages: panels do so in turn, some only with more code. */
const reads = async (page: Page, messages: Readonly<Record<string, number>>) => {
  for (const [feed, all] of Object.entries(messages)) {
    await untilEqual(
      async () => [await count(page, feed, "received"), await count(page, feed, "shown")],
      [all, all],
    );
  }
};
/** Texts of a panel's visible rows without their time, newest first. */
const rowsOf = (page: Page, feed: string) =>
  page.$$eval(hook(`feed-${feed}-row`), (rows) =>
    rows.map((row) => [...(row as HTMLTableRowElement).cells].slice(1).map((cell) => cell.textContent ?? "")),
  );
const headingsOf = (page: Page, feed: string) =>
  page.$$eval(`${hook(`feed-${feed}`)} th`, (all) => all.slice(1).map((one) => one.textContent ?? ""));
/** Number of a panel's rows, visible or not. */
const rowCount = async (page: Page, feed: string) =>
  Number(await page.getAttribute(`${hook(`feed-${feed}`)} table`, "aria-rowcount")) - 1;

describe("a board of feeds without described fields", () => {
  test("no message is malformed, and none is executed as markup or script", async () => {
    const { page } = observed;
    const malformed = await page.$$eval('.counts__figure[data-name="malformed"] dd', (all) =>
      all.map((one) => one.getAttribute("data-value")),
    );
    expect(malformed).toEqual(COMPANY_FEEDS.map(() => "0"));
    expect(await page.title()).not.toBe("run");
    expect(await page.locator("svg[onload], .feed script, .feed img").count()).toBe(0);
  });

  test("each panel has columns for its messages' fields", async () => {
    const expected = {
      shop: ["subject", "id", "status", "price", "name"],
      logs: ["subject", "payload"],
      devices: ["$subject[1]", "temperature", "humidity", "battery", "state"],
      packed: ["device", "level", "tags"],
      parcels: ["tracking", "city", "kg"],
      cams: ["subject", "payload"],
      billing: ["subject", "invoice", "at"],
      orders: ["Id", "Price", "Customer", "History"],
    };
    for (const [feed, columns] of Object.entries(expected)) {
      await until(`the columns of ${feed}`, async () => {
        const found = await headingsOf(observed.page, feed);
        return columns.every((column) => found.includes(column));
      });
    }
  });

  test("each message is shown correctly: digits, Hebrew, lines, MessagePack, protobuf, pictures", async () => {
    const expected: Readonly<Record<string, readonly RegExp[]>> = {
      shop: [
        /^shop\.returns\|7\|refused\|none\|none/,
        /^shop\.orders\|9223372036854775802\|.*paid\|2\.50\|José/,
        /^shop\.orders\|9223372036854775801\|.*new\|1\.10\|דנה 😀/,
      ],
      logs: [
        /^logs\.web\|<svg onload=.*<\/svg>/,
        /^logs\.api\|Traceback.*KeyError: 'cart'/s,
        /^logs\.api\|ERROR level=error msg="no such table: carts"/,
        /^logs\.web\|2026-11-25T10:00:00Z INFO {2}started on :8080/,
      ],
      packed: [/^pump\|7\|\["north","🚰"\]/],
      parcels: [/^9223372036854775803\|São Paulo\|1\.25/],
      cams: [
        /^cams\.avif\|image\/avif, 337 B/,
        /^cams\.webp\|image\/webp, 52 B/,
        /^cams\.gif\|image\/gif, 74 B/,
        /^cams\.jpeg\|image\/jpeg, 318 B/,
        /^cams\.png\|image\/png, 96 B/,
      ],
      orders: [/^9223372036854775802\|2\.50\|José/, /^9223372036854775801\|1\.10\|דנה 😀/],
    };
    for (const [feed, rows] of Object.entries(expected)) {
      const shown = (await rowsOf(observed.page, feed)).map((cells) => plain(cells.join("|")));
      expect(shown).toEqual(rows.map((row) => expect.stringMatching(row)));
    }
  });

  test("the same time in seconds, milliseconds and microseconds is shown the same", async () => {
    const rows = await rowsOf(observed.page, "billing");
    expect(rows.map(([, invoice]) => invoice)).toEqual(["A-3", "A-2", "A-1"]);
    const [moment, ...others] = new Set(rows.map(([, , at]) => at));
    expect(others).toEqual([]);
    expect(moment).toMatch(/^Sep 2\d, 2026, \d\d:\d3:20\.000$/);
  });

  test("each of 200 devices has a row, which its next reading replaces", async () => {
    const { page } = observed;
    expect(await rowCount(page, "devices")).toBe(DEVICES);
    const [first] = await rowsOf(page, "devices");
    expect(first?.slice(0, 5)).toEqual(["dev-200", "20", "44", "0.34", "failed"]);
    nats.publish("iot.dev-001.telemetry", '{"temperature":19.5,"humidity":41,"battery":0.9,"state":"ok"}');
    await untilEqual(async () => (await rowsOf(page, "devices"))[0]?.[0], "dev-001");
    const [latest] = await rowsOf(page, "devices");
    expect(latest?.[1]).toBe("19.5");
    expect(latest?.at(-1)).toBe("×2");
    expect(await rowCount(page, "devices")).toBe(DEVICES);
  });

  test("an export has all digits and header values, and opens with a double click", async () => {
    const { page } = observed;
    const exported = async (format: string) => {
      await page.click(hook("feed-orders-menu"));
      const [file] = await Promise.all([
        page.waitForEvent("download"),
        page.click(hook(`feed-orders-export-${format}`)),
      ]);
      return readFile(await file.path(), "utf8");
    };
    const csv = await exported("csv");
    expect(csv.codePointAt(0)).toBe(0xfeff);
    expect(csv).toContain(",9223372036854775802,2.50,José,");
    const lines = (await exported("jsonl")).trim().split("\n");
    expect(lines).toHaveLength(2);
    expect(lines[0]).toContain('"payload":{"meta":{"id":9223372036854775802');
    expect(lines[0]).toContain('"price":2.50');
  });
});

describe("the same subjects without any field definitions", () => {
  test("have the most informative columns, and no message is malformed", async () => {
    const headings = Object.fromEntries(
      await Promise.all(
        ["shop", "iot-telemetry", "logs"].map(async (feed) => [feed, await headingsOf(shortPage, feed)]),
      ),
    );
    expect(headings).toEqual({
      shop: ["subject", "id", "status", "price", "name"],
      "iot-telemetry": ["subject", "temperature", "humidity", "battery", "state"],
      logs: ["subject", "payload"],
    });
    for (const feed of Object.keys(headings)) expect(await count(shortPage, feed, "malformed")).toBe(0);
  });

  test("show their messages, newest first", async () => {
    expect(await rowCount(shortPage, "iot-telemetry")).toBeGreaterThanOrEqual(DEVICES);
    const rows = async (feed: string) =>
      (await rowsOf(shortPage, feed)).map((cells) => plain(cells.join("|")));
    expect((await rows("iot-telemetry")).slice(0, 2)).toContain("iot.dev-200.telemetry|20|44|0.34|failed");
    expect(await rows("shop")).toEqual([
      "shop.returns|7|refused|none|none",
      "shop.orders|9223372036854775802|paid|2.50|José",
      "shop.orders|9223372036854775801|new|1.10|דנה 😀",
    ]);
    expect((await rows("logs"))[3]).toBe("logs.web|2026-11-25T10:00:00Z INFO  started on :8080");
  });
});

test("numbers are charted by device and shown large; beyond a threshold an alert starts, and later ends by itself", async () => {
  const { page, complaints } = observed;
  const summary = () => page.getAttribute(hook("feed-heat-chart"), "aria-label");
  await page.waitForSelector(hook("feed-heat-chart"));
  await untilEqual(async () => plain(await summary()), "a: 21.5 °C, b: 22 °C");
  await until("the values", async () => /7\.3/.test(await textOf("feed-power-values")));
  expect(plain(await textOf("feed-power-values"))).toContain("100.0 W");
  expect(await page.locator(hook("feed-heat-alert")).count()).toBe(0);
  nats.publish("iot.b.heat", '{"t":81,"w":8}');
  await page.waitForSelector(hook("feed-heat-alert"));
  expect(await textOf("feed-heat-alert")).toContain("Too hot: b, 81");
  expect(await page.title()).toMatch(/^\(1\) /);
  nats.publish("iot.b.heat", '{"t":60,"w":8}');
  await page.waitForSelector(hook("feed-heat-alert"), { state: "detached" });
  expect(await page.title()).not.toMatch(/^\(1\) /);
  expect(complaints).toEqual([]);
});

describe("an opened message that is a picture", () => {
  const PICTURE = `${hook("details-picture")} img`;
  beforeEach(() => resize(observed.page, 1280, 900));
  afterEach(async () => {
    if ((await observed.page.$(".sheet")) !== null) await closeSheet(observed.page);
  });
  const open = async (feed: string, text: string) => {
    const row = observed.page.locator(hook(`feed-${feed}-row`), { hasText: text });
    await row.locator("button").first().click();
    await observed.page.waitForSelector(hook("details"));
  };
  const picture = () =>
    observed.page.$eval(PICTURE, async (element) => {
      const image = element as HTMLImageElement;
      await image.decode();
      const [box, sheet] = [image, image.closest(".sheet")].map((one) => one?.getBoundingClientRect());
      return {
        src: image.src,
        alt: image.alt,
        size: [image.naturalWidth, image.naturalHeight],
        shown: [box?.width ?? 0, box?.height ?? 0],
        isWithin:
          box !== undefined && sheet !== undefined && box.left > sheet.left && box.right < sheet.right,
      };
    });
  /** Whether a picture loads from a URL. */
  const isThere = (address: string) =>
    observed.page.evaluate(
      (src) =>
        new Promise<boolean>((settle) => {
          const image = new Image();
          image.onload = () => settle(true);
          image.onerror = () => settle(false);
          image.src = src;
        }),
      address,
    );

  test("is shown as a picture, in each format, and as bytes", async () => {
    const { page } = observed;
    for (const kind of Object.keys(PICTURES)) {
      await open("cams", `cams.${kind}`);
      // The previous picture stays until this one is loaded.
      await page.waitForSelector(`${PICTURE}[alt="Picture from cams.${kind}"]`);
      const { src, size } = await picture();
      expect([src.slice(0, 5), size]).toEqual(["blob:", [12, 8]]);
      await untilEqual(() => textOf("details-picture"), `image/${kind}, 12 × 8`);
    }
    await page.click(hook("details-as-hex"));
    expect(await textOf("details-json")).toMatch(/^000000 .* ftypavif/);
    await page.waitForSelector(hook("details-copy"));
  });

  test("fits its space in every look, and its object URL is revoked when it closes", async () => {
    const { page, complaints } = observed;
    nats.publish("cams.large", await readFile(join(ROOT, "site/public/icon-512.png")));
    await untilEqual(async () => (await rowsOf(page, "cams"))[0]?.[0], "cams.large");
    await open("cams", "cams.large");
    await page.waitForSelector(PICTURE);
    expect(await faultsOf(page)).toEqual([]);
    for (const [width, height] of [
      [360, 740],
      [320, 256],
      [1440, 900],
    ] as const) {
      await resize(page, width, height);
      const { shown, size, isWithin } = await picture();
      expect([size, isWithin]).toEqual([[512, 512], true]);
      expect(shown[0]).toBeCloseTo(shown[1] ?? 0, 0);
      expect(shown[1]).toBeLessThanOrEqual(Math.min(384, height * 0.7));
    }
    const { src } = await picture();
    expect(await isThere(src)).toBe(true);
    await closeSheet(page);
    expect(complaints).toEqual([]);
    // The browser logs an error for a missing picture.
    expect(await isThere(src)).toBe(false);
  });

  test("shows a text if it is damaged", async () => {
    nats.publish("cams.broken", Buffer.from(PICTURES.png, "base64").fill(0, 20));
    await untilEqual(async () => (await rowsOf(observed.page, "cams"))[0]?.[0], "cams.broken");
    await open("cams", "cams.broken");
    await observed.page.waitForSelector(hook("details-picture-broken"));
    expect(await textOf("details-picture-broken")).toContain("it is damaged");
    expect(await observed.page.locator(PICTURE).count()).toBe(0);
  });

  test("shows a text if its pixels would exhaust the browser's memory, however few its bytes", async () => {
    const large = Buffer.from(PICTURES.png, "base64");
    large.writeUInt32BE(20_000, 16);
    large.writeUInt32BE(20_000, 20);
    nats.publish("cams.huge", large);
    await untilEqual(async () => (await rowsOf(observed.page, "cams"))[0]?.[0], "cams.huge");
    await open("cams", "cams.huge");
    await observed.page.waitForSelector(hook("details-picture-large"));
    expect(await textOf("details-picture-large")).toContain("image/png of 20,000 × 20,000 pixels");
    expect(await observed.page.locator(PICTURE).count()).toBe(0);
  });

  test("is replaced in place by the key's next one if the key is followed, even after a damaged one", async () => {
    const { page } = observed;
    const publish = (bytes: Uint8Array) => nats.publish("iot.cam.telemetry", bytes);
    const png = Buffer.from(PICTURES.png, "base64");
    publish(png);
    await untilEqual(async () => (await rowsOf(page, "devices"))[0]?.[0], "cam");
    await open("devices", "cam");
    await page.check(hook("details-follow"));
    await untilEqual(() => textOf("details-picture"), "image/png, 12 × 8");
    const image = await page.waitForSelector(PICTURE);
    publish(Buffer.from(PICTURES.gif, "base64"));
    await untilEqual(() => textOf("details-picture"), "image/gif, 12 × 8");
    expect(await image.evaluate((element) => element.isConnected)).toBe(true);
    publish(Buffer.from(png).fill(0, 24));
    await page.waitForSelector(hook("details-picture-broken"));
    publish(png);
    await untilEqual(() => textOf("details-picture"), "image/png, 12 × 8");
  });

  test("is never made of markup (SVG)", async () => {
    const { page } = observed;
    await open("logs", "<svg");
    expect(await page.locator(hook("details-as-picture")).count()).toBe(0);
    expect(await textOf("details-json")).toContain("<svg onload=");
    expect(await page.locator("svg[onload], .sheet img").count()).toBe(0);
    expect(await page.title()).not.toContain("run");
  });
});
