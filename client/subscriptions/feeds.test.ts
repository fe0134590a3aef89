import { expect, onTestFinished, test, vi } from "vitest";
import { CountedClock, VirtualClock } from "../../test/chaos/virtual-clock.ts";
import { FakeLink, settled } from "../../test/support/clients/fake-link.ts";
import { fault } from "../faults/fault.ts";
import type { Message } from "../message.ts";
import { SequencedFeed } from "../sequence/feed.ts";
import type { SequencedListener } from "../sequence/port.ts";
import { Feeds } from "./feeds.ts";
import type { Gap } from "./gap.ts";
import { Gaps } from "./gaps.ts";
import { Registry } from "./registry.ts";
import type { Listener } from "./subscription.ts";

/** A registry that creates feeds of a given class. */
function registryOf(Feed: unknown, clock = new VirtualClock()): Registry {
  return new Registry({
    clock,
    onCallbackError: (_, __, reason) => expect.fail(String(reason)),
    onDenied: () => {},
    onGaps: () => {},
    onReceived: () => {},
    loadFeeds: async () => Feed as typeof SequencedFeed,
  });
}

test("a feed whose code can't be loaded reports it, and loads it within a minute once that is possible", async () => {
  const time = new VirtualClock();
  const clock = new CountedClock(time);
  let isThere = false;
  const registry = new Registry({
    clock,
    onCallbackError: (_, __, reason) => expect.fail(String(reason)),
    onDenied: () => {},
    onGaps: () => {},
    onReceived: () => {},
    loadFeeds: async () => {
      if (!isThere) throw new Error("404");
      return SequencedFeed;
    },
  });
  const link = new FakeLink();
  registry.links.attach(link);
  const key = { subject: "a", queue: null, source: { name: "S", republished: "re.a" } };
  const subscription = registry.add(key, "", () => {});
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

test("an error thrown by a feed's code isn't reported as code that can't be loaded", async () => {
  const load = vi.spyOn(Feeds.prototype, "load");
  onTestFinished(() => load.mockRestore());
  const fault = new TypeError("ours");
  class Feed {
    add = () => {
      throw fault;
    };
    end = () => {};
  }
  const subscription = registryOf(Feed).add(
    { subject: "a", queue: null, source: { name: "S" } },
    "",
    () => {},
  );
  const heard = vi.fn();
  subscription.onStatus(heard);
  await expect(load.mock.results[0]?.value).rejects.toBe(fault);
  await settled();
  expect(heard).not.toHaveBeenCalled();
});

test.each([
  [
    "announcing messages from the current link only, or it would wait for each twice",
    undefined,
    ["old", "new"],
  ],
  [
    "republished messages from both links, as sequences identify repeats",
    "re.a",
    ["old", "early", "new", "late"],
  ],
])("while two links overlap, a feed gets %s", async (_, republished, expected) => {
  const heard: string[] = [];
  class Feed {
    add = () => () => {};
    useLink = () => {};
    end = () => {};
    createReceiver =
      () =>
      ({ data }: Message) =>
        heard.push(new TextDecoder().decode(data));
  }
  const registry = registryOf(Feed);
  const [first, second] = [new FakeLink(), new FakeLink()];
  registry.links.attach(first);
  const subject = republished ?? "a";
  const source = { name: "S", ...(republished === undefined ? {} : { republished }) };
  const subscription = registry.add({ subject: "a", queue: null, source }, "", () => {});
  await settled();
  await first.pong();
  void registry.links.overlap(second);
  const [old, next] = [first, second].map((link) => link.subscribed[0]?.callback);
  const say = (callback: typeof old, text: string) =>
    callback?.({ subject, data: new TextEncoder().encode(text), isHistory: false, respond: () => false });
  say(old, "old");
  say(next, "early");
  void registry.links.promote(1000, null);
  say(next, "new");
  say(old, "late");
  expect(heard).toEqual(expected);
  subscription.unsubscribe();
});

test("a feed gets a receiver of its own for each subscription, even for two on one link", async () => {
  const createReceiver = vi.fn(() => () => {});
  class Feed {
    add = () => () => {};
    createReceiver = createReceiver;
    useLink = () => {};
    onLinkLost = () => {};
    end = () => {};
  }
  const clock = new VirtualClock();
  const registry = registryOf(Feed, clock);
  const [first, second] = [new FakeLink(), new FakeLink()];
  registry.links.attach(first);
  const subscription = registry.add({ subject: "a", queue: null, source: { name: "S" } }, "", () => {});
  await settled();
  registry.links.deny(first, "a", null, fault("permission"));
  while (clock.ringNext(clock.now() + 60_000));
  void registry.links.overlap(second);
  expect(createReceiver).toHaveBeenCalledTimes(3);
  subscription.unsubscribe();
});

/** A feed as far as its listeners go. */
class FakeFeed {
  readonly added: { listener: SequencedListener; replaced: SequencedListener | undefined }[] = [];
  add(listener: SequencedListener, _?: unknown, replaced?: SequencedListener): () => void {
    this.added.push({ listener, replaced });
    return () => {};
  }
  end(): void {}
}

test("a feed learns which listener a new one replaces, unless that had another stream", async () => {
  const made: FakeFeed[] = [];
  class Feed extends FakeFeed {
    constructor() {
      super();
      made.push(this);
    }
  }
  const registry = registryOf(Feed);
  const add = (name: string) => registry.add({ subject: "a", queue: null, source: { name } }, "", () => {});
  add("S");
  await settled();
  add("S");
  add("OTHER");
  await settled();
  const [one, other] = made.map(({ added }) => added);
  expect(one).toMatchObject([{ replaced: undefined }, { replaced: one?.[0]?.listener }]);
  expect(other).toMatchObject([{ replaced: undefined }]);
});

test("the timeline hears of each gap once, including a gap of one listener only", async () => {
  const reported: unknown[] = [];
  const gaps = new Gaps((batch) => reported.push(...batch));
  const feeds = new Feeds({
    clock: new VirtualClock(),
    loadFeeds: async () => SequencedFeed,
    onReceived: () => {},
    onGap: (gap) => gaps.log(gap),
  });
  const feed = new FakeFeed();
  for (let index = 0; index < 2; index += 1) {
    const listener = { reportGap: () => {} } as unknown as Listener;
    feeds.addListener(listener, feed as unknown as SequencedFeed);
  }
  const gapOf = (recovered: number): Gap => ({
    subject: "a",
    fromMs: 1,
    toMs: 2,
    kind: "break",
    cause: null,
    missing: "unknown",
    recovered,
  });
  const [common, own] = [gapOf(1), gapOf(2)];
  for (const { listener } of feed.added) listener.gap(common);
  feed.added[1]?.listener.gap(own);
  await settled();
  expect(reported).toEqual([common, own]);
});

test("of a batch of messages, only the newest is used to measure the lag", async () => {
  const received: number[] = [];
  const feeds = new Feeds({
    clock: new VirtualClock(),
    loadFeeds: async () => SequencedFeed,
    onReceived: (publishedAtMs) => received.push(publishedAtMs),
    onGap: () => {},
  });
  let listener: SequencedListener | undefined;
  const feed = { add: (added: SequencedListener) => (listener = added) } as unknown as SequencedFeed;
  feeds.addListener({ deliver: () => {} } as unknown as Listener, feed);
  const message = { subject: "a", data: new Uint8Array(), respond: () => false };
  listener?.message({ ...message, isHistory: true, publishedAtMs: 1000 });
  for (const publishedAtMs of [2000, 6980])
    listener?.message({ ...message, isHistory: false, publishedAtMs });
  await settled();
  listener?.message({ ...message, isHistory: false, publishedAtMs: 7000 });
  await settled();
  expect(received).toEqual([6980, 7000]);
});
