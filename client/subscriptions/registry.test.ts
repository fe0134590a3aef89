import { beforeEach, describe, expect, test } from "vitest";
import { VirtualClock } from "../../test/chaos/virtual-clock.ts";
import { fault } from "../faults/fault.ts";
import type { Message, MessageHandler } from "../message.ts";
import type { Gap } from "./gap.ts";
import { Registry } from "./registry.ts";
import type { SubscribingLink, Wish } from "./wanted.ts";

/** Later than where a virtual clock begins. */
const START_MS = 2_000_000;
const COMPLETE_MS = START_MS - 500;

/** A link whose server answers flushes when told to, and that shows what it has subscribed. */
class FakeLink implements SubscribingLink {
  completeUntilMs = COMPLETE_MS;
  isLive = true;
  rttMs = 1;
  readonly gone = new Promise<void>(() => {});
  readonly subscribed: { subject: string; queue: string | null; callback: (message: Message) => void }[] = [];
  readonly #flushes: (() => void)[] = [];

  subscribe(subject: string, queue: string | null, callback: (message: Message) => void) {
    const entry = { subject, queue, callback };
    this.subscribed.push(entry);
    const unsubscribe = () => void this.subscribed.splice(this.subscribed.indexOf(entry), 1);
    return { unsubscribe, drain: async () => unsubscribe() };
  }

  async ask(): Promise<void> {
    throw new Error("only a stream is asked for");
  }

  flush(): Promise<void> {
    return new Promise((settle) => this.#flushes.push(settle));
  }

  async pong(): Promise<void> {
    for (const settle of this.#flushes.splice(0)) settle();
    await settled();
  }

  send(subject: string, payload = ""): void {
    const data = new TextEncoder().encode(payload);
    const message: Message = { subject, data, isHistory: false, respond: () => false };
    for (const entry of [...this.subscribed]) if (entry.subject === subject) entry.callback(message);
  }

  get subjects(): string[] {
    return this.subscribed.map((entry) => entry.subject);
  }
}

/** Whatever follows from promises that have settled has followed. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("Registry", () => {
  let clock = new VirtualClock();
  let reported: unknown[] = [];
  let registry: Registry;

  const add = (
    subject: string,
    handler: MessageHandler,
    { name, ...more }: Partial<Wish> & { name?: string } = {},
  ) => registry.add({ subject, queue: null, source: null, ...more }, name ?? "", handler);

  beforeEach(() => {
    clock = new VirtualClock();
    clock.moveTo(START_MS);
    reported = [];
    registry = new Registry({
      clock,
      failed: (what, subject, reason) => reported.push([what, subject, String(reason)]),
      denied: (subject, reason) => reported.push(["denied", subject, reason.kind]),
      gaps: (gaps) => reported.push(["gaps", gaps]),
      received: () => {},
      loadFeeds: () => Promise.reject(new Error("none of these has a stream")),
    });
  });

  test("a link gets exactly what is wanted, once, and it counts as active after a round trip", async () => {
    const a = add("a", () => {});
    add("b", () => {});
    const link = new FakeLink();
    registry.attach(link);
    expect(link.subjects).toEqual(["a", "b"]);
    expect(a.status).toBe("requested");
    await link.pong();
    expect(registry.subscriptions.map((subscription) => subscription.status)).toEqual(["active", "active"]);
  });

  test("the same subject again replaces the handler, and the end of the old listener ends nothing", async () => {
    const heard: string[] = [];
    const link = new FakeLink();
    registry.attach(link);
    const first = add("a", () => heard.push("old"));
    const second = add("a", () => heard.push("new"));
    link.send("a");
    expect(link.subjects).toEqual(["a"]);
    expect(heard).toEqual(["new"]);
    await first.closed;
    first.unsubscribe();
    expect(registry.subscriptions).toEqual([second]);
    link.send("a");
    expect(heard).toEqual(["new", "new"]);
  });

  test("a handler that throws is counted and reported, and the next message arrives", () => {
    const link = new FakeLink();
    registry.attach(link);
    const subscription = add("a", () => {
      throw new Error("boom");
    });
    link.send("a");
    link.send("a");
    expect(subscription.counts).toEqual({ received: 2, delivered: 0, failed: 2, dropped: 0 });
    expect(reported).toEqual([
      ["message", "a", "Error: boom"],
      ["message", "a", "Error: boom"],
    ]);
  });

  test("a break leaves one gap per subject, from the last bytes to the confirmed return", async () => {
    const gaps: Gap[] = [];
    const subscription = add("a", () => {});
    subscription.onGap((gap) => gaps.push(gap));
    const first = new FakeLink();
    registry.attach(first);
    await first.pong();
    const cause = fault("unreachable");
    registry.detach(cause);
    expect(subscription.status).toBe("requested");
    clock.moveTo(START_MS + 1000);
    const second = new FakeLink();
    registry.attach(second);
    expect(gaps).toEqual([]);
    clock.moveTo(START_MS + 1010);
    await second.pong();
    const gap = {
      subject: "a",
      toMs: START_MS + 1010,
      kind: "break",
      cause,
      missing: "unknown",
      recovered: 0,
    };
    // The listener came after the link's first proof of completeness: before that nothing was promised to it.
    expect(gaps).toEqual([{ ...gap, fromMs: START_MS }]);
    expect(reported).toEqual([["gaps", [{ ...gap, fromMs: COMPLETE_MS }]]]);
  });

  describe("a message that says what the last one before a lost link said", () => {
    const heard: string[] = [];

    async function afterALostLink(): Promise<FakeLink> {
      heard.length = 0;
      add("a", ({ data }) => heard.push(new TextDecoder().decode(data)));
      const first = new FakeLink();
      registry.attach(first);
      await first.pong();
      for (const payload of ["on", "one", "two"]) first.send("a", payload);
      registry.detach(fault("unreachable"));
      clock.moveTo(START_MS + 100);
      const second = new FakeLink();
      registry.attach(second);
      return second;
    }

    const doubt = (toMs: number, atMost: number) => [
      "gaps",
      [
        {
          subject: "a",
          fromMs: START_MS + 100,
          toMs,
          kind: "handover",
          cause: null,
          missing: { atMost },
          recovered: 0,
        },
      ],
    ];

    test("may be another, and is told of when no more are expected", async () => {
      const link = await afterALostLink();
      await link.pong();
      reported = [];
      for (const payload of ["on", "one", "three"]) link.send("a", payload);
      expect([heard, reported]).toEqual([["on", "one", "two", "three"], []]);
      while (clock.ringNext(START_MS + 1000));
      await settled();
      expect(reported).toEqual([doubt(START_MS + 600, 2)]);
      link.send("a", "two");
      expect(heard.at(-1)).toBe("two");
    });

    test("is told of with the end of its link, if that comes first", async () => {
      const link = await afterALostLink();
      await link.pong();
      link.send("a", "one");
      reported = [];
      clock.moveTo(START_MS + 150);
      registry.detach(null);
      await settled();
      expect(reported).toEqual([doubt(START_MS + 150, 1)]);
      expect(clock.ringNext(Number.POSITIVE_INFINITY)).toBe(false);
    });

    test("is in the gap of the break while the server hasn't confirmed the subscription", async () => {
      const link = await afterALostLink();
      link.send("a", "one");
      await link.pong();
      reported = [];
      while (clock.ringNext(START_MS + 1000));
      await settled();
      expect([heard, reported]).toEqual([["on", "one", "two"], []]);
    });

    test("is no repeat where the link that could have brought it again was given up", async () => {
      const link = await afterALostLink();
      await link.pong();
      while (clock.ringNext(START_MS + 1000));
      link.send("a", "off");
      void registry.overlap(new FakeLink());
      registry.abandon();
      link.send("a", "off");
      expect(heard).toEqual(["on", "one", "two", "off", "off"]);
    });
  });

  describe("a second link that is gone before it took over", () => {
    let heard: string[] = [];
    let first = new FakeLink();
    let second = new FakeLink();

    beforeEach(async () => {
      heard = [];
      [first, second] = [new FakeLink(), new FakeLink()];
      add("a", ({ data }) => heard.push(new TextDecoder().decode(data)));
      registry.attach(first);
      await first.pong();
      while (clock.ringNext(START_MS + 1000));
      void registry.overlap(second);
      for (const payload of ["1", "2", "2"]) second.send("a", payload);
      first.send("a", "1");
      registry.abandon();
    });

    test("brought what the other brings once more", () => {
      for (const payload of ["2", "2", "3"]) first.send("a", payload);
      expect(heard).toEqual(["1", "2", "2", "3"]);
    });

    test("brought no more than it did: what says the same comes again", () => {
      for (const payload of ["1", "2", "2", "2"]) first.send("a", payload);
      expect(heard).toEqual(["1", "2", "2", "1", "2"]);
    });

    test("is waited for no longer than servers are apart, once the first has answered", async () => {
      await first.pong();
      first.send("a", "2");
      clock.moveTo(START_MS + 2000);
      first.send("a", "2");
      expect(heard).toEqual(["1", "2", "2", "2"]);
    });

    test("and what it brought is still known while another second link comes", () => {
      void registry.overlap(new FakeLink());
      for (const payload of ["2", "2", "3"]) first.send("a", payload);
      expect(heard).toEqual(["1", "2", "2", "3"]);
    });
  });

  test("two breaks before anything was confirmed are one gap", async () => {
    add("a", () => {});
    const first = new FakeLink();
    registry.attach(first);
    await first.pong();
    registry.detach(fault("unreachable"));
    registry.attach(new FakeLink());
    registry.detach(fault("timeout"));
    const third = new FakeLink();
    registry.attach(third);
    await third.pong();
    expect(reported).toHaveLength(1);
    expect(reported[0]).toMatchObject(["gaps", [{ fromMs: COMPLETE_MS, cause: { kind: "unreachable" } }]]);
  });

  test("a late PONG of a lost link confirms nothing", async () => {
    const subscription = add("a", () => {});
    const link = new FakeLink();
    registry.attach(link);
    registry.detach(null);
    await link.pong();
    expect(subscription.status).toBe("requested");
  });

  test("listeners of other names share the one subscription, and the last to leave ends it", () => {
    const heard: string[] = [];
    const link = new FakeLink();
    registry.attach(link);
    const one = add("a", () => heard.push("one"), { name: "1" });
    const two = add("a", () => heard.push("two"), { name: "2" });
    link.send("a");
    expect([link.subjects, heard]).toEqual([["a"], ["one", "two"]]);
    one.unsubscribe();
    link.send("a");
    expect([link.subjects, heard]).toEqual([["a"], ["one", "two", "two"]]);
    two.unsubscribe();
    expect(link.subjects).toEqual([]);
  });

  test("a queue group is an interest of its own, and its refusal is its own", () => {
    const link = new FakeLink();
    registry.attach(link);
    const plain = add("a", () => {});
    const grouped = add("a", () => {}, { queue: "q" });
    expect(link.subscribed.map(({ subject, queue }) => [subject, queue])).toEqual([
      ["a", null],
      ["a", "q"],
    ]);
    registry.deny(link, "a", "q", fault("permission"));
    expect([plain.status, grouped.status]).toEqual(["requested", "denied"]);
  });

  test("one break of many subscriptions is told of in one go; who came during it is told of none", async () => {
    const late: Gap[] = [];
    for (let index = 0; index < 200; index += 1) add(`s.${index}`, () => {});
    const first = new FakeLink();
    registry.attach(first);
    await first.pong();
    registry.detach(fault("unreachable"));
    add("s.0", () => {}, { name: "late" }).onGap((gap) => late.push(gap));
    const second = new FakeLink();
    registry.attach(second);
    await second.pong();
    expect(reported).toEqual([["gaps", expect.objectContaining({ length: 200 })]]);
    expect(late).toEqual([]);
  });

  test("a listener of status or gaps that throws harms nothing", async () => {
    const subscription = add("a", () => {});
    const heard: string[] = [];
    const broken = () => {
      throw new Error("mine");
    };
    subscription.onStatus(broken);
    subscription.onGap(broken);
    subscription.onStatus((status) => heard.push(status));
    const link = new FakeLink();
    registry.attach(link);
    await link.pong();
    registry.detach(null);
    const next = new FakeLink();
    clock.moveTo(START_MS + 2000);
    registry.attach(next);
    await next.pong();
    expect(heard).toEqual(["active", "requested", "active"]);
    expect(reported.filter((one) => Array.isArray(one) && one[2] === "Error: mine")).toHaveLength(4);
  });

  test("a refused subject is denied alone, and tried again on the next link", async () => {
    const a = add("a", () => {});
    const b = add("b", () => {});
    const link = new FakeLink();
    registry.attach(link);
    registry.deny(link, "a", null, fault("permission"));
    await link.pong();
    expect([a.status, a.fault?.kind, b.status]).toEqual(["denied", "permission", "active"]);
    registry.detach(null);
    const next = new FakeLink();
    registry.attach(next);
    expect(next.subjects).toEqual(["a", "b"]);
    await next.pong();
    expect([a.status, a.fault]).toEqual(["active", null]);
  });

  test("a refused subject is asked for again on the same link, once a minute", async () => {
    const subscription = add("a", () => {});
    const link = new FakeLink();
    registry.attach(link);
    for (let turn = 1; turn <= 3; turn += 1) {
      registry.deny(link, "a", null, fault("permission"));
      await link.pong();
      expect(subscription.status).toBe("denied");
      const deniedAtMs = clock.now();
      while (clock.ringNext(deniedAtMs + 59_999));
      expect(link.subjects).toHaveLength(turn);
      while (clock.ringNext(deniedAtMs + 60_000));
      expect(link.subjects).toHaveLength(turn + 1);
    }
    await link.pong();
    expect(subscription.status).toBe("active");
  });

  test("when there is no room for all, the last ones are the refused", async () => {
    for (const subject of ["a", "b", "c"]) add(subject, () => {});
    const link = new FakeLink();
    registry.attach(link);
    registry.denyLast(link, fault("too-many-subscriptions"));
    registry.denyLast(link, fault("too-many-subscriptions"));
    await link.pong();
    expect(registry.subscriptions.map(({ status }) => status)).toEqual(["active", "denied", "denied"]);
  });

  test("a link that drains gets nothing new; the next one does", () => {
    const draining = new FakeLink();
    registry.attach(draining);
    draining.isLive = false;
    add("a", () => {});
    expect(draining.subjects).toEqual([]);
    registry.detach(null);
    const next = new FakeLink();
    registry.attach(next);
    expect(next.subjects).toEqual(["a"]);
  });

  test("what is unsubscribed is gone from the server, and a late message goes nowhere", () => {
    let heard = 0;
    const link = new FakeLink();
    registry.attach(link);
    const subscription = add("a", () => {
      heard += 1;
    });
    const late = link.subscribed[0];
    subscription.unsubscribe();
    subscription.unsubscribe();
    late?.callback({ subject: "a", data: new Uint8Array(), isHistory: false, respond: () => false });
    expect(link.subjects).toEqual([]);
    expect(heard).toBe(0);
    expect(registry.subscriptions).toEqual([]);
  });
});
