/** Helpers for tests that play a feed step by step in virtual time. */
import { onTestFinished, vi } from "vitest";
import { type FeedSchedule, QUIET_LIFE } from "./feed-schedule.ts";
import { FeedWorld } from "./feed-world.ts";

/** A feed in its own virtual world; ends with the test. */
export async function makeFeed(changes: Partial<FeedSchedule> = {}): Promise<FeedWorld> {
  // Another test may have reset the modules: loading them again takes real time, and virtual time doesn't wait.
  await Promise.all([
    import("../../client/sequence/history.ts"),
    import("../../client/sequence/info.ts"),
    import("../../client/sequence/missing.ts"),
    import("../../client/sequence/one-by-one.ts"),
  ]);
  const world = new FeedWorld({ ...QUIET_LIFE, ...changes });
  onTestFinished(() => world.feed.end());
  return world;
}

/** Like `makeFeed`, with an open link that has delivered a message. */
export async function makeLiveFeed(changes: Partial<FeedSchedule> = {}): Promise<FeedWorld> {
  const world = await makeFeed(changes);
  world.act({ do: "open" });
  await advance(world, 1000);
  publish(world);
  await advance(world, 1000);
  return world;
}

/** Opens a link that is cut together with the last reply to a request. */
export function openUntilAnswered(
  world: FeedWorld,
  isLast: (subject: string, payload: string) => boolean,
): void {
  const useLink = world.feed.useLink.bind(world.feed);
  vi.spyOn(world.feed, "useLink").mockImplementationOnce((link) =>
    useLink({
      ask: (subject, payload, options) =>
        link.ask(subject, payload, {
          ...options,
          onAnswer: (answer) => {
            const more = options.onAnswer(answer);
            // In a microtask: before the code that awaits the replies continues.
            if (more === "done" && isLast(subject, payload))
              queueMicrotask(() => world.act({ do: "cut", isStop: false }));
            return more;
          },
        }),
    }),
  );
  world.act({ do: "open" });
}

/** Publishes messages to the stream. */
export function publish(world: FeedWorld, count = 1, subject = "s.a.1", everyMs = 0): void {
  world.act({ do: "publish", subject, count, everyMs });
}

/** The sequences of the messages that a listener has received; undefined if there is no such listener. */
export function sequences(world: FeedWorld, listener = 0): readonly (number | undefined)[] | undefined {
  return world.listeners[listener]?.messages.map(({ sequence }) => sequence);
}

/** Advances virtual time. */
export function advance(world: FeedWorld, ms: number): Promise<void> {
  return world.run(world.clock.now() + ms);
}

/** Advances virtual time while the replica that answers lacks the last messages. */
export async function advanceWhileBehind(world: FeedWorld, ms: number): Promise<void> {
  const untilMs = world.clock.now() + ms;
  // Set again and again, because a virtual replica catches up after a second.
  while (world.clock.now() < untilMs) {
    world.stream.mood = "behind";
    await advance(world, 100);
  }
}
