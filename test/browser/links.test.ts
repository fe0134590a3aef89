import { afterAll, beforeAll, expect, test } from "vitest";
import { type ObservedPage, startBrowser, type TestBrowser } from "../support/browser.ts";
import { Dashboard, hook } from "../support/dashboard.ts";
import { useApp } from "../support/use-app.ts";

const app = useApp();

let browser: TestBrowser;
let observed: ObservedPage;

beforeAll(async () => {
  browser = await startBrowser();
  observed = await browser.openPage();
});
afterAll(() => browser.stop());

async function open(hash: string): Promise<void> {
  // Another hash alone would load nothing.
  await observed.page.goto("about:blank");
  await new Dashboard(observed.page).open(`${app.url}/${hash}`);
}

test("a link opens with its feeds, filters, columns, and what is paused", async () => {
  const { page } = observed;
  await open("#feeds=llm,sparc&filter.llm=user%3Aana&columns.llm=user&columns.llm=cost&paused=sparc,llm");
  const shown = await page.$$eval(".feed", (all) => all.map((one) => one.getAttribute("data-testid")));
  expect(shown).toEqual(["feed-sparc", "feed-llm"]);
  expect(await page.inputValue(hook("feed-llm-filter"))).toBe("user:ana");
  expect(await page.inputValue(hook("feed-sparc-filter"))).toBe("");
  expect(await page.getAttribute(hook("feed-sparc-pause"), "aria-pressed")).toBe("true");
  await page.fill(hook("feed-llm-filter"), "");
  await page.click(hook("feed-llm-pause"));
  expect(new URL(page.url()).hash).toBe("#columns.llm=user&columns.llm=cost&paused=sparc&feeds=sparc%2Cllm");
  expect(await page.evaluate(() => localStorage.getItem("mycelium.columns.llm"))).toBeNull();
});

test("a link to a trace shows that trace alone, in one chip that one click ends", async () => {
  await open("#trace=4f2a");
  expect(await observed.page.getAttribute(hook("trace"), "data-value")).toBe("4f2a");
  for (const feed of ["sparc", "llm", "propagation"] as const) {
    expect(await observed.page.inputValue(hook(`feed-${feed}-filter`))).toBe("");
  }
});

test("a link that says nothing the page knows opens it as it is", async () => {
  await open("#feeds=gone&filter.gone=%3Cscript%3E&paused=,,&columns.llm=&%%%");
  expect(await observed.page.locator(".feed").count()).toBe(3);
  expect(await observed.page.getAttribute(hook("feed-llm"), "data-columns")).toBe("chosen");
  expect(await observed.page.getAttribute(hook("feed-sparc"), "data-columns")).toBe("own");
  // Leaving a page ends what it was still loading.
  expect(observed.complaints.filter((complaint) => !complaint.endsWith("net::ERR_ABORTED"))).toEqual([]);
});
