/** A panel with the latest event per key. */
import { expect, test } from "vitest";
import { hook } from "../support/page/dashboard.ts";
import { resize } from "../support/page/resize.ts";
import { closeSheet, textAt } from "../support/page/sheets.ts";
import { useBoard } from "../support/page/use-board.ts";
import { until, untilEqual } from "../support/tools/until.ts";

/** More than the panel's limit. */
const KEYS = 320;
const KEPT_KEYS = 300;

const board = useBoard([
  { id: "log", subject: "orders.>" },
  { id: "keyed", subject: "orders.>", view: "latest-by-key", key: "id", keys: KEPT_KEYS },
]);

test("two panels of one subject both show each message", async () => {
  const { page, nats } = board;
  for (const id of ["a", "b", "c"]) nats.publish("orders.eu", JSON.stringify({ id }));
  for (const feed of ["log", "keyed"]) {
    await untilEqual(() => board.count(feed, "received"), 3);
    expect(await page.locator(hook(`feed-${feed}-row`)).count()).toBe(3);
  }
});

test("with more keys than the limit, older ones are dropped and counted, and the sum stays right", async () => {
  const { page, nats } = board;
  for (let id = 0; id < KEYS; id += 1) nats.publish("orders.eu", JSON.stringify({ id }));
  const received = 3 + KEYS;
  await untilEqual(() => board.count("keyed", "received"), received);
  await untilEqual(() => board.count("keyed", "olderKeys"), 3 + KEYS - KEPT_KEYS);
  expect(await board.count("keyed", "shown")).toBe(KEPT_KEYS);
  expect(await board.count("keyed", "dropped")).toBe(received - KEPT_KEYS);
  await page.waitForSelector(hook("feed-keyed-dropped"));
  // A narrow panel hides counts that aren't problems.
  await resize(page, 390, 844);
  await page.waitForSelector(hook("feed-keyed-dropped"), { state: "hidden" });
  await resize(page, 1280, 900);
});

test("an opened key stays the same while newer events arrive, says so, and shows or follows them on request", async () => {
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
  // Also in the chosen view (tree).
  await page.click(hook("details-as-tree"));
  nats.publish("orders.eu", '{"id":"k","state":"four"}');
  await until("the next", async () => (await textAt(page, "details-tree")).includes('"four"'));
  expect(await textAt(page, "details-changes")).toBe('state"three""four"');
  // And with the events of its trace so far.
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
