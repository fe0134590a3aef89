import { beforeAll, expect, test } from "vitest";
import { problemOf } from "../../contract/problem.ts";
import type { ObservedPage } from "../support/page/browser.ts";
import { Dashboard, hook } from "../support/page/dashboard.ts";
import { textAt } from "../support/page/sheets.ts";
import { useBrowser } from "../support/page/use-browser.ts";
import { useApp } from "../support/servers/use-app.ts";

const app = useApp();

const browser = useBrowser();
let observed: ObservedPage;
let dashboard: Dashboard;

beforeAll(async () => {
  observed = await browser.openPage();
  dashboard = new Dashboard(observed.page);
  await dashboard.open(app.url);
  await observed.page.evaluate(() => navigator.serviceWorker.ready);
});

test("can be installed: the manifest is complete, and its icons match it", async () => {
  const { page } = observed;
  const devTools = await page.context().newCDPSession(page);
  const { errors } = await devTools.send("Page.getAppManifest");
  expect(errors).toEqual([]);
  const { installabilityErrors } = await devTools.send("Page.getInstallabilityErrors");
  // A test's fresh profile can't install apps; any other error would be the page's fault.
  await devTools.detach();
  expect(installabilityErrors.filter(({ errorId }) => errorId !== "in-incognito")).toEqual([]);
  const { icons } = (await (await fetch(`${app.url}/manifest.webmanifest`)).json()) as {
    icons: { src: string; sizes: string; type: string }[];
  };
  for (const { src, sizes, type } of icons.filter(({ sizes }) => sizes !== "any")) {
    const answer = await fetch(new URL(src, app.url));
    expect(answer.headers.get("content-type")).toBe(type);
    const header = new DataView(await answer.arrayBuffer());
    // A PNG's first chunk, IHDR, starts with width and height.
    expect(`${header.getUint32(16)}x${header.getUint32(20)}`).toBe(sizes);
  }
});

test("opens without a network, says that it is offline, and connects by itself later", async () => {
  const { page } = observed;
  await page.context().setOffline(true);
  await page.reload();
  await page.waitForSelector(`${hook("config-failed")}[data-offline="true"]`);
  expect(await textAt(page, "config-failed")).toContain("This device is offline");
  expect(await page.isDisabled(hook("live-switch"))).toBe(true);
  await page.context().setOffline(false);
  await page.waitForSelector(hook("feed-llm"));
  expect(await page.$(hook("config-failed"))).toBeNull();
});

test("a worker that answers without a configuration isn't reported as a missing network, even if the browser is offline", async () => {
  const page = (await browser.openPage()).page;
  await page.addInitScript(() => Object.defineProperty(navigator, "onLine", { get: () => false }));
  await page.route("**/api/config", (route) =>
    route.fulfill({ status: 500, json: problemOf("configuration", "NATS_URL is not set") }),
  );
  await page.goto(app.url);
  await page.waitForSelector(`${hook("config-failed")}[data-offline="false"]`);
});

test("if the worker answers although the browser is offline, the timeline says from the start that there is no network", async () => {
  const page = (await browser.openPage()).page;
  await page.addInitScript(() => Object.defineProperty(navigator, "onLine", { get: () => false }));
  await page.route("**/api/config", async (route) => {
    const response = await route.fetch();
    await route.fulfill({
      response,
      json: { ...(await response.json()), servers: ["wss://nats.example.com"] },
    });
  });
  const opened = new Dashboard(page);
  await opened.open(app.url);
  await page.unrouteAll({ behavior: "wait" });
  await opened.switchOn();
  await opened.banner("offline");
  const entry = await page.waitForSelector(`${hook("timeline-entry")}[data-type="network"]`);
  expect(await entry.textContent()).toContain("This device is offline");
});

test("says if the worker doesn't answer with a configuration, and retries on request", async () => {
  const { page } = observed;
  const problem = problemOf("configuration", "FEEDS[0].id: give it one");
  await page.context().route("**/api/config", (route) => route.fulfill({ status: 500, json: problem }));
  await page.reload();
  await page.waitForSelector(`${hook("config-failed")}[data-offline="false"]`);
  expect(await textAt(page, "config-failed")).toContain(problem.detail);
  await page.context().unroute("**/api/config");
  await page.getByRole("button", { name: "Retry now" }).press("Enter");
  await page.waitForSelector(hook("feed-llm"));
  // The button is gone, so the focus must move elsewhere.
  expect(await page.evaluate(() => document.activeElement?.id)).toBe("main");
});
