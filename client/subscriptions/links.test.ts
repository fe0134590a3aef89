import { expect, test, vi } from "vitest";
import { COMPLETE_MS, FakeLink, START_MS, useRegistry } from "../../test/support/clients/fake-link.ts";
import { fault } from "../faults/fault.ts";
import type { Gap } from "./gap.ts";

const used = useRegistry();

test("each subject is subscribed once on a fresh link, and is active after a round trip", async () => {
  const a = used.add("a", () => {});
  used.add("b", () => {});
  const link = new FakeLink();
  used.registry.links.attach(link);
  expect(link.subjects).toEqual(["a", "b"]);
  expect(a.status).toBe("requested");
  await link.pong();
  expect(used.registry.subscriptions.map((subscription) => subscription.status)).toEqual([
    "active",
    "active",
  ]);
});

test("a break reports one gap per subject, from the last proof of completeness to the confirmation on the next link", async () => {
  const gaps: Gap[] = [];
  const subscription = used.add("a", () => {});
  subscription.onGap((gap) => gaps.push(gap));
  const first = new FakeLink();
  used.registry.links.attach(first);
  await first.pong();
  const cause = fault("unreachable");
  used.registry.links.detach(cause);
  expect(subscription.status).toBe("requested");
  used.clock.moveTo(START_MS + 1000);
  const second = new FakeLink();
  used.registry.links.attach(second);
  expect(gaps).toEqual([]);
  used.clock.moveTo(START_MS + 1010);
  await second.pong();
  const gap = {
    subject: "a",
    toMs: START_MS + 1010,
    kind: "break",
    cause,
    missing: "unknown",
    recovered: 0,
  };
  // The listener was added after the link's first proof of completeness, so its own gap begins later.
  expect(gaps).toEqual([{ ...gap, fromMs: START_MS }]);
  expect(used.reported).toEqual([["gaps", [{ ...gap, fromMs: COMPLETE_MS }]]]);
});

test("a break is reported even if the wall clock was set back meanwhile", async () => {
  const gaps: Gap[] = [];
  let nowMs = START_MS;
  vi.spyOn(used.clock, "now").mockImplementation(() => nowMs);
  used.add("a", () => {}).onGap((gap) => gaps.push(gap));
  const first = new FakeLink();
  used.registry.links.attach(first);
  await first.pong();
  nowMs -= 3_600_000;
  used.registry.links.detach(fault("unreachable"));
  const second = new FakeLink();
  used.registry.links.attach(second);
  await second.pong();
  expect(gaps).toMatchObject([{ kind: "break", fromMs: nowMs, toMs: nowMs, missing: "unknown" }]);
  expect(used.reported).toMatchObject([["gaps", [{ fromMs: nowMs, toMs: nowMs }]]]);
});

test("two breaks without a confirmation between them are reported as one gap", async () => {
  used.add("a", () => {});
  const first = new FakeLink();
  used.registry.links.attach(first);
  await first.pong();
  used.registry.links.detach(fault("unreachable"));
  used.registry.links.attach(new FakeLink());
  used.registry.links.detach(fault("timeout"));
  const third = new FakeLink();
  used.registry.links.attach(third);
  await third.pong();
  expect(used.reported).toHaveLength(1);
  expect(used.reported[0]).toMatchObject(["gaps", [{ fromMs: COMPLETE_MS, cause: { kind: "unreachable" } }]]);
});

test("a late PONG of a lost link doesn't confirm a subscription", async () => {
  const subscription = used.add("a", () => {});
  const link = new FakeLink();
  used.registry.links.attach(link);
  used.registry.links.detach(null);
  await link.pong();
  expect(subscription.status).toBe("requested");
});

test("the gaps of one break are reported in one batch, and not to a listener that was added during it", async () => {
  const late: Gap[] = [];
  for (let index = 0; index < 200; index += 1) used.add(`s.${index}`, () => {});
  const first = new FakeLink();
  used.registry.links.attach(first);
  await first.pong();
  used.registry.links.detach(fault("unreachable"));
  used.add("s.0", () => {}, { name: "late" }).onGap((gap) => late.push(gap));
  const second = new FakeLink();
  used.registry.links.attach(second);
  await second.pong();
  expect(used.reported).toEqual([["gaps", expect.objectContaining({ length: 200 })]]);
  expect(late).toEqual([]);
});

test("a refusal affects its own subject only, which is subscribed again on the next link", async () => {
  const a = used.add("a", () => {});
  const b = used.add("b", () => {});
  const link = new FakeLink();
  used.registry.links.attach(link);
  used.registry.links.deny(link, "a", null, fault("permission"));
  await link.pong();
  expect([a.status, a.fault?.kind, b.status]).toEqual(["denied", "permission", "active"]);
  used.registry.links.detach(null);
  const next = new FakeLink();
  used.registry.links.attach(next);
  expect(next.subjects).toEqual(["a", "b"]);
  await next.pong();
  expect([a.status, a.fault]).toEqual(["active", null]);
});

test("a refused subject is subscribed again on the same link once a minute", async () => {
  const subscription = used.add("a", () => {});
  const link = new FakeLink();
  used.registry.links.attach(link);
  for (let turn = 1; turn <= 3; turn += 1) {
    used.registry.links.deny(link, "a", null, fault("permission"));
    await link.pong();
    expect(subscription.status).toBe("denied");
    const deniedAtMs = used.clock.now();
    while (used.clock.ringNext(deniedAtMs + 59_999));
    expect(link.subjects).toEqual([]);
    while (used.clock.ringNext(deniedAtMs + 60_000));
    expect(link.subjects).toEqual(["a"]);
  }
  await link.pong();
  expect(subscription.status).toBe("active");
});

test("when the server's subscription limit is reached, the last subscriptions are denied", async () => {
  for (const subject of ["a", "b", "c"]) used.add(subject, () => {});
  const link = new FakeLink();
  used.registry.links.attach(link);
  used.registry.links.denyLast(link, fault("too-many-subscriptions"));
  used.registry.links.denyLast(link, fault("too-many-subscriptions"));
  expect(link.subjects).toEqual(["a"]);
  await link.pong();
  expect(used.registry.subscriptions.map(({ status }) => status)).toEqual(["active", "denied", "denied"]);
});

test("subscriptions stay denied when they are retried and the limit is still reached", async () => {
  for (const subject of ["a", "b", "c"]) used.add(subject, () => {});
  const link = new FakeLink();
  const full = fault("too-many-subscriptions");
  used.registry.links.attach(link);
  for (let refused = 0; refused < 2; refused += 1) used.registry.links.denyLast(link, full);
  await link.pong();
  while (used.clock.ringNext(used.clock.now() + 60_000));
  // Room for one of the two.
  used.registry.links.denyLast(link, full);
  await link.pong();
  const [, , last] = used.registry.subscriptions;
  expect(used.registry.subscriptions.map(({ status }) => status)).toEqual(["active", "active", "denied"]);
  expect(last?.fault).toEqual(full);
});

test("a new subject isn't subscribed on a draining link, but on the next one", () => {
  const draining = new FakeLink();
  used.registry.links.attach(draining);
  draining.isLive = false;
  used.add("a", () => {});
  expect(draining.subjects).toEqual([]);
  used.registry.links.detach(null);
  const next = new FakeLink();
  used.registry.links.attach(next);
  expect(next.subjects).toEqual(["a"]);
});

/** A subject that is active on the old link, and that the new link's server refuses. */
async function refusedByNext() {
  const { links } = used.registry;
  const received: unknown[] = [];
  const subscription = used.add("a", (message) => received.push(message));
  const [old, next] = [new FakeLink(), new FakeLink()];
  links.attach(old);
  await old.pong();
  void links.overlap(next);
  links.deny(next, "a", null, fault("permission"));
  await next.pong();
  return { links, received, subscription, old, next };
}

test("a subject that the new link's server refused is denied once that link takes over, and retried", async () => {
  const { links, subscription, old, next } = await refusedByNext();
  // A subject that was added during the move may be active on the old link, and refused on the new one.
  used.add("b", () => {});
  links.deny(next, "b", null, fault("permission"));
  await old.pong();
  expect(used.registry.subscriptions.map(({ status }) => status)).toEqual(["active", "active"]);
  void links.promote(1000, null);
  expect(used.registry.subscriptions.map(({ status }) => status)).toEqual(["denied", "denied"]);
  expect(subscription.fault).toEqual(fault("permission"));
  while (used.clock.ringNext(used.clock.now() + 60_000));
  await next.pong();
  expect(subscription.status).toBe("active");
  const gap = expect.objectContaining({ subject: "a", fromMs: COMPLETE_MS });
  expect(used.reported).toContainEqual(["gaps", expect.arrayContaining([gap])]);
});

test("a refusal on a new link that never takes over changes nothing", async () => {
  const { links, received, subscription, old } = await refusedByNext();
  links.abandon();
  await old.pong();
  old.send("a");
  expect([subscription.status, received.length]).toEqual(["active", 1]);
  expect(used.reported).toEqual([]);
});

test("a refusal on one link doesn't carry over to the next link", async () => {
  const { links, received, subscription, old, next: second } = await refusedByNext();
  void links.promote(1000, fault("unreachable"));
  expect(subscription.status).toBe("denied");
  const third = new FakeLink();
  const safe = links.overlap(third);
  for (const link of [old, second, third]) await link.pong();
  while (used.clock.ringNext(used.clock.now() + 2000));
  await safe;
  void links.promote(1000, null);
  await third.pong();
  expect(subscription.status).toBe("active");
  while (used.clock.ringNext(used.clock.now() + 60_000)) await third.pong();
  third.send("a");
  expect([third.subjects, received.length]).toEqual([["a"], 1]);
});

test.each(["one subject", "the last subscription"])(
  "a retiring link's refusal of %s changes nothing",
  async (what) => {
    const { links } = used.registry;
    const received: unknown[] = [];
    const subscription = used.add("a", (message) => received.push(message));
    const [old, next] = [new FakeLink(), new FakeLink()];
    links.attach(old);
    void links.overlap(next);
    void links.promote(1000, null);
    if (what === "the last subscription") links.denyLast(old, fault("too-many-subscriptions"));
    else links.deny(old, "a", null, fault("permission"));
    await next.pong();
    next.send("a");
    expect([subscription.status, next.subjects, received.length]).toEqual(["active", ["a"], 1]);
  },
);

test("a new link drops the subscriptions that its server refused", async () => {
  const { links, next } = await refusedByNext();
  expect(next.subjects).toEqual([]);
  used.add("b", () => {});
  links.denyLast(next, fault("too-many-subscriptions"));
  expect(next.subjects).toEqual([]);
});
