/** The main walk in Firefox as Debian has it: what Chromium shows, it shows. */
import puppeteer, { type Browser, type Page } from "puppeteer-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { connectPublisher } from "../support/clients/publisher.ts";
import { FEEDS, hook } from "../support/page/dashboard.ts";
import { event } from "../support/page/events.ts";
import type { Broker } from "../support/servers/broker.ts";
import { startNatsServer } from "../support/servers/nats-server.ts";
import { useApp } from "../support/servers/use-app.ts";
import { findFirefox } from "../support/tools/browsers.ts";
import { until, untilEqual } from "../support/tools/until.ts";

const app = useApp();
let broker: Broker;
let browser: Browser;
let page: Page;
const complaints: string[] = [];
/** What Firefox itself says of a dial that fails. */
const FAILED_DIAL = /^Error: (?:Firefox can’t establish a connection to the server at|The connection to) ws:/;

beforeAll(async () => {
  broker = await startNatsServer({ ports: app.brokerPorts });
  const { path } = await findFirefox();
  browser = await puppeteer.launch({ browser: "firefox", executablePath: path, headless: true });
  page = await browser.newPage();
  await page.setViewport({ width: 1280, height: 900 });
  page.on("pageerror", (error) => complaints.push(String(error)));
});
afterAll(async () => {
  await browser?.close();
  await broker?.stop();
});

const textOf = (testId: string) => page.$eval(hook(testId), (found) => found.textContent ?? "");
const seen = (testId: string, more = "") => page.waitForSelector(hook(testId) + more);
const received = () =>
  page.$eval(hook("feed-llm-received"), (found) => Number(found.getAttribute("data-value")));

async function publish(prompt: string): Promise<void> {
  const nats = await connectPublisher(broker.tcpUrl);
  nats.publish(FEEDS.llm, event("llm", prompt));
  await nats.flush();
  await nats.close();
}

test("goes live, shows events as they come, opens one, and filters them", async () => {
  await page.goto(app.url);
  await seen("live-switch", ":not([disabled])");
  await page.click(hook("live-switch"));
  await seen("pill", '[data-colour="green"]');
  await publish("a question in Firefox");
  await untilEqual(received, 1);
  await seen("feed-llm-row");
  expect(await textOf("feed-llm-row")).toContain("a question in Firefox");
  await page.click(`${hook("feed-llm-row")} button`);
  await seen("details");
  expect(await textOf("details-json")).toContain('"prompt": "a question in Firefox"');
  await page.keyboard.press("Escape");
  await page.waitForSelector(hook("details"), { hidden: true });
  await page.type(hook("feed-llm-filter"), "nothing like it");
  await page.waitForSelector(hook("feed-llm-row"), { hidden: true });
  expect(await page.evaluate(() => location.hash)).toBe("#filter.llm=nothing+like+it");
  await page.click(hook("feed-llm-filter"), { count: 3 });
  await page.keyboard.press("Backspace");
  await seen("feed-llm-row");
});

test("says what is wrong when the server is gone, and which attempt is under way; it comes back by itself with a gap", async () => {
  await broker.kill();
  await seen("pill", '[data-status="reconnecting"]');
  await seen("banner");
  // Firefox holds a dial back after others have failed: it is one that takes long, and no other is counted meanwhile.
  expect(await textOf("pill")).toMatch(/^Reconnecting(…| in \d+ s) \(attempt \d+\)$/);
  await broker.restart();
  await seen("pill", '[data-status="live"]');
  await page.waitForSelector(hook("banner"), { hidden: true });
  await publish("after the break");
  await until("the event after the break", async () =>
    (await textOf("feed-llm")).includes("after the break"),
  );
  await seen("feed-llm-gap");
  expect(complaints.filter((complaint) => !FAILED_DIAL.test(complaint))).toEqual([]);
});
