import { expect, test } from "vitest";
import { FEEDS, hook } from "../support/page/dashboard.ts";
import { event } from "../support/page/events.ts";
import { heapAfterCollection } from "../support/page/heap.ts";
import { useScene } from "../support/page/scene.ts";
import { NATS_SERVER } from "../support/servers/brokers.ts";

/** More than a feed keeps, so that no event of an earlier turn should remain. */
const EVENTS = 1200;

/** Makes events large compared with everything else that the page keeps. */
const LONG = "a long answer ".repeat(100);

const scene = useScene(NATS_SERVER);

test("the page's memory doesn't grow with its reader's actions", async () => {
  const { dashboard } = scene;
  const { page } = dashboard;
  const devTools = await page.context().newCDPSession(page);
  await scene.goLive();
  const publisher = await scene.publisher();
  let published = 0;
  /** Pauses and resumes, each time with new events. */
  const turns = async (count: number): Promise<void> => {
    for (let turn = 0; turn < count; turn += 1) {
      for (const pressed of [true, false]) {
        await page.click(hook("feed-llm-pause"));
        await page.waitForSelector(`${hook("feed-llm-pause")}[aria-pressed="${pressed}"]`);
        for (let sent = 0; sent < EVENTS; sent += 1) {
          published += 1;
          publisher.publish(FEEDS.llm, event("llm", `${published} ${LONG}`));
        }
        await dashboard.counts("llm", "received", published);
      }
    }
  };
  await turns(3);
  const before = await heapAfterCollection(devTools);
  await turns(10);
  expect((await heapAfterCollection(devTools)) / before).toBeLessThan(1.5);
});
