import { expect, test, vi } from "vitest";
import { COMPLETE_MS, FakeLink, START_MS, useRegistry } from "../../test/support/clients/fake-link.ts";
import { fault } from "../faults/fault.ts";
import type { Gap } from "./gap.ts";

const wanted = useRegistry();

test("a link gets exactly what is wanted, once, and it counts as active after a round trip", async () => {
  const a = wanted.add("a", () => {});
  wanted.add("b", () => {});
  const link = new FakeLink();
  wanted.registry.links.attach(link);
  expect(link.subjects).toEqual(["a", "b"]);
  expect(a.status).toBe("requested");
  await link.pong();
  expect(wanted.registry.subscriptions.map((subscription) => subscription.status)).toEqual([
    "active",
    "active",
  ]);
});

test("a break leaves one gap per subject, from the last bytes to the confirmed return", async () => {
  const gaps: Gap[] = [];
  const subscription = wanted.add("a", () => {});
  subscription.onGap((gap) => gaps.push(gap));
  const first = new FakeLink();
  wanted.registry.links.attach(first);
  await first.pong();
  const cause = fault("unreachable");
  wanted.registry.links.detach(cause);
  expect(subscription.status).toBe("requested");
  wanted.clock.moveTo(START_MS + 1000);
  const second = new FakeLink();
  wanted.registry.links.attach(second);
  expect(gaps).toEqual([]);
  wanted.clock.moveTo(START_MS + 1010);
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
  expect(wanted.reported).toEqual([["gaps", [{ ...gap, fromMs: COMPLETE_MS }]]]);
});

test("a break is told though the wall clock was set back meanwhile", async () => {
  const gaps: Gap[] = [];
  let nowMs = START_MS;
  vi.spyOn(wanted.clock, "now").mockImplementation(() => nowMs);
  wanted.add("a", () => {}).onGap((gap) => gaps.push(gap));
  const first = new FakeLink();
  wanted.registry.links.attach(first);
  await first.pong();
  nowMs -= 3_600_000;
  wanted.registry.links.detach(fault("unreachable"));
  const second = new FakeLink();
  wanted.registry.links.attach(second);
  await second.pong();
  expect(gaps).toMatchObject([{ kind: "break", fromMs: nowMs, toMs: nowMs, missing: "unknown" }]);
  expect(wanted.reported).toMatchObject([["gaps", [{ fromMs: nowMs, toMs: nowMs }]]]);
});

test("two breaks before anything was confirmed are one gap", async () => {
  wanted.add("a", () => {});
  const first = new FakeLink();
  wanted.registry.links.attach(first);
  await first.pong();
  wanted.registry.links.detach(fault("unreachable"));
  wanted.registry.links.attach(new FakeLink());
  wanted.registry.links.detach(fault("timeout"));
  const third = new FakeLink();
  wanted.registry.links.attach(third);
  await third.pong();
  expect(wanted.reported).toHaveLength(1);
  expect(wanted.reported[0]).toMatchObject([
    "gaps",
    [{ fromMs: COMPLETE_MS, cause: { kind: "unreachable" } }],
  ]);
});

test("a late PONG of a lost link confirms nothing", async () => {
  const subscription = wanted.add("a", () => {});
  const link = new FakeLink();
  wanted.registry.links.attach(link);
  wanted.registry.links.detach(null);
  await link.pong();
  expect(subscription.status).toBe("requested");
});

test("one break of many subscriptions is told of in one go; who came during it is told of none", async () => {
  const late: Gap[] = [];
  for (let index = 0; index < 200; index += 1) wanted.add(`s.${index}`, () => {});
  const first = new FakeLink();
  wanted.registry.links.attach(first);
  await first.pong();
  wanted.registry.links.detach(fault("unreachable"));
  wanted.add("s.0", () => {}, { name: "late" }).onGap((gap) => late.push(gap));
  const second = new FakeLink();
  wanted.registry.links.attach(second);
  await second.pong();
  expect(wanted.reported).toEqual([["gaps", expect.objectContaining({ length: 200 })]]);
  expect(late).toEqual([]);
});

test("a refused subject is denied alone, and tried again on the next link", async () => {
  const a = wanted.add("a", () => {});
  const b = wanted.add("b", () => {});
  const link = new FakeLink();
  wanted.registry.links.attach(link);
  wanted.registry.links.deny(link, "a", null, fault("permission"));
  await link.pong();
  expect([a.status, a.fault?.kind, b.status]).toEqual(["denied", "permission", "active"]);
  wanted.registry.links.detach(null);
  const next = new FakeLink();
  wanted.registry.links.attach(next);
  expect(next.subjects).toEqual(["a", "b"]);
  await next.pong();
  expect([a.status, a.fault]).toEqual(["active", null]);
});

test("a refused subject is asked for again on the same link, once a minute", async () => {
  const subscription = wanted.add("a", () => {});
  const link = new FakeLink();
  wanted.registry.links.attach(link);
  for (let turn = 1; turn <= 3; turn += 1) {
    wanted.registry.links.deny(link, "a", null, fault("permission"));
    await link.pong();
    expect(subscription.status).toBe("denied");
    const deniedAtMs = wanted.clock.now();
    while (wanted.clock.ringNext(deniedAtMs + 59_999));
    expect(link.subjects).toEqual([]);
    while (wanted.clock.ringNext(deniedAtMs + 60_000));
    expect(link.subjects).toEqual(["a"]);
  }
  await link.pong();
  expect(subscription.status).toBe("active");
});

test("when there is no room for all, the last ones are the refused", async () => {
  for (const subject of ["a", "b", "c"]) wanted.add(subject, () => {});
  const link = new FakeLink();
  wanted.registry.links.attach(link);
  wanted.registry.links.denyLast(link, fault("too-many-subscriptions"));
  wanted.registry.links.denyLast(link, fault("too-many-subscriptions"));
  expect(link.subjects).toEqual(["a"]);
  await link.pong();
  expect(wanted.registry.subscriptions.map(({ status }) => status)).toEqual(["active", "denied", "denied"]);
});

test("where there still is no room when they are asked for again, they stay refused", async () => {
  for (const subject of ["a", "b", "c"]) wanted.add(subject, () => {});
  const link = new FakeLink();
  const full = fault("too-many-subscriptions");
  wanted.registry.links.attach(link);
  for (let refused = 0; refused < 2; refused += 1) wanted.registry.links.denyLast(link, full);
  await link.pong();
  while (wanted.clock.ringNext(wanted.clock.now() + 60_000));
  // Room for one of the two.
  wanted.registry.links.denyLast(link, full);
  await link.pong();
  const [, , last] = wanted.registry.subscriptions;
  expect(wanted.registry.subscriptions.map(({ status }) => status)).toEqual(["active", "active", "denied"]);
  expect(last?.fault).toEqual(full);
});

test("a link that drains gets nothing new; the next one does", () => {
  const draining = new FakeLink();
  wanted.registry.links.attach(draining);
  draining.isLive = false;
  wanted.add("a", () => {});
  expect(draining.subjects).toEqual([]);
  wanted.registry.links.detach(null);
  const next = new FakeLink();
  wanted.registry.links.attach(next);
  expect(next.subjects).toEqual(["a"]);
});

/** A subject that one link brings, and a second link that is to take over and refuses it. */
async function refusedByNext() {
  const { links } = wanted.registry;
  const received: unknown[] = [];
  const subscription = wanted.add("a", (message) => received.push(message));
  const [old, next] = [new FakeLink(), new FakeLink()];
  links.attach(old);
  await old.pong();
  void links.overlap(next);
  links.deny(next, "a", null, fault("permission"));
  await next.pong();
  return { links, received, subscription, old, next };
}

test("what a link that is to take over refuses is denied once it does, and asked for again", async () => {
  const { links, subscription, old, next } = await refusedByNext();
  // The link of before may be asked anew meanwhile, and has it: that says nothing of the other.
  wanted.add("b", () => {});
  links.deny(next, "b", null, fault("permission"));
  await old.pong();
  expect(wanted.registry.subscriptions.map(({ status }) => status)).toEqual(["active", "active"]);
  void links.promote(1000, null);
  expect(wanted.registry.subscriptions.map(({ status }) => status)).toEqual(["denied", "denied"]);
  expect(subscription.fault).toEqual(fault("permission"));
  while (wanted.clock.ringNext(wanted.clock.now() + 60_000));
  await next.pong();
  expect(subscription.status).toBe("active");
  const gap = expect.objectContaining({ subject: "a", fromMs: COMPLETE_MS });
  expect(wanted.reported).toContainEqual(["gaps", expect.arrayContaining([gap])]);
});

test("what only a link that never took over refused was never gone", async () => {
  const { links, received, subscription, old } = await refusedByNext();
  links.abandon();
  await old.pong();
  old.send("a");
  expect([subscription.status, received.length]).toEqual(["active", 1]);
  expect(wanted.reported).toEqual([]);
});

test("what one link refused says nothing of another that follows it before the move is over", async () => {
  const { links, received, subscription, old, next: second } = await refusedByNext();
  void links.promote(1000, fault("unreachable"));
  expect(subscription.status).toBe("denied");
  const third = new FakeLink();
  const safe = links.overlap(third);
  for (const link of [old, second, third]) await link.pong();
  while (wanted.clock.ringNext(wanted.clock.now() + 2000));
  await safe;
  void links.promote(1000, null);
  await third.pong();
  expect(subscription.status).toBe("active");
  while (wanted.clock.ringNext(wanted.clock.now() + 60_000)) await third.pong();
  third.send("a");
  expect([third.subjects, received.length]).toEqual([["a"], 1]);
});

test.each(["one subject", "the last"])("a link that retires refuses %s in vain", async (what) => {
  const { links } = wanted.registry;
  const received: unknown[] = [];
  const subscription = wanted.add("a", (message) => received.push(message));
  const [old, next] = [new FakeLink(), new FakeLink()];
  links.attach(old);
  void links.overlap(next);
  void links.promote(1000, null);
  if (what === "the last") links.denyLast(old, fault("too-many-subscriptions"));
  else links.deny(old, "a", null, fault("permission"));
  await next.pong();
  next.send("a");
  expect([subscription.status, next.subjects, received.length]).toEqual(["active", ["a"], 1]);
});

test("a link that is to take over keeps nothing of what it refused", async () => {
  const { links, next } = await refusedByNext();
  expect(next.subjects).toEqual([]);
  wanted.add("b", () => {});
  links.denyLast(next, fault("too-many-subscriptions"));
  expect(next.subjects).toEqual([]);
});
