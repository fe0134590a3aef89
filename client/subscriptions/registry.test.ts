import { expect, test } from "vitest";
import { FakeLink, START_MS, useRegistry } from "../../test/support/clients/fake-link.ts";
import { fault } from "../faults/fault.ts";

const used = useRegistry();

test("subscribing to the same subject again replaces the handler, and ending the old listener changes nothing", async () => {
  const heard: string[] = [];
  const link = new FakeLink();
  used.registry.links.attach(link);
  const first = used.add("a", () => heard.push("old"));
  const second = used.add("a", () => heard.push("new"));
  link.send("a");
  expect(link.subjects).toEqual(["a"]);
  expect(heard).toEqual(["new"]);
  await first.closed;
  first.unsubscribe();
  expect(used.registry.subscriptions).toEqual([second]);
  link.send("a");
  expect(heard).toEqual(["new", "new"]);
});

test("a handler that replaces another while the link is down hears of the gap", async () => {
  const link = new FakeLink();
  used.registry.links.attach(link);
  used.add("a", () => {});
  await link.pong();
  used.registry.links.detach(fault("unreachable"));
  const gaps: unknown[] = [];
  used.add("a", () => {}).onGap((gap) => gaps.push(gap));
  used.clock.moveTo(START_MS + 1000);
  const next = new FakeLink();
  used.registry.links.attach(next);
  await next.pong();
  expect(gaps).toMatchObject([{ kind: "break", fromMs: START_MS, toMs: START_MS + 1000 }]);
});

test("a handler that throws is counted and reported, and still gets the next message", () => {
  const link = new FakeLink();
  used.registry.links.attach(link);
  const subscription = used.add("a", () => {
    throw new Error("boom");
  });
  link.send("a");
  link.send("a");
  expect(subscription.counts).toEqual({ received: 2, delivered: 0, failed: 2, dropped: 0 });
  expect(used.reported).toEqual([
    ["message", "a", "Error: boom"],
    ["message", "a", "Error: boom"],
  ]);
});

test("listeners with different names share one subscription, which ends with the last of them", () => {
  const heard: string[] = [];
  const link = new FakeLink();
  used.registry.links.attach(link);
  const one = used.add("a", () => heard.push("one"), { name: "1" });
  const two = used.add("a", () => heard.push("two"), { name: "2" });
  link.send("a");
  expect([link.subjects, heard]).toEqual([["a"], ["one", "two"]]);
  one.unsubscribe();
  link.send("a");
  expect([link.subjects, heard]).toEqual([["a"], ["one", "two", "two"]]);
  two.unsubscribe();
  expect(link.subjects).toEqual([]);
});

test("a queue group has its own subscription, and its refusal doesn't affect the plain one", () => {
  const link = new FakeLink();
  used.registry.links.attach(link);
  const plain = used.add("a", () => {});
  const grouped = used.add("a", () => {}, { queue: "q" });
  expect(link.subscribed.map(({ subject, queue }) => [subject, queue])).toEqual([
    ["a", null],
    ["a", "q"],
  ]);
  used.registry.links.deny(link, "a", "q", fault("permission"));
  expect([plain.status, grouped.status]).toEqual(["requested", "denied"]);
});

test("a status or gap listener that throws is reported, and others are still called", async () => {
  const subscription = used.add("a", () => {});
  const heard: string[] = [];
  const broken = () => {
    throw new Error("mine");
  };
  subscription.onStatus(broken);
  subscription.onGap(broken);
  subscription.onStatus((status) => heard.push(status));
  const link = new FakeLink();
  used.registry.links.attach(link);
  await link.pong();
  used.registry.links.detach(null);
  const next = new FakeLink();
  used.clock.moveTo(START_MS + 2000);
  used.registry.links.attach(next);
  await next.pong();
  expect(heard).toEqual(["active", "requested", "active"]);
  expect(used.reported.filter((one) => Array.isArray(one) && one[2] === "Error: mine")).toHaveLength(4);
});

test("unsubscribing tells the server, and a late message isn't delivered", () => {
  let heard = 0;
  const link = new FakeLink();
  used.registry.links.attach(link);
  const subscription = used.add("a", () => {
    heard += 1;
  });
  const late = link.subscribed[0];
  subscription.unsubscribe();
  subscription.unsubscribe();
  late?.callback({ subject: "a", data: new Uint8Array(), isHistory: false, respond: () => false });
  expect(link.subjects).toEqual([]);
  expect(heard).toBe(0);
  expect(used.registry.subscriptions).toEqual([]);
});
