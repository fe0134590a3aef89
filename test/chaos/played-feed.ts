/** A feed whose life a test plays step by step. */
import { onTestFinished, vi } from "vitest";
import { type FeedSchedule, QUIET_LIFE } from "./feed-schedule.ts";
import { FeedWorld } from "./feed-world.ts";

/** A feed in a world of its own, which ends with the test. */
export async function playedFeed(changes: Partial<FeedSchedule> = {}): Promise<FeedWorld> {
  // Another test of this thread may have taken these away: to load them again would take real time, of which virtual
  // time knows nothing.
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

/** The same, as it stands once its link is open and has brought a message. */
export async function followedFeed(changes: Partial<FeedSchedule> = {}): Promise<FeedWorld> {
  const world = await playedFeed(changes);
  world.act({ do: "open" });
  await passes(world, 1000);
  publish(world);
  await passes(world, 1000);
  return world;
}

/** Opens a link that goes together with the answer to a request. */
export function openUntilAnswered(
  world: FeedWorld,
  isLast: (subject: string, payload: string) => boolean,
): void {
  const ready = world.feed.ready.bind(world.feed);
  vi.spyOn(world.feed, "ready").mockImplementationOnce((link) =>
    ready({
      ask: (subject, payload, options) =>
        link.ask(subject, payload, {
          ...options,
          onAnswer: (answer) => {
            const more = options.onAnswer(answer);
            // Before whoever waits for the answers goes on.
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

/** Which messages a listener has been given, by their sequences; undefined where there is no such listener. */
export function sequences(world: FeedWorld, listener = 0): readonly (number | undefined)[] | undefined {
  return world.listeners[listener]?.messages.map(({ sequence }) => sequence);
}

/** Lets virtual time pass. */
export function passes(world: FeedWorld, ms: number): Promise<void> {
  return world.run(world.clock.now() + ms);
}

/** Lets virtual time pass in which whoever answers hasn't got the last messages yet. */
export async function passesBehind(world: FeedWorld, ms: number): Promise<void> {
  const untilMs = world.clock.now() + ms;
  // By itself a replica catches up sooner.
  while (world.clock.now() < untilMs) {
    world.stream.mood = "behind";
    await passes(world, 100);
  }
}
