/** Columns are as wide as their contents need, for any number of columns and any window. */
import type { NatsConnection } from "@nats-io/transport-node";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connectPublisher } from "../support/clients/publisher.ts";
import { Dashboard, hook } from "../support/page/dashboard.ts";
import { flaws } from "../support/page/looks.ts";
import { resize } from "../support/page/resize.ts";
import { useBrowser } from "../support/page/use-browser.ts";
import type { Broker } from "../support/servers/broker.ts";
import { untilSubscribed } from "../support/servers/monitor.ts";
import { startNatsServer } from "../support/servers/nats-server.ts";
import { useApp } from "../support/servers/use-app.ts";
import { untilEqual } from "../support/tools/until.ts";

const ROWS = 12;
const SUBJECT = "plant.jobs";
/** The same without texts that are too long for a phone. */
const SHORT = "plant.short";
const TASK = "task-5f3a9c1e-77d0-4b1f-9a51-c0ffee0010";
/** Some texts of each column. */
const CELLS = {
  id: [1001, 1002],
  state: ["ok", "degraded", "failed"],
  kind: ["pump", "boiler"],
  city: ["Haifa", "São Paulo"],
  owner: ["Ana", "Cecília"],
  load: [7.25, 87],
  temperature: [7.25, 104.5],
  event_type: ["test"],
  sum: [1_234_567.5, 7],
  step: ["MANUAL-REVIEW-REQUIRED", "ok"],
  at: [1_790_000_000, 1_790_000_001],
} as const;
const FORMATS: Readonly<Record<string, object>> = {
  state: { format: "chip" },
  step: { format: "chip" },
  load: { format: "number" },
  temperature: { format: "number" },
  sum: { format: "number", tones: [{ when: ">0", tone: "bad" }] },
};

const columns = (...fields: readonly string[]) =>
  fields.map((field) => ({ field, title: field, ...FORMATS[field] }));
const KEYED = { subject: SUBJECT, view: "latest-by-key", key: "task" };
const SEVEN = columns("id", "state", "kind", "city", "owner", "load", "at");
/** The width of an A4 page between its margins, CSS pixels. */
const A4_PX = 718;

interface Board {
  readonly id: string;
  readonly subject: string;
  readonly view?: string;
  readonly key?: string;
  readonly columns?: readonly object[];
}

/** Boards by description. Panels by key also show malformed messages: those without a key. */
const BOARDS: Readonly<Record<string, Board>> = {
  "one column": { ...KEYED, id: "one", columns: columns("city") },
  "one column of a status": { ...KEYED, id: "status", columns: columns("state") },
  "seven columns": { ...KEYED, id: "seven", columns: SEVEN },
  "seven columns of a log": { subject: SUBJECT, id: "log", columns: SEVEN },
  "what is written bold": { ...KEYED, id: "bold", columns: columns("sum", "step") },
  "long ids": { ...KEYED, id: "ids", columns: columns("task", "owner") },
  "long headings": {
    ...KEYED,
    id: "headings",
    columns: columns("temperature", "kind", "city", "event_type"),
  },
  "columns that were found": { subject: SHORT, id: "found" },
};

const app = useApp({ FEEDS: JSON.stringify(Object.values(BOARDS)) });
const browser = useBrowser();
let broker: Broker;
let page: Page;
let nats: NatsConnection;

beforeAll(async () => {
  broker = await startNatsServer({ ports: app.brokerPorts });
  ({ page } = await browser.openPage());
  const dashboard = new Dashboard(page);
  await page.emulateMedia({ reducedMotion: "reduce" });
  await dashboard.open(app.url);
  await dashboard.toggle();
  await dashboard.turns("green");
  await untilSubscribed(broker);
  nats = await connectPublisher(broker.tcpUrl);
  for (let row = 0; row < ROWS; row += 1) {
    const cells = Object.fromEntries(
      Object.entries(CELLS).map(([field, all]) => [field, all[row % all.length]]),
    );
    nats.publish(SUBJECT, JSON.stringify({ ...cells, task: `${TASK}${row + 10}` }));
    const { sum, step, ...short } = cells;
    nats.publish(SHORT, JSON.stringify(short));
  }
  nats.publish(SUBJECT, JSON.stringify({ task: "task-without" }));
  nats.publish(SUBJECT, "{}");
  // Each: panels show in turn what they received.
  for (const { id, subject } of Object.values(BOARDS)) {
    const messages = subject === SHORT ? ROWS : ROWS + 2;
    await untilEqual(() => page.getAttribute(hook(`feed-${id}-received`), "data-value"), String(messages));
  }
});
afterAll(async () => {
  await nats?.close();
  await broker?.stop();
});

/** Texts in the rows that are cut off. */
const cut = () =>
  page.$$eval(".table .row:not(.row--headings) :is(.cell, .cell__text, .row__text, .chip)", (all) =>
    all
      .filter((one) => one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1)
      .map((one) => `${one.className}: ${one.textContent}`),
  );

describe.each([
  [390, 844],
  [1024, 768],
  [1440, 900],
])("at %i by %i", (...size) => {
  test.each(Object.entries(BOARDS))("%s", async (_, { id }) => {
    await page.evaluate((hash) => {
      location.hash = hash;
    }, `#feeds=${id}`);
    await resize(page, ...size);
    await untilEqual(() => page.locator(".board .panel").count(), 1);
    await expect.poll(() => flaws(page, "en")).toEqual([]);
    expect(await cut()).toEqual([]);
    expect(await page.locator(`${hook(`feed-${id}-row`)}`).count()).toBeGreaterThan(8);
  });
});

test.each(Object.entries(BOARDS))("on paper that is narrower than the screen: %s", async (_, { id }) => {
  await page.evaluate((hash) => {
    location.hash = hash;
  }, `#feeds=${id}`);
  await resize(page, 1440, 900);
  await untilEqual(() => page.locator(".board .panel").count(), 1);
  await page.emulateMedia({ media: "print" });
  // A printed page gets its width without the resize that would lay out the columns anew.
  const beyond = await page.evaluate((paperPx) => {
    const main = document.querySelector<HTMLElement>(".main");
    const rows = document.querySelector(".scroller");
    if (main === null || rows === null) throw new Error("no table");
    main.style.width = `${paperPx}px`;
    const inside = rows.getBoundingClientRect().right;
    const cells = [...rows.querySelectorAll(".cell, .cell__text, .chip")];
    const found = cells
      .filter(
        (cell) => cell.getBoundingClientRect().right > inside || cell.scrollWidth > cell.clientWidth + 1,
      )
      .map(({ className, textContent }) => `${className}: ${textContent}`);
    main.style.width = "";
    return [cells.length > 20, found];
  }, A4_PX);
  await page.emulateMedia({ media: null });
  expect(beyond).toEqual([true, []]);
});
