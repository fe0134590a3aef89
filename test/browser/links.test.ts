import { createServer } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { addressOf } from "../support/page/address.ts";
import type { ObservedPage } from "../support/page/browser.ts";
import { Dashboard, hook } from "../support/page/dashboard.ts";
import { resize } from "../support/page/resize.ts";
import { useBrowser } from "../support/page/use-browser.ts";
import { useApp } from "../support/servers/use-app.ts";
import { freePort } from "../support/tools/ports.ts";
import { until } from "../support/tools/until.ts";

const app = useApp();

const browser = useBrowser();
let observed: ObservedPage;

beforeAll(async () => {
  observed = await browser.openPage();
});

async function open(hash: string): Promise<void> {
  // A change of only the hash wouldn't reload the page.
  await observed.page.goto("about:blank");
  await new Dashboard(observed.page).open(`${app.url}/${hash}`);
}

test("a link restores feeds, filters, columns, and paused panels", async () => {
  const { page } = observed;
  await open("#feeds=llm,sparc&filter.llm=user%3Aana&columns.llm=user&columns.llm=cost&paused=sparc,llm");
  const shown = await page.$$eval(".feed", (all) => all.map((one) => one.getAttribute("data-testid")));
  expect(shown).toEqual(["feed-llm", "feed-sparc"]);
  expect(await page.inputValue(hook("feed-llm-filter"))).toBe("user:ana");
  expect(await page.inputValue(hook("feed-sparc-filter"))).toBe("");
  expect(await page.getAttribute(hook("feed-sparc-pause"), "aria-pressed")).toBe("true");
  await page.fill(hook("feed-llm-filter"), "");
  await page.click(hook("feed-llm-pause"));
  expect((await addressOf(page)).hash).toBe(
    "#columns.llm=user&columns.llm=cost&paused=sparc&feeds=llm%2Csparc",
  );
  expect(await page.evaluate(() => localStorage.getItem("mycelium.columns.llm"))).toBeNull();
});

test("a link to a trace shows only that trace, with one chip that removes it", async () => {
  await open("#trace=4f2a");
  expect(await observed.page.getAttribute(hook("trace"), "data-value")).toBe("4f2a");
  for (const feed of ["sparc", "llm", "propagation"] as const) {
    expect(await observed.page.inputValue(hook(`feed-${feed}-filter`))).toBe("");
  }
});

test("a link with unknown parts opens the page unchanged", async () => {
  await open("#feeds=gone&filter.gone=%3Cscript%3E&paused=,,&columns.llm=&%%%");
  expect(await observed.page.locator(".feed").count()).toBe(3);
  expect(await observed.page.getAttribute(hook("feed-llm"), "data-columns")).toBe("chosen");
  expect(await observed.page.getAttribute(hook("feed-sparc"), "data-columns")).toBe("own");
  expect(observed.complaints).toEqual([]);
});

test("an invalid panel in a link is reported, and stays in the URL until the reader has dismissed the message", async () => {
  const { page } = observed;
  const broken = '{"subject":"","view":"log"}';
  const hash = `#${new URLSearchParams([
    ["panel", broken],
    ["panel", '{"subject":"orders.>"}'],
  ])}`;
  await open(hash);
  const note = page.locator(hook("panels-closed"));
  expect(await note.locator("p").textContent()).toBe(`Panels of this link that can't be shown: ${broken}`);
  expect(await page.locator(hook("feed-orders")).count()).toBe(1);
  const own = async () => new URLSearchParams((await addressOf(page)).hash.slice(1)).getAll("panel");
  expect((await own()).toSorted()).toEqual([broken, '{"subject":"orders.>"}']);
  await note.locator("button").click();
  await note.waitFor({ state: "detached" });
  expect(await own()).toEqual(['{"subject":"orders.>"}']);
});

test("a link's panels that are left out are counted, with the reason", async () => {
  const { page } = observed;
  const definitions = Array.from({ length: 26 }, (_, index) => JSON.stringify({ subject: `left.${index}` }));
  const long = JSON.stringify({ subject: "x".repeat(4000) });
  await open(`#${new URLSearchParams([...definitions, long].map((one) => ["panel", one]))}`);
  expect(await page.locator(`${hook("panels-closed")} p`).textContent()).toBe(
    "2 panels were left out: a link opens at most 24 panels. 1 panel was left out: its definition is longer than 4,000 characters.",
  );
});

test("a link to a sheet that this page hasn't opens nothing, not even unseen", async () => {
  await open("#open=demo&filter.llm=x");
  expect(await observed.page.inputValue(hook("feed-llm-filter"))).toBe("x");
  expect((await addressOf(observed.page)).hash).toBe("#filter.llm=x");
  expect(await observed.page.locator("#app > .sheet").count()).toBe(0);
});

test("one panel can be embedded in another page, without the rest of the page", async () => {
  const { page } = observed;
  await page.goto("about:blank");
  await page.goto(`${app.url}/#only=llm&embed=on`);
  await page.waitForSelector(hook("feed-llm"));
  expect(await page.locator(".feed:visible").count()).toBe(1);
  for (const one of ["menu", "timeline"]) expect(await page.isVisible(hook(one))).toBe(false);
  const { width, height } = (await page.locator(hook("feed-llm")).boundingBox()) ?? { width: 0, height: 0 };
  expect([width, height]).toEqual([page.viewportSize()?.width, page.viewportSize()?.height]);
});

test("a wall display switched on by its link is on again after a reload", async () => {
  const { page } = observed;
  await page.goto("about:blank");
  await page.goto(`${app.url}/#kiosk=on&live=on`);
  await page.waitForSelector(hook("feed-llm"));
  const isOn = () => page.getAttribute(hook("live-switch"), "aria-checked");
  expect(await isOn()).toBe("true");
  expect((await addressOf(page)).hash).toBe("#kiosk=on&live=on");
  await page.reload();
  await page.waitForSelector(hook("feed-llm"));
  expect(await isOn()).toBe("true");
});

test("a wall display shows no controls, and rotates to panels that don't fit", async () => {
  const { page } = observed;
  await resize(page, 800, 600);
  await page.goto("about:blank");
  await page.clock.install();
  await page.goto(`${app.url}/#kiosk=on&rotate=5`);
  await page.waitForSelector(hook("feed-llm"));
  for (const one of ["menu", "live-switch", "feed-llm-menu", "feed-llm-filter"]) {
    expect(await page.isVisible(hook(one)), one).toBe(false);
  }
  expect(await page.isVisible(hook("pill"))).toBe(true);
  const top = () => page.$eval("main", ({ scrollTop }) => scrollTop);
  await page.clock.runFor(5500);
  await until("the next panels", async () => (await top()) > 0);
  await page.keyboard.press("Escape");
  await page.waitForSelector(hook("menu"));
  expect((await addressOf(page)).hash).toBe("");
});

test("panels can be moved and resized by keyboard, and the link keeps that", async () => {
  const { page } = observed;
  await resize(page, 1280, 900);
  await open("");
  const act = async (item: string) => {
    await page.focus(hook("feed-sparc-menu"));
    await page.keyboard.press("Enter");
    await page.focus(hook(`feed-sparc-${item}`));
  };
  await act("later");
  await page.keyboard.press("Enter");
  await act("size");
  await page.selectOption(hook("feed-sparc-size"), "full");
  const shown = await page.$$eval(".feed", (all) => all.map((one) => one.getAttribute("data-testid")));
  expect(shown).toEqual(["feed-llm", "feed-sparc", "feed-propagation"]);
  const { width = 0 } = (await page.locator(hook("feed-sparc")).boundingBox()) ?? {};
  expect(width).toBeGreaterThan(1200);
  expect((await addressOf(page)).hash).toBe("#size.sparc=full&feeds=llm%2Csparc%2Cpropagation");
});

test("a long trace filter fits a phone's width, together with the button that removes it", async () => {
  const { page } = observed;
  await resize(page, 360, 640);
  await open(`#trace=${"4bf92f3577b34da6".repeat(8)}`);
  const [note, words] = await page.$eval(hook("trace"), (button) => {
    const inner = document.createRange();
    inner.selectNodeContents(button);
    return [button, inner].map((one) => one.getBoundingClientRect().toJSON() as DOMRect);
  });
  expect(words?.left).toBeGreaterThanOrEqual(note?.left ?? 0);
  expect(words?.right).toBeLessThanOrEqual(note?.right ?? 0);
  expect(words?.bottom).toBeLessThanOrEqual(note?.bottom ?? 0);
  expect(note?.left).toBeGreaterThan(0);
  expect(note?.right).toBeLessThan(360);
});

describe("embedded in another site's page", async () => {
  const port = await freePort();
  const embedding = useApp({ EMBED_ORIGINS: `http://127.0.0.1:${port}` });
  const others = createServer((_, response) => {
    response.setHeader("Content-Type", "text/html");
    response.end(
      `<!doctype html><title>Intranet</title><iframe src="${embedding.url}/#only=llm&embed=on"></iframe>`,
    );
  });
  beforeAll(() => new Promise<void>((listening) => others.listen(port, "127.0.0.1", listening)));
  afterAll(() => new Promise((closed) => others.close(closed)));

  test("a panel can be embedded by the origins in EMBED_ORIGINS, and by no other", async () => {
    const { page, complaints } = await browser.openPage();
    await page.goto(`http://127.0.0.1:${port}/`);
    await page.frameLocator("iframe").locator(hook("feed-llm")).waitFor();
    expect(complaints).toEqual([]);
    // The same page under another host name has another origin.
    await page.goto(`http://localhost:${port}/`);
    await until("it is refused", async () => complaints.join().includes("frame-ancestors"));
    expect(await page.frameLocator("iframe").locator(hook("feed-llm")).count()).toBe(0);
  });
});
