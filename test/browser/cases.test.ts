/** Inputs that once failed on the page: one product, one browser and one page for all of them. */
import { readFile } from "node:fs/promises";
import { type NatsConnection, headers as natsHeaders } from "@nats-io/transport-node";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { FaultProxy } from "../../dev/fault-proxy/index.ts";
import { connectPublisher } from "../support/clients/publisher.ts";
import type { ObservedPage } from "../support/page/browser.ts";
import { Dashboard, hook } from "../support/page/dashboard.ts";
import { resize } from "../support/page/resize.ts";
import { closeSheet, openSheet, type SheetName, textAt } from "../support/page/sheets.ts";
import { noteTicks, ticksIn } from "../support/page/ticks.ts";
import { useBrowser } from "../support/page/use-browser.ts";
import type { Broker } from "../support/servers/broker.ts";
import { webSocketClients } from "../support/servers/monitor.ts";
import { freePorts, startNatsServer } from "../support/servers/nats-server.ts";
import { createStream, lastSequenceOf } from "../support/servers/stream.ts";
import { useApp } from "../support/servers/use-app.ts";
import { until, untilEqual } from "../support/tools/until.ts";

/** More keys than `many` keeps. */
const KEYS = 320;
const KEPT_KEYS = 300;
const HISTORY = 250;

const FEEDS = JSON.stringify([
  { id: "log", subject: "orders.>" },
  { id: "keyed", subject: "orders.>", view: "latest-by-key", key: "id", keys: KEPT_KEYS },
  {
    id: "deep",
    subject: "deep",
    columns: [
      { field: "a", title: "A" },
      { field: "$payload", title: "All" },
    ],
  },
  { id: "stored", subject: "stored.*", stream: "STORED" },
  { kv: "devices", id: "devices" },
  { id: "heat", subject: "heat", view: "chart", columns: [{ field: "t", title: "T" }] },
  { id: "found", subject: "heat", view: "chart" },
  { id: "listed", subject: "heat" },
]);

/** Whoever comes may read all but one subject. */
const rights = (denied: string) => `
  no_auth_user: "all"
  authorization { users: [{ user: "all", password: "p", permissions: { subscribe: { allow: ">", deny: "${denied}" } } }] }
`;

const app = useApp({ FEEDS });
let broker: Broker;
let path: FaultProxy;
const browser = useBrowser();
let observed: ObservedPage;
let dashboard: Dashboard;
let nats: NatsConnection;

beforeAll(async () => {
  const ports = await freePorts();
  broker = await startNatsServer({ ports, jetStream: true, config: rights("nothing") });
  path = await FaultProxy.start({ port: app.brokerPorts.webSocket, target: ports.webSocket });
  nats = await connectPublisher(broker.tcpUrl);
  await createStream(nats, "STORED", ["stored.*"], { allow_direct: true });
  await createStream(nats, "KV_devices", ["$KV.devices.>"], { allow_direct: true, allow_rollup_hdrs: true });
  for (let index = 1; index <= HISTORY; index += 1) nats.publish("stored.a", JSON.stringify({ index }));
  for (const key of ["pump", "oven"]) nats.publish(`$KV.devices.${key}`, '{"state":"on"}');
  nats.publish("$KV.devices.pump", "", { headers: operation("DEL") });
  await untilEqual(() => lastSequenceOf(nats, "STORED"), HISTORY);
  await untilEqual(() => lastSequenceOf(nats, "KV_devices"), 3);
  observed = await browser.openPage();
  dashboard = new Dashboard(observed.page);
  await observed.page.addInitScript(() => {
    localStorage.setItem("mycelium.tunables", JSON.stringify({ pingIntervalMs: 500, pongTimeoutMs: 5000 }));
  });
  await dashboard.open(app.url);
  await dashboard.toggle();
  await dashboard.turns("green");
});
afterAll(async () => {
  await nats?.close();
  path?.close();
  await broker?.stop();
});

const count = async (feed: string, name: string) =>
  Number(await observed.page.getAttribute(hook(`feed-${feed}-${name}`), "data-value"));

const page = (): Page => observed.page;
const rowOf = (feed: string) => hook(`feed-${feed}-row`);
/** What a bucket's client says when it takes a key away (NATS ADR-8). */
function operation(name: string) {
  const headers = natsHeaders();
  headers.set("KV-Operation", name);
  return headers;
}

test("a panel of a stream opens with its last 200 events, and goes on live without a seam", async () => {
  await untilEqual(() => count("stored", "received"), 200);
  expect(await textAt(page(), "feed-stored")).toContain(String(HISTORY));
  nats.publish("stored.b", JSON.stringify({ index: HISTORY + 1 }));
  await untilEqual(() => count("stored", "received"), 201);
  expect(await page().locator(hook("feed-stored-gap")).count()).toBe(0);
});

test("a key that was taken away says so, whenever that was, and is marked when it comes back", async () => {
  const row = (key: string) => page().locator(`${rowOf("devices")}[data-key="${key}"]`);
  await row("pump").waitFor();
  expect(await row("pump").textContent()).toMatch(/pump.*deleted/);
  expect(await row("oven").textContent()).toMatch(/oven.*on/);
  await page().click(hook("feed-devices-menu"));
  await page().click(hook("feed-devices-columns"));
  await page().waitForSelector(hook("column-state"));
  expect(await page().$(hook("column-$payload"))).toBeNull();
  await closeSheet(page());
  nats.publish("$KV.devices.oven", "", { headers: operation("PURGE") });
  await page().waitForSelector(`${rowOf("devices")}[data-key="oven"][data-deleted][data-changed]`);
  nats.publish("$KV.devices.pump", '{"state":"off"}');
  await page().waitForSelector(`${rowOf("devices")}[data-key="pump"][data-changed]:not([data-deleted])`);
  expect(await count("devices", "malformed")).toBe(0);
  await page().waitForSelector(`${rowOf("devices")}[data-changed]`, { state: "detached" });
  // A busy board would never be done with what goes on after a mark has gone.
  const goesOn = () => document.querySelector(".board")?.getAnimations({ subtree: true }).length;
  expect(await page().evaluate(goesOn)).toBe(0);
});

test("a message has a link: who follows it sees it, also where only the stream has it, or that it is gone", async () => {
  await page()
    .locator(`${rowOf("stored")} button`)
    .first()
    .click();
  await page().waitForSelector(hook("details-copy-link"));
  const link = new URL(page().url());
  expect(new URLSearchParams(link.hash.slice(1)).get("open")).toBe(`stored@${HISTORY + 1}`);
  await closeSheet(page());
  const other = await browser.openPage();
  const reader = new Dashboard(other.page);
  // Of 251 messages the panel has the last 200.
  await reader.open(`${link.origin}/#live=on&open=stored%403`);
  await untilEqual(async () => textAt(other.page, "details-json"), '{\n  "index": 3\n}');
  // Of another panel's subject, and of none: the stream has nothing there for who asks.
  await other.page.evaluate(() => {
    location.hash = "#live=on&open=stored%409999";
  });
  await untilEqual(
    () => textAt(other.page, "details-missing"),
    "The stream doesn't keep this message any more.",
  );
  // Without a link nobody can be asked, and without a stream there is nobody.
  const missing = () => textAt(other.page, "details-missing");
  const linksTo = (open: string) =>
    other.page.evaluate(
      (hash) => {
        location.hash = hash;
      },
      `#live=off&open=${encodeURIComponent(open)}`,
    );
  await linksTo("stored@9998");
  await untilEqual(missing, "Live data is off. Switch it on to see events as they happen.");
  await linksTo("log@12");
  await untilEqual(missing, "This panel has no stream: what it doesn't show can't be asked for.");
  // Who has gone on by the time it comes stays there.
  await linksTo("stored@4");
  await untilEqual(missing, "Live data is off. Switch it on to see events as they happen.");
  await other.page.focus(hook("feed-log-filter"));
  await other.page.$eval(hook("live-switch"), (live) => (live as HTMLElement).click());
  await untilEqual(async () => textAt(other.page, "details-json"), '{\n  "index": 4\n}');
  expect(await other.page.evaluate(() => document.activeElement?.getAttribute("data-testid"))).toBe(
    "feed-log-filter",
  );
  await other.close();
});

test("two panels of one subject both have each message", async () => {
  for (const id of ["a", "b", "c"]) nats.publish("orders.eu", JSON.stringify({ id }));
  for (const feed of ["log", "keyed"]) {
    await untilEqual(() => count(feed, "received"), 3);
    expect(await observed.page.locator(hook(`feed-${feed}-row`)).count()).toBe(3);
  }
});

test("a link that is a second behind is amber and says so, keeps its connection, and is green again after it", async () => {
  const links = async () => webSocketClients(await broker.connz()).map(({ cid }) => cid);
  const before = await links();
  path.setPace("down", { latencyMs: 1100 });
  expect(await dashboard.pillSays(/^Slow: 1\.\d\ss behind$/)).not.toBe("");
  expect(await dashboard.colour()).toBe("amber");
  expect(await observed.page.title()).toMatch(/^◐ /);
  expect(await links()).toEqual(before);
  path.setPace("down", {});
  await dashboard.turns("green");
});

test("20,000 levels of nesting leave the panel alive: its cells say what they can, and others come after it", async () => {
  const levels = 20_000;
  nats.publish("deep", `${"[".repeat(levels)}{"0":1}${"]".repeat(levels)}`);
  nats.publish("deep", `{"a":${'{"b":'.repeat(500)}[${"0,".repeat(100_000)}0]${"}".repeat(500)}}`);
  nats.publish("deep", '{"a":"after it"}');
  await untilEqual(() => count("deep", "received"), 3);
  await until("the last row", async () => (await textAt(page(), "feed-deep")).includes("after it"));
  expect(await page().locator(rowOf("deep")).count()).toBe(3);
  for (const index of [1, 2]) {
    await page()
      .locator(`${rowOf("deep")} button`)
      .nth(index)
      .click();
    await page().waitForSelector(hook("details-as-text"));
    await page().click(hook("details-as-text"));
    await page().waitForSelector(`${hook("details-json")}[data-view="text"]`);
    await closeSheet(page());
  }
  await page().click(hook("feed-deep-menu"));
  const [file] = await Promise.all([
    page().waitForEvent("download"),
    page().click(hook("feed-deep-export-jsonl")),
  ]);
  const lines = (await readFile(await file.path(), "utf8")).trim().split("\n");
  expect(lines.filter((line) => !line.startsWith('{"gap"'))).toHaveLength(3);
});

test("100 kB and a header of two values go along whole: copied, and exported", async () => {
  await page().context().grantPermissions(["clipboard-read", "clipboard-write"]);
  const text = "ä".repeat(50_000);
  const withHeaders = natsHeaders();
  withHeaders.append("A", "1");
  withHeaders.append("A", "2, 3");
  const before = await count("stored", "received");
  nats.publish("stored.big", text, { headers: withHeaders });
  await untilEqual(() => count("stored", "received"), before + 1);
  await page()
    .locator(`${rowOf("stored")} button`)
    .first()
    .click();
  await page().click(hook("details-copy"));
  await untilEqual(() => textAt(page(), "details-copy"), "Copied");
  expect(await page().evaluate(() => navigator.clipboard.readText())).toBe(text);
  await closeSheet(page());
  await page().click(hook("feed-stored-menu"));
  const [file] = await Promise.all([
    page().waitForEvent("download"),
    page().click(hook("feed-stored-export-jsonl")),
  ]);
  const [newest = "{}"] = (await readFile(await file.path(), "utf8")).split("\n");
  expect(JSON.parse(newest)).toMatchObject({ headers: { A: ["1", "2, 3"] }, payload: text });
});

test("of more keys than are kept the older ones are counted as such, and nothing is lost from the sum", async () => {
  for (let id = 0; id < KEYS; id += 1) nats.publish("orders.eu", JSON.stringify({ id }));
  const received = 3 + KEYS;
  await untilEqual(() => count("keyed", "received"), received);
  await untilEqual(() => count("keyed", "older-keys"), 3 + KEYS - KEPT_KEYS);
  expect(await count("keyed", "shown")).toBe(KEPT_KEYS);
  expect(await count("keyed", "dropped")).toBe(received - KEPT_KEYS);
  expect(await page().isVisible(hook("feed-keyed-dropped"))).toBe(false);
});

test("what is read of a key stays while newer events come, says so, shows them, and follows them if asked", async () => {
  nats.publish("orders.eu", '{"id":"k","state":"one"}');
  const row = `${rowOf("keyed")}[data-key="k"]`;
  await page().locator(`${row} button`).click();
  await page().waitForSelector(`${hook("details-newer")}[data-behind="false"]`);
  await page().waitForSelector(`${row}[aria-current="true"]`);
  nats.publish("orders.eu", '{"id":"k","state":"two"}');
  await page().waitForSelector(`${hook("details-newer")}[data-behind="true"]`);
  expect(await textAt(page(), "details-json")).toContain('"one"');
  await page().click(hook("details-show-newer"));
  await until("the newer", async () => (await textAt(page(), "details-json")).includes('"two"'));
  expect(await textAt(page(), "details-changes")).toBe('state"one""two"');
  await page().check(hook("details-follow"));
  nats.publish("orders.eu", '{"id":"k","state":"three"}');
  await until("the newest", async () => (await textAt(page(), "details-json")).includes('"three"'));
  // Also in the way that its reader chose to see it.
  await page().click(hook("details-as-tree"));
  nats.publish("orders.eu", '{"id":"k","state":"four"}');
  await until("the next", async () => (await textAt(page(), "details-tree")).includes('"four"'));
  expect(await textAt(page(), "details-changes")).toBe('state"three""four"');
  // And with what is known of its trace by then.
  const untilTraced = (trace_id: string, events: number) => {
    const list = page().locator(`${hook("trace-event")}[data-feed="keyed"]`);
    nats.publish("orders.eu", JSON.stringify({ id: "k", trace_id }));
    const read = async () => `${await textAt(page(), "details-show-trace")}: ${await list.count()}`;
    return untilEqual(read, `${trace_id}: ${events}`);
  };
  await untilTraced("one", 0);
  await page().click(hook("details-show-trace"));
  await page().waitForSelector(hook("details-trace-events"));
  await untilTraced("one", 2);
  await untilTraced("other", 0);
  await untilTraced("one", 3);
  await closeSheet(page());
});

test("a chart stands still while its panel is paused, and then has what came meanwhile", async () => {
  const chartLabel = async () => (await page().getAttribute(hook("feed-heat-chart"), "aria-label")) ?? "";
  nats.publish("heat", '{"t":1}');
  await page().waitForSelector(hook("feed-heat-chart"));
  await untilEqual(chartLabel, "T: 1");
  await page().click(hook("feed-heat-pause"));
  nats.publish("heat", '{"t":2}');
  await untilEqual(() => count("heat", "received"), 2);
  expect(await chartLabel()).toBe("T: 1");
  // A filter asks for other numbers, which then stand still too.
  await page().fill(hook("feed-heat-filter"), "t>1");
  await untilEqual(chartLabel, "T: 2");
  nats.publish("heat", '{"t":3}');
  await untilEqual(() => count("heat", "received"), 3);
  expect(await chartLabel()).toBe("T: 2");
  await page().fill(hook("feed-heat-filter"), "");
  // Without it the chart is again as it was paused.
  await untilEqual(chartLabel, "T: 1");
  await page().click(hook("feed-heat-pause"));
  await untilEqual(chartLabel, "T: 3");
});

test("a filter that only what came in a pause matches: a table says so, and a chart draws it and stands still", async () => {
  // In a page of their own: a gap among the rows would hide that none of them matches.
  const fresh = await browser.openPage();
  const own = new Dashboard(fresh.page);
  await own.open(app.url);
  await own.toggle();
  await own.turns("green");
  const panels = ["heat", "found", "listed"];
  const label = (id: string) => fresh.page.getAttribute(hook(`feed-${id}-chart`), "aria-label");
  const counted = async (name: string, expected: number) => {
    for (const id of panels) {
      const value = () => fresh.page.getAttribute(hook(`feed-${id}-${name}`), "data-value");
      await untilEqual(value, String(expected));
    }
  };
  nats.publish("heat", '{"t":1}');
  await counted("received", 1);
  await untilEqual(() => label("found"), "t: 1");
  for (const id of panels) await fresh.page.click(hook(`feed-${id}-pause`));
  nats.publish("heat", '{"t":2}');
  await counted("received", 2);
  for (const id of panels) await fresh.page.fill(hook(`feed-${id}-filter`), "t>1");
  await counted("shown", 1);
  await untilEqual(() => label("heat"), "T: 2");
  await untilEqual(() => label("found"), "t: 2");
  expect(await fresh.page.textContent(`${hook("feed-listed")} .empty`)).toBe("Paused1 new");
  // Fields that turn up make the numbers anew, and they stand still all the same.
  for (let t = 3; t < 7; t += 1) nats.publish("heat", JSON.stringify({ t, w: 7 }));
  await counted("received", 6);
  expect([await label("heat"), await label("found")]).toEqual(["T: 2", "t: 2"]);
  // Also where nothing matched meanwhile, as while a filter is typed.
  await fresh.page.fill(hook("feed-found-filter"), "t>99");
  await fresh.page.waitForSelector(hook("feed-found-chart"), { state: "detached" });
  await fresh.page.fill(hook("feed-found-filter"), "");
  await untilEqual(() => label("found"), "t: 1");
  await fresh.close();
});

test("a chart of a number beyond 2^53 is drawn with ticks that are written whole, and the page goes on", async () => {
  const fresh = await browser.openPage();
  await fresh.page.addInitScript(noteTicks);
  const own = new Dashboard(fresh.page);
  await own.open(app.url);
  await own.toggle();
  await own.turns("green");
  nats.publish("heat", '{"t":1234567890123456789}');
  const ticks = () => ticksIn(fresh.page, "feed-heat-chart");
  await until("its ticks", async () => (await ticks()).length > 1);
  for (const { text, left } of await ticks()) {
    expect(text).toMatch(/^1(,\d{3}){6}$/);
    expect(left).toBeGreaterThanOrEqual(0);
  }
  await fresh.page.fill(hook("feed-heat-filter"), "t<0");
  await fresh.page.waitForSelector(hook("feed-heat-chart"), { state: "detached" });
  await fresh.close();
});

test("200 letters in every field, while the link breaks and heals, are all there, and none is a command", async () => {
  const letters = "l9p0?9/9".repeat(25);
  const keys = await page().context().newCDPSession(page());
  /** Faster than anybody types: no key waits for the one before. */
  const type = (text: string) =>
    Promise.all(
      [...text].map((key) => keys.send("Input.dispatchKeyEvent", { type: "keyDown", key, text: key })),
    );
  const typed = new Set<string>();
  /** Types in every field that is there and was not there before. */
  const typeInAll = async () => {
    const fields = await page().$$eval("input:not([type='checkbox']), textarea", (all) =>
      all.map((field) => ({
        name: field.getAttribute("data-testid") ?? "",
        isNumber: field.matches("[type='number']"),
      })),
    );
    for (const { name, isNumber } of fields.filter((field) => !typed.has(field.name))) {
      typed.add(name);
      const before = await page().inputValue(hook(name));
      await page().fill(hook(name), "");
      await page().focus(hook(name));
      path.reset();
      await type(letters.slice(0, 100));
      path.freeze();
      await type(letters.slice(100));
      path.thaw();
      expect(await page().inputValue(hook(name)), name).toBe(isNumber ? letters.replace(/\D/g, "") : letters);
      await page().fill(hook(name), before);
    }
  };
  const live = await page().getAttribute(hook("live-switch"), "aria-checked");
  // Those of the board while help lies beside it and the server is down.
  await openSheet(page(), "help");
  await path.setReception("refuses");
  path.reset();
  await dashboard.banner("refused");
  await typeInAll();
  await path.setReception("open");
  await dashboard.turns("green");
  const sheets = await page().$$eval("[data-testid^='open-']", (all) =>
    all.map((one) => one.getAttribute("data-testid")?.slice("open-".length) as SheetName),
  );
  for (const sheet of sheets) {
    await openSheet(page(), sheet);
    if (sheet === "panel") await page().selectOption(hook("panel-view"), "latest-by-key");
    await typeInAll();
    await closeSheet(page());
  }
  expect([...typed]).toEqual(
    expect.arrayContaining(["feed-log-filter", "panel-key", "stream-subject", "setting-pingIntervalMs"]),
  );
  await dashboard.turns("green");
  expect(await page().getAttribute(hook("live-switch"), "aria-checked")).toBe(live);
  expect(await page().locator(hook("help")).count()).toBe(0);
  expect(await page().getAttribute(hook("feed-log-pause"), "aria-pressed")).toBe("false");
});

test("a permission that is withdrawn and given back: the words follow the state", async () => {
  const before = await count("deep", "received");
  await broker.reload(rights("deep"));
  await page().waitForSelector(hook("feed-deep-denied"));
  await broker.reload(rights("nothing"));
  path.reset();
  await page().waitForSelector(hook("feed-deep-denied"), { state: "detached" });
  await dashboard.turns("green");
  await nats.close();
  nats = await connectPublisher(broker.tcpUrl);
  nats.publish("deep", '{"a":"allowed again"}');
  await untilEqual(() => count("deep", "received"), before + 1);
  expect(await page().locator(hook("feed-deep-denied")).count()).toBe(0);
});

test("on a telephone, with a sheet open, the banner lies over the board: nothing moves for it", async () => {
  await resize(page(), 390, 844);
  await openSheet(page(), "help");
  const places = () =>
    page().evaluate(() =>
      [".header", "main", ".panel", ".sheet"].map((one) => {
        const { x, y, width, height } = document.querySelector(one)?.getBoundingClientRect() ?? new DOMRect();
        return [x, y, width, height];
      }),
    );
  const before = await places();
  await path.setReception("refuses");
  path.reset();
  await dashboard.banner();
  expect(await places()).toEqual(before);
  await path.setReception("open");
  await dashboard.turns("green");
  await page().waitForSelector(hook("banner"), { state: "detached" });
  expect(await places()).toEqual(before);
});
