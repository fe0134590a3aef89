import { expect, test } from "vitest";
import { CountedClock, VirtualClock } from "../../test/chaos/virtual-clock.ts";
import { FakeLink, settled } from "../../test/support/clients/fake-link.ts";
import { SequencedFeed } from "../sequence/feed.ts";
import { Registry } from "./registry.ts";

test("a feed whose code can't be loaded says so, and gets it within a minute where it can be had again", async () => {
  const time = new VirtualClock();
  const clock = new CountedClock(time);
  let isThere = false;
  const registry = new Registry({
    clock,
    failed: (_, __, reason) => expect.fail(String(reason)),
    denied: () => {},
    gaps: () => {},
    received: () => {},
    loadFeeds: async () => {
      if (!isThere) throw new Error("404");
      return SequencedFeed;
    },
  });
  const link = new FakeLink();
  registry.links.attach(link);
  const wish = { subject: "a", queue: null, source: { name: "S", republished: "re.a" } };
  const subscription = registry.add(wish, "", () => {});
  const heard: unknown[] = [];
  subscription.onStatus(() => heard.push(subscription.sequence));
  await settled();
  const notLoaded = { state: "unreadable", reason: "not-loaded", lastSequence: null };
  expect([subscription.sequence, heard, link.subjects]).toEqual([notLoaded, [notLoaded], []]);

  registry.links.detach(null);
  expect(clock.pending).toBe(0);
  registry.links.attach(link);
  await settled();
  isThere = true;
  const untilMs = time.now() + 60_000;
  while (time.ringNext(untilMs)) await settled();
  expect(link.subjects).toEqual(["re.a"]);
  subscription.unsubscribe();
});
