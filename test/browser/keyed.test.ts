/** A panel of the latest event of each key. */
import { expect, test } from "vitest";
import { hook } from "../support/page/dashboard.ts";
import { resize } from "../support/page/resize.ts";
import { closeSheet, textAt } from "../support/page/sheets.ts";
import { useBoard } from "../support/page/use-board.ts";
import { until, untilEqual } from "../support/tools/until.ts";

/** More keys than the panel keeps. */
const KEYS = 320;
const KEPT_KEYS = 300;

const board = useBoard([
  { id: "log", subject: "orders.>" },
  { id: "keyed", subject: "orders.>", view: "latest-by-key", key: "id", keys: KEPT_KEYS },
]);

test("two panels of one subject both have each message", async () => {
  const { page, nats } = board;
  for (const id of ["a", "b", "c"]) nats.publish("orders.eu", JSON.stringify({ id }));
  for (const feed of ["log", "keyed"]) {
    await untilEqual(() => board.count(feed, "received"), 3);
    expect(await page.locator(hook(`feed-${feed}-row`)).count()).toBe(3);
  }
});

test("of more keys than are kept the older ones are counted as such, and nothing is lost from the sum", async () => {
  const { page, nats } = board;
  for (let id = 0; id < KEYS; id += 1) nats.publish("orders.eu", JSON.stringify({ id }));
  const received = 3 + KEYS;
  await untilEqual(() => board.count("keyed", "received"), received);
  await untilEqual(() => board.count("keyed", "olderKeys"), 3 + KEYS - KEPT_KEYS);
  expect(await board.count("keyed", "shown")).toBe(KEPT_KEYS);
  expect(await board.count("keyed", "dropped")).toBe(received - KEPT_KEYS);
  await page.waitForSelector(hook("feed-keyed-dropped"));
  // A narrow panel has no room for what tells of nothing wrong.
  await resize(page, 390, 844);
  await page.waitForSelector(hook("feed-keyed-dropped"), { state: "hidden" });
  await resize(page, 1280, 900);
});

test("what is read of a key stays while newer events come, says so, shows them, and follows them if asked", async () => {
  const { page, nats } = board;
  nats.publish("orders.eu", '{"id":"k","state":"one"}');
  const row = `${hook("feed-keyed-row")}[data-key="k"]`;
  await page.locator(`${row} button`).click();
  await page.waitForSelector(`${hook("details-newer")}[data-behind="false"]`);
  await page.waitForSelector(`${row}[aria-current="true"]`);
  nats.publish("orders.eu", '{"id":"k","state":"two"}');
  await page.waitForSelector(`${hook("details-newer")}[data-behind="true"]`);
  expect(await textAt(page, "details-json")).toContain('"one"');
  await page.click(hook("details-show-newer"));
  await until("the newer", async () => (await textAt(page, "details-json")).includes('"two"'));
  expect(await textAt(page, "details-changes")).toBe('state"one""two"');
  await page.check(hook("details-follow"));
  nats.publish("orders.eu", '{"id":"k","state":"three"}');
  await until("the newest", async () => (await textAt(page, "details-json")).includes('"three"'));
  // Also in the way that its reader chose to see it.
  await page.click(hook("details-as-tree"));
  nats.publish("orders.eu", '{"id":"k","state":"four"}');
  await until("the next", async () => (await textAt(page, "details-tree")).includes('"four"'));
  expect(await textAt(page, "details-changes")).toBe('state"three""four"');
  // And with what is known of its trace by then.
  const untilTraced = (trace_id: string, events: number) => {
    const list = page.locator(`${hook("trace-event")}[data-feed="keyed"]`);
    nats.publish("orders.eu", JSON.stringify({ id: "k", trace_id }));
    const read = async () => `${await textAt(page, "details-show-trace")}: ${await list.count()}`;
    return untilEqual(read, `${trace_id}: ${events}`);
  };
  await untilTraced("one", 0);
  await page.click(hook("details-show-trace"));
  await page.waitForSelector(hook("details-trace-events"));
  await untilTraced("one", 2);
  await untilTraced("other", 0);
  await untilTraced("one", 3);
  await closeSheet(page);
});
