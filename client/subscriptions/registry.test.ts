import { expect, test } from "vitest";
import { FakeLink, START_MS, useRegistry } from "../../test/support/clients/fake-link.ts";
import { fault } from "../faults/fault.ts";

const wanted = useRegistry();

test("the same subject again replaces the handler, and the end of the old listener ends nothing", async () => {
  const heard: string[] = [];
  const link = new FakeLink();
  wanted.registry.links.attach(link);
  const first = wanted.add("a", () => heard.push("old"));
  const second = wanted.add("a", () => heard.push("new"));
  link.send("a");
  expect(link.subjects).toEqual(["a"]);
  expect(heard).toEqual(["new"]);
  await first.closed;
  first.unsubscribe();
  expect(wanted.registry.subscriptions).toEqual([second]);
  link.send("a");
  expect(heard).toEqual(["new", "new"]);
});

test("the handler that replaces another while the link is down hears of the gap", async () => {
  const link = new FakeLink();
  wanted.registry.links.attach(link);
  wanted.add("a", () => {});
  await link.pong();
  wanted.registry.links.detach(fault("unreachable"));
  const gaps: unknown[] = [];
  wanted.add("a", () => {}).onGap((gap) => gaps.push(gap));
  wanted.clock.moveTo(START_MS + 1000);
  const next = new FakeLink();
  wanted.registry.links.attach(next);
  await next.pong();
  expect(gaps).toMatchObject([{ kind: "break", fromMs: START_MS, toMs: START_MS + 1000 }]);
});

test("a handler that throws is counted and wanted.reported, and the next message arrives", () => {
  const link = new FakeLink();
  wanted.registry.links.attach(link);
  const subscription = wanted.add("a", () => {
    throw new Error("boom");
  });
  link.send("a");
  link.send("a");
  expect(subscription.counts).toEqual({ received: 2, delivered: 0, failed: 2, dropped: 0 });
  expect(wanted.reported).toEqual([
    ["message", "a", "Error: boom"],
    ["message", "a", "Error: boom"],
  ]);
});

test("listeners of other names share the one subscription, and the last to leave ends it", () => {
  const heard: string[] = [];
  const link = new FakeLink();
  wanted.registry.links.attach(link);
  const one = wanted.add("a", () => heard.push("one"), { name: "1" });
  const two = wanted.add("a", () => heard.push("two"), { name: "2" });
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
  wanted.registry.links.attach(link);
  const plain = wanted.add("a", () => {});
  const grouped = wanted.add("a", () => {}, { queue: "q" });
  expect(link.subscribed.map(({ subject, queue }) => [subject, queue])).toEqual([
    ["a", null],
    ["a", "q"],
  ]);
  wanted.registry.links.deny(link, "a", "q", fault("permission"));
  expect([plain.status, grouped.status]).toEqual(["requested", "denied"]);
});

test("a listener of status or gaps that throws harms nothing", async () => {
  const subscription = wanted.add("a", () => {});
  const heard: string[] = [];
  const broken = () => {
    throw new Error("mine");
  };
  subscription.onStatus(broken);
  subscription.onGap(broken);
  subscription.onStatus((status) => heard.push(status));
  const link = new FakeLink();
  wanted.registry.links.attach(link);
  await link.pong();
  wanted.registry.links.detach(null);
  const next = new FakeLink();
  wanted.clock.moveTo(START_MS + 2000);
  wanted.registry.links.attach(next);
  await next.pong();
  expect(heard).toEqual(["active", "requested", "active"]);
  expect(wanted.reported.filter((one) => Array.isArray(one) && one[2] === "Error: mine")).toHaveLength(4);
});

test("what is unsubscribed is gone from the server, and a late message goes nowhere", () => {
  let heard = 0;
  const link = new FakeLink();
  wanted.registry.links.attach(link);
  const subscription = wanted.add("a", () => {
    heard += 1;
  });
  const late = link.subscribed[0];
  subscription.unsubscribe();
  subscription.unsubscribe();
  late?.callback({ subject: "a", data: new Uint8Array(), isHistory: false, respond: () => false });
  expect(link.subjects).toEqual([]);
  expect(heard).toBe(0);
  expect(wanted.registry.subscriptions).toEqual([]);
});
