import { expect, test, vi } from "vitest";
import { FakeLink, START_MS, settled, useRegistry } from "../../test/support/clients/fake-link.ts";
import { type Fault, fault } from "../faults/fault.ts";
import type { Links } from "./links.ts";

const used = useRegistry();

/** Runs every timer that is due within `forMs`. */
async function run(forMs: number): Promise<void> {
  const untilMs = used.clock.now() + forMs;
  await settled();
  while (used.clock.ringNext(untilMs)) await settled();
  used.clock.moveTo(untilMs);
}

/** A move from a link whose server is behind: it still owes messages from before the new link's SUB. */
async function movedFromBehind() {
  const { links } = used.registry;
  const received: string[] = [];
  used.add("a", ({ data }) => received.push(new TextDecoder().decode(data)));
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

test("an old link that is behind is left once it has brought the new link's first message", async () => {
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
  expect([received, used.reported]).toEqual([["3", "1", "2", "4"], []]);
});

test("an old link that never brings the new link's first message is left after 5 s, with a gap", async () => {
  const { links, next, isSafe } = await movedFromBehind();
  await run(3000);
  expect(isSafe).toHaveBeenCalled();
  void links.promote(1000, null);
  await run(1000);
  await next.pong();
  await run(2000);
  const gap = expect.objectContaining({ kind: "handover", fromMs: START_MS, missing: "unknown" });
  expect(used.reported).toEqual([["gaps", [gap]]]);
});

test("a subject that the old link's server refused doesn't show that the old link is behind", async () => {
  const { links } = used.registry;
  used.add("a", () => {});
  const [old, next] = [new FakeLink(), new FakeLink()];
  links.attach(old);
  links.deny(old, "a", null, fault("permission"));
  const isSafe = vi.fn();
  void links.overlap(next).then(isSafe);
  for (const link of [old, next]) await link.pong();
  next.send("a", "3");
  while (used.clock.ringNext(START_MS + 1100)) await settled();
  expect(isSafe).toHaveBeenCalled();
});

test("a subject that was subscribed during the move doesn't show that the old link is behind", async () => {
  const { links } = used.registry;
  const [old, next] = [new FakeLink(), new FakeLink()];
  links.attach(old);
  const isSafe = vi.fn();
  void links.overlap(next).then(isSafe);
  for (const link of [old, next]) await link.pong();
  used.add("a", () => {});
  next.send("a", "only the new link's server had the subscription by then");
  await old.pong();
  await run(1100);
  expect(isSafe).toHaveBeenCalled();
  void links.promote(1000, null);
  await run(100);
  await next.pong();
  await run(2000);
  expect(used.reported).toEqual([]);
});

test("a new link's first message after the switch doesn't show that the old link was behind", async () => {
  const { links } = used.registry;
  const received: unknown[] = [];
  used.add("a", (message) => received.push(message));
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
  expect([received.length, used.reported]).toEqual([1, []]);
});

/** A link that has just taken over from an old link that was lost or has drained. */
async function justTakenOver(lost: Fault | null) {
  const { links } = used.registry;
  used.add("a", () => {});
  const [old, next] = [new FakeLink(), new FakeLink()];
  links.attach(old);
  await old.pong();
  void links.overlap(next);
  void links.promote(1000, lost);
  await settled();
  expect(used.reported).toEqual([]);
  return links;
}

test.each<[string, (links: Links) => void]>([
  ["the user stops", (links) => links.detach(null)],
  ["the new link is lost", (links) => links.detach(fault("stale"))],
  ["another move begins", (links) => void links.overlap(new FakeLink())],
])("a drained link leaves no gap, even if %s just after", async (_, end) => {
  end(await justTakenOver(null));
  await settled();
  expect(used.reported).toEqual([]);
});

test("a lost old link's gap has its cause, even if another move begins just after", async () => {
  const cause = fault("unreachable");
  void (await justTakenOver(cause)).overlap(new FakeLink());
  await settled();
  expect(used.reported).toEqual([["gaps", [expect.objectContaining({ kind: "handover", cause })]]]);
});
