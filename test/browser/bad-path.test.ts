/** The page while the path to its server is slow, broken and restored. */
import { expect, test } from "vitest";
import { hook } from "../support/page/dashboard.ts";
import { resize } from "../support/page/resize.ts";
import { closeSheet, openSheet, type SheetName } from "../support/page/sheets.ts";
import { useBoard } from "../support/page/use-board.ts";
import { webSocketClients } from "../support/servers/monitor.ts";

const board = useBoard([{ id: "log", subject: "orders.>" }], {
  script: () =>
    localStorage.setItem("mycelium.tunables", JSON.stringify({ pingIntervalMs: 500, pongTimeoutMs: 5000 })),
});

test("a link with a second of latency turns amber and says so, stays connected, and turns green again", async () => {
  const { page, dashboard, path, broker } = board;
  const links = async () => webSocketClients(await broker.connz()).map(({ cid }) => cid);
  const before = await links();
  path.setPace("down", { latencyMs: 1100 });
  expect(await dashboard.pillSays(/^Slow: 1\.\d\ss behind$/)).not.toBe("");
  expect(await dashboard.colour()).toBe("amber");
  expect(await page.title()).toMatch(/^◐ /);
  expect(await links()).toEqual(before);
  path.setPace("down", {});
  await dashboard.turns("green");
});

test("200 letters typed into every field while the link breaks and recovers all arrive, and none triggers a shortcut", async () => {
  const { page, dashboard, path } = board;
  const letters = "l9p0?9/9".repeat(25);
  const keys = await page.context().newCDPSession(page);
  /** Types faster than a person, without waiting for each key. */
  const type = (text: string) =>
    Promise.all(
      [...text].map((key) => keys.send("Input.dispatchKeyEvent", { type: "keyDown", key, text: key })),
    );
  const typed = new Set<string>();
  /** Types into every field that has appeared since the last call. */
  const typeInAll = async () => {
    const fields = await page.$$eval("input:not([type='checkbox']), textarea", (all) =>
      all.map((field) => ({
        name: field.getAttribute("data-testid") ?? "",
        isNumber: field.matches("[type='number']"),
      })),
    );
    for (const { name, isNumber } of fields.filter((field) => !typed.has(field.name))) {
      typed.add(name);
      const before = await page.inputValue(hook(name));
      await page.fill(hook(name), "");
      await page.focus(hook(name));
      path.reset();
      await type(letters.slice(0, 100));
      path.freeze();
      await type(letters.slice(100));
      path.thaw();
      expect(await page.inputValue(hook(name)), name).toBe(isNumber ? letters.replace(/\D/g, "") : letters);
      await page.fill(hook(name), before);
    }
  };
  const live = await page.getAttribute(hook("live-switch"), "aria-checked");
  // The board's fields, with the help sheet open and the server down.
  await openSheet(page, "help");
  await path.setReception("refuses");
  path.reset();
  await dashboard.banner("refused");
  await typeInAll();
  await path.setReception("open");
  await dashboard.turns("green");
  const sheets = await page.$$eval("[data-testid^='open-']", (all) =>
    all.map((one) => one.getAttribute("data-testid")?.slice("open-".length) as SheetName),
  );
  for (const sheet of sheets) {
    await openSheet(page, sheet);
    if (sheet === "panel") await page.selectOption(hook("panel-view"), "latest-by-key");
    await typeInAll();
    await closeSheet(page);
  }
  expect([...typed]).toEqual(
    expect.arrayContaining(["feed-log-filter", "panel-key", "stream-subject", "setting-pingIntervalMs"]),
  );
  await dashboard.turns("green");
  expect(await page.getAttribute(hook("live-switch"), "aria-checked")).toBe(live);
  expect(await page.locator(hook("help")).count()).toBe(0);
  expect(await page.getAttribute(hook("feed-log-pause"), "aria-pressed")).toBe("false");
});

test("on a phone with an open sheet, the banner covers the board instead of moving it", async () => {
  const { page, dashboard, path } = board;
  await resize(page, 390, 844);
  await openSheet(page, "help");
  const places = () =>
    page.evaluate(() =>
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
  await page.waitForSelector(hook("banner"), { state: "detached" });
  expect(await places()).toEqual(before);
});
