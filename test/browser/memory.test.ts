import { expect, test } from "vitest";
import { FEEDS, hook } from "../support/page/dashboard.ts";
import { event } from "../support/page/events.ts";
import { heapAfterCollection } from "../support/page/heap.ts";
import { useScene } from "../support/page/scene.ts";
import { NATS_SERVER } from "../support/servers/brokers.ts";

/** More than a feed keeps, so that nothing of an earlier turn has a reason to be there. */
const EVENTS = 1200;

/** Makes an event large beside all else that a page may keep. */
const LONG = "a long answer ".repeat(100);

const scene = useScene(NATS_SERVER);

test("what it keeps doesn't grow with what its reader does", async () => {
  const { dashboard } = scene;
  const { page } = dashboard;
  const devTools = await page.context().newCDPSession(page);
  await scene.goLive();
  const publisher = await scene.publisher();
  let published = 0;
  /** The reader pauses and goes on, each time with all other events. */
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
