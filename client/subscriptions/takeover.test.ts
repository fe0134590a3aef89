import { expect, test, vi } from "vitest";
import { FakeLink, START_MS, settled, useRegistry } from "../../test/support/clients/fake-link.ts";
import { type Fault, fault } from "../faults/fault.ts";
import type { Links } from "./links.ts";

const wanted = useRegistry();

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
