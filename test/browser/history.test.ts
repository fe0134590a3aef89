/** Stored messages of a feed: shown, linked, copied and exported. */

import { headers as natsHeaders } from "@nats-io/transport-node";
import { expect, test } from "vitest";
import { addressOf } from "../support/page/address.ts";
import { hook } from "../support/page/dashboard.ts";
import { closeSheet, downloaded, textAt } from "../support/page/sheets.ts";
import { useBoard } from "../support/page/use-board.ts";
import { createStream, lastSequenceOf } from "../support/servers/stream.ts";
import { until, untilEqual } from "../support/tools/until.ts";

const HISTORY = 250;

const board = useBoard(
  [
    { id: "log", subject: "orders.>" },
    { id: "stored", subject: "stored.*", stream: "STORED" },
    { kv: "devices", id: "devices" },
  ],
  {
    async prepare(nats) {
      await createStream(nats, "STORED", ["stored.*"], { allow_direct: true });
      await createStream(nats, "KV_devices", ["$KV.devices.>"], {
        allow_direct: true,
        allow_rollup_hdrs: true,
      });
      for (let index = 1; index <= HISTORY; index += 1) nats.publish("stored.a", JSON.stringify({ index }));
      for (const key of ["pump", "oven"]) nats.publish(`$KV.devices.${key}`, '{"state":"on"}');
      nats.publish("$KV.devices.pump", "", { headers: operation("DEL") });
      await untilEqual(() => lastSequenceOf(nats, "STORED"), HISTORY);
      await untilEqual(() => lastSequenceOf(nats, "KV_devices"), 3);
    },
  },
);

const rowOf = (feed: string) => hook(`feed-${feed}-row`);
/** Headers with which a bucket's client deletes a key (NATS ADR-8). */
function operation(name: string) {
  const headers = natsHeaders();
  headers.set("KV-Operation", name);
  return headers;
}

test("a panel of a stream opens with its last 200 events, and continues live without loss or repeat", async () => {
  const { page, nats } = board;
  await untilEqual(() => board.count("stored", "received"), 200);
  expect(await textAt(page, "feed-stored")).toContain(String(HISTORY));
  nats.publish("stored.b", JSON.stringify({ index: HISTORY + 1 }));
  await untilEqual(() => board.count("stored", "received"), 201);
  expect(await page.locator(hook("feed-stored-gap")).count()).toBe(0);
});

test("a deleted key is shown as deleted, whenever that happened, and is marked when it returns", async () => {
  const { page, nats } = board;
  const row = (key: string) => page.locator(`${rowOf("devices")}[data-key="${key}"]`);
  /** Looks for a row from now on: a mark lasts little more than a second, and a busy test could look too late. */
  const appears = async (marks: string) => {
    const looking = await page.evaluateHandle((selector) => {
      const seen = new Promise<boolean>((settle) => {
        new MutationObserver((_, observer) => {
          if (document.querySelector(selector) === null) return;
          observer.disconnect();
          settle(true);
        }).observe(document.body, { attributes: true, childList: true, subtree: true });
      });
      return { seen };
    }, rowOf("devices") + marks);
    return () => looking.evaluate(({ seen }) => seen);
  };
  await expect.poll(() => row("pump").textContent()).toMatch(/pump.*deleted/);
  await expect.poll(() => row("oven").textContent()).toMatch(/oven.*on/);
  await page.click(hook("feed-devices-menu"));
  await page.click(hook("feed-devices-columns"));
  await page.waitForSelector(hook("column-state"));
  expect(await page.$(hook("column-$payload"))).toBeNull();
  await closeSheet(page);
  const isGone = await appears('[data-key="oven"][data-deleted][data-changed]');
  nats.publish("$KV.devices.oven", "", { headers: operation("PURGE") });
  await until("the mark of the deleted key", isGone);
  const isBack = await appears('[data-key="pump"][data-changed]:not([data-deleted])');
  nats.publish("$KV.devices.pump", '{"state":"off"}');
  await until("the mark of the key that returns", isBack);
  expect(await board.count("devices", "malformed")).toBe(0);
  await page.waitForSelector(`${rowOf("devices")}[data-changed]`, { state: "detached" });
  // Animations that remain after a mark has gone would keep a busy board working.
  const goesOn = () => document.querySelector(".board")?.getAnimations({ subtree: true }).length;
  expect(await page.evaluate(goesOn)).toBe(0);
});

test("a message's link opens it, even if only the stream has it, or says that it is gone", async () => {
  const { page } = board;
  await page
    .locator(`${rowOf("stored")} button`)
    .first()
    .click();
  await page.waitForSelector(hook("details-copy-link"));
  const { hash: link } = await addressOf(page);
  expect(new URLSearchParams(link.slice(1)).get("open")).toBe(`stored@${HISTORY + 1}`);
  await closeSheet(page);
  // The panel has the last 200 of 251 messages.
  const other = await board.another("#live=on&open=stored%403");
  await untilEqual(async () => textAt(other.page, "details-json"), '{\n  "index": 3\n}');
  // A sequence of another panel's subject, and one that doesn't exist.
  await other.page.evaluate(() => {
    location.hash = "#live=on&open=stored%409999";
  });
  await untilEqual(() => textAt(other.page, "details-missing"), "The stream no longer has this message.");
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
  await untilEqual(missing, "Live data is off. Turn it on to see events as they happen.");
  await linksTo("log@12");
  await untilEqual(missing, "This panel has no stream to fetch older messages from.");
  // Who has gone on by the time it comes stays there.
  await linksTo("stored@4");
  await untilEqual(missing, "Live data is off. Turn it on to see events as they happen.");
  await other.page.focus(hook("feed-log-filter"));
  await other.page.$eval(hook("live-switch"), (live) => (live as HTMLElement).click());
  await untilEqual(async () => textAt(other.page, "details-json"), '{\n  "index": 4\n}');
  expect(await other.page.evaluate(() => document.activeElement?.getAttribute("data-testid"))).toBe(
    "feed-log-filter",
  );
  await other.close();
});

test("100 kB and a header with two values are copied and exported completely", async () => {
  const { page, nats } = board;
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  const text = "ä".repeat(50_000);
  const withHeaders = natsHeaders();
  withHeaders.append("A", "1");
  withHeaders.append("A", "2, 3");
  const before = await board.count("stored", "received");
  nats.publish("stored.big", text, { headers: withHeaders });
  await untilEqual(() => board.count("stored", "received"), before + 1);
  await page
    .locator(`${rowOf("stored")} button`)
    .first()
    .click();
  await page.click(hook("details-copy"));
  await untilEqual(() => textAt(page, "details-copy"), "Copied");
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(text);
  await closeSheet(page);
  await page.click(hook("feed-stored-menu"));
  const [newest = "{}"] = (await downloaded(page, "feed-stored-export-jsonl")).text.split("\n");
  expect(JSON.parse(newest)).toMatchObject({ headers: { A: ["1", "2, 3"] }, payload: text });
});
