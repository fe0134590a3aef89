import { beforeEach, describe, expect, test } from "vitest";
import { fault } from "./faults.ts";
import type { Message } from "./message.ts";
import { type Gap, Registry, type SubscribingLink } from "./registry.ts";

/** A link whose server answers flushes when told to, and that shows what it has subscribed. */
class FakeLink implements SubscribingLink {
  completeUntilMs = 500;
  isLive = true;
  readonly subscribed: { subject: string; callback: (message: Message) => void }[] = [];
  readonly #flushes: (() => void)[] = [];

  subscribe(subject: string, callback: (message: Message) => void) {
    const entry = { subject, callback };
    this.subscribed.push(entry);
    return { unsubscribe: () => void this.subscribed.splice(this.subscribed.indexOf(entry), 1) };
  }

  get nats(): never {
    throw new Error("only a stream is asked for");
  }

  flush(): Promise<void> {
    return new Promise((settle) => this.#flushes.push(settle));
  }

  async pong(): Promise<void> {
    for (const settle of this.#flushes.splice(0)) settle();
    await Promise.resolve();
  }

  send(subject: string): void {
    const message: Message = { subject, data: new Uint8Array(), respond: () => false };
    for (const entry of this.subscribed) if (entry.subject === subject) entry.callback(message);
  }

  get subjects(): string[] {
    return this.subscribed.map((entry) => entry.subject);
  }
}

describe("Registry", () => {
  let nowMs = 1000;
  let told: unknown[] = [];
  let registry: Registry;

  beforeEach(() => {
    nowMs = 1000;
    told = [];
    registry = new Registry(
      {
        handlerFailed: (subject, reason) => told.push(["failed", subject, String(reason)]),
        denied: (subject, reason) => told.push(["denied", subject, reason.kind]),
        gap: (gap) => told.push(["gap", gap]),
      },
      () => nowMs,
      () => Promise.reject(new Error("none of these has a stream")),
    );
  });

  test("a link gets exactly what is wanted, once, and it counts as active after a round trip", async () => {
    const a = registry.add("a", () => {});
    registry.add("b", () => {});
    const link = new FakeLink();
    registry.attach(link);
    expect(link.subjects).toEqual(["a", "b"]);
    expect(a.status).toBe("waiting");
    await link.pong();
    expect(registry.subscriptions.map((subscription) => subscription.status)).toEqual(["active", "active"]);
  });

  test("the same subject again replaces the handler and keeps the one subscription", () => {
    const heard: string[] = [];
    const link = new FakeLink();
    registry.attach(link);
    const first = registry.add("a", () => heard.push("old"));
    const second = registry.add("a", () => heard.push("new"));
    expect(second).toBe(first);
    link.send("a");
    expect(link.subjects).toEqual(["a"]);
    expect(heard).toEqual(["new"]);
  });

  test("a handler that throws is counted and reported, and the next message arrives", () => {
    const link = new FakeLink();
    registry.attach(link);
    const subscription = registry.add("a", () => {
      throw new Error("boom");
    });
    link.send("a");
    link.send("a");
    expect(subscription.counts).toEqual({ received: 2, delivered: 0, failed: 2, recovered: 0 });
    expect(told).toEqual([
      ["failed", "a", "Error: boom"],
      ["failed", "a", "Error: boom"],
    ]);
  });

  test("a break leaves one gap per subject, from the last bytes to the confirmed return", async () => {
    const gaps: Gap[] = [];
    const subscription = registry.add("a", () => {});
    subscription.onGap((gap) => gaps.push(gap));
    const first = new FakeLink();
    registry.attach(first);
    await first.pong();
    const cause = fault("unreachable");
    registry.detach(cause);
    expect(subscription.status).toBe("waiting");
    nowMs = 2000;
    const second = new FakeLink();
    registry.attach(second);
    expect(gaps).toEqual([]);
    nowMs = 2010;
    await second.pong();
    expect(gaps).toEqual([
      { subject: "a", fromMs: 500, toMs: 2010, cause, recovered: { outcome: "no", reason: "no-stream" } },
    ]);
    expect(told).toEqual([["gap", gaps[0]]]);
  });

  test("two breaks before anything was confirmed are one gap", async () => {
    registry.add("a", () => {});
    const first = new FakeLink();
    registry.attach(first);
    await first.pong();
    registry.detach(fault("unreachable"));
    registry.attach(new FakeLink());
    registry.detach(fault("timeout"));
    const third = new FakeLink();
    registry.attach(third);
    await third.pong();
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject(["gap", { fromMs: 500, cause: { kind: "unreachable" } }]);
  });

  test("a late PONG of a lost link confirms nothing", async () => {
    const subscription = registry.add("a", () => {});
    const link = new FakeLink();
    registry.attach(link);
    registry.detach(null);
    await link.pong();
    expect(subscription.status).toBe("waiting");
  });

  test("a refused subject is denied alone, and tried again on the next link", async () => {
    const a = registry.add("a", () => {});
    const b = registry.add("b", () => {});
    const link = new FakeLink();
    registry.attach(link);
    registry.deny("a", fault("permission"));
    await link.pong();
    expect([a.status, a.fault?.kind, b.status]).toEqual(["denied", "permission", "active"]);
    registry.detach(null);
    const next = new FakeLink();
    registry.attach(next);
    expect(next.subjects).toEqual(["a", "b"]);
    await next.pong();
    expect([a.status, a.fault]).toEqual(["active", null]);
  });

  test("when there is no room for all, the last ones are the refused", async () => {
    for (const subject of ["a", "b", "c"]) registry.add(subject, () => {});
    const link = new FakeLink();
    registry.attach(link);
    registry.denyLast(fault("too-many-subscriptions"));
    registry.denyLast(fault("too-many-subscriptions"));
    await link.pong();
    expect(registry.subscriptions.map(({ status }) => status)).toEqual(["active", "denied", "denied"]);
  });

  test("a link that drains gets nothing new; the next one does", () => {
    const draining = new FakeLink();
    registry.attach(draining);
    draining.isLive = false;
    registry.add("a", () => {});
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
    const subscription = registry.add("a", () => {
      heard += 1;
    });
    const late = link.subscribed[0];
    subscription.unsubscribe();
    subscription.unsubscribe();
    late?.callback({ subject: "a", data: new Uint8Array(), respond: () => false });
    expect(link.subjects).toEqual([]);
    expect(heard).toBe(0);
    expect(registry.subscriptions).toEqual([]);
  });
});
