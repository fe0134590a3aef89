import { expect, test, vi } from "vitest";
import {
  COMPLETE_MS,
  FakeLink,
  START_MS,
  settled,
  useRegistry,
} from "../../test/support/clients/fake-link.ts";
import { type Fault, fault } from "../faults/fault.ts";
import type { Gap } from "./gap.ts";
import type { Links } from "./links.ts";

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

/** Lets everything follow that is due within so long. */
async function run(forMs: number): Promise<void> {
  const untilMs = wanted.clock.now() + forMs;
  await settled();
  while (wanted.clock.ringNext(untilMs)) await settled();
  wanted.clock.moveTo(untilMs);
}

/** A move from a link whose server is behind: what the second one had before it was asked has yet to come over it. */
async function movedFromBehind() {
  const { links } = wanted.registry;
  const received: string[] = [];
  wanted.add("a", ({ data }) => received.push(new TextDecoder().decode(data)));
  const [old, next] = [new FakeLink(), new FakeLink()];
  links.attach(old);
  await old.pong();
  const isSafe = vi.fn();
  void links.overlap(next).then(isSafe);
  for (const link of [old, next]) await link.pong();
  next.send("a", "3");
  await run(2000);
  expect(isSafe).not.toHaveBeenCalled();
  return { links, received, old, next, isSafe };
}

test("a link that is behind is left when it has brought what the other one brought first", async () => {
  const { links, received, old, next, isSafe } = await movedFromBehind();
  for (const payload of ["1", "2"]) old.send("a", payload);
  await run(600);
  old.send("a", "3");
  next.send("a", "4");
  await run(600);
  expect(isSafe).toHaveBeenCalled();
  void links.promote(1000, null);
  await run(1000);
  await next.pong();
  await run(2000);
  expect([received, wanted.reported]).toEqual([["3", "1", "2", "4"], []]);
});

test("one that never brings it may have kept what came before, and that is told", async () => {
  const { links, next, isSafe } = await movedFromBehind();
  await run(3000);
  expect(isSafe).toHaveBeenCalled();
  void links.promote(1000, null);
  await run(1000);
  await next.pong();
  await run(2000);
  const gap = expect.objectContaining({ kind: "handover", fromMs: START_MS, missing: "unknown" });
  expect(wanted.reported).toEqual([["gaps", [gap]]]);
});

test("a subject that the first link was refused says nothing of how far that one is", async () => {
  const { links } = wanted.registry;
  wanted.add("a", () => {});
  const [old, next] = [new FakeLink(), new FakeLink()];
  links.attach(old);
  links.deny(old, "a", null, fault("permission"));
  const isSafe = vi.fn();
  void links.overlap(next).then(isSafe);
  for (const link of [old, next]) await link.pong();
  next.send("a", "3");
  while (wanted.clock.ringNext(START_MS + 1100)) await settled();
  expect(isSafe).toHaveBeenCalled();
});

test("a subject that is wanted since the move began says nothing of how far the first link is", async () => {
  const { links } = wanted.registry;
  const [old, next] = [new FakeLink(), new FakeLink()];
  links.attach(old);
  const isSafe = vi.fn();
  void links.overlap(next).then(isSafe);
  for (const link of [old, next]) await link.pong();
  wanted.add("a", () => {});
  next.send("a", "only the second's server had heard of it by then");
  await old.pong();
  await run(1100);
  expect(isSafe).toHaveBeenCalled();
  void links.promote(1000, null);
  await run(100);
  await next.pong();
  await run(2000);
  expect(wanted.reported).toEqual([]);
});

test("what comes first when the first link has been left says nothing of how far that one was", async () => {
  const { links } = wanted.registry;
  const received: unknown[] = [];
  wanted.add("a", (message) => received.push(message));
  const [old, next] = [new FakeLink(), new FakeLink()];
  let drained = () => {};
  const drain = () =>
    new Promise<void>((settle) => {
      drained = settle;
    });
  old.subscribe = () => ({ unsubscribe: () => {}, drain }) as ReturnType<FakeLink["subscribe"]>;
  links.attach(old);
  await old.pong();
  void links.overlap(next);
  for (const link of [old, next]) await link.pong();
  await run(1500);
  void links.promote(3000, null);
  await run(300);
  next.send("a");
  await run(600);
  drained();
  await run(100);
  await next.pong();
  await run(2000);
  expect([received.length, wanted.reported]).toEqual([1, []]);
});

/** A link that has just taken over from another, which was lost or has brought all that it had. */
async function justTakenOver(lost: Fault | null) {
  const { links } = wanted.registry;
  wanted.add("a", () => {});
  const [old, next] = [new FakeLink(), new FakeLink()];
  links.attach(old);
  await old.pong();
  void links.overlap(next);
  void links.promote(1000, lost);
  await settled();
  expect(wanted.reported).toEqual([]);
  return links;
}

test.each<[string, (links: Links) => void]>([
  ["the user stops", (links) => links.detach(null)],
  ["the new one is lost too", (links) => links.detach(fault("stale"))],
  ["another move begins", (links) => void links.overlap(new FakeLink())],
])("of a link that has brought all that it had nothing is missing, though %s just after", async (_, end) => {
  end(await justTakenOver(null));
  await settled();
  expect(wanted.reported).toEqual([]);
});

test("of one that was lost it is told why something may be, also where another move begins just after", async () => {
  const cause = fault("unreachable");
  void (await justTakenOver(cause)).overlap(new FakeLink());
  await settled();
  expect(wanted.reported).toEqual([["gaps", [expect.objectContaining({ kind: "handover", cause })]]]);
});
