import type { Message } from "../message.ts";
import type { Clock } from "../options.ts";
import type { SequencedFeed } from "../sequence/feed.ts";
import type { Gap } from "./gap.ts";
import type { Listener } from "./subscription.ts";
import type { Interest } from "./wanted.ts";

/** What the feeds need of the client. */
export interface FeedsParts {
  readonly clock: Clock;
  /** The code for feeds by sequence; loaded when it is first needed. */
  loadFeeds(): Promise<typeof SequencedFeed>;
  /** A message of now came, and its stream told when it was published, epoch milliseconds. */
  received(publishedAtMs: number): void;
  /** A gap for the timeline. */
  report(gap: Gap): void;
}

/** Makes the feeds of interests that go by sequence. */
export class Feeds {
  readonly #parts: FeedsParts;
  /** The newest message whose delay is to be noted. */
  #newest: Message | null = null;

  constructor(parts: FeedsParts) {
    this.#parts = parts;
  }

  /**
   * Loads the code for it.
   * @param loaded called once it has its feed, unless nobody listens any more
   * @param failed called where the code can't be had; a fault in it is thrown on, and must be seen
   */
  load(interest: Interest, loaded: () => void, failed: () => void): Promise<void> {
    const make = (Feed: typeof SequencedFeed) => {
      const { source, subject } = interest;
      if (source === null || interest.feed !== null || interest.listeners.length === 0) return;
      const feed = new Feed({ subject, source, clock: this.#parts.clock });
      interest.feed = feed;
      for (const listener of interest.listeners) this.join(listener, feed);
      loaded();
    };
    return this.#parts.loadFeeds().then(make, failed);
  }

  /** The newest of those that came together speaks for all of them: to work out when each was published costs more than all else. */
  #noteDelay(message: Message): void {
    const isFirst = this.#newest === null;
    this.#newest = message;
    if (!isFirst) return;
    queueMicrotask(() => {
      const publishedAtMs = this.#newest?.publishedAtMs;
      this.#newest = null;
      if (publishedAtMs !== undefined) this.#parts.received(publishedAtMs);
    });
  }

  /**
   * Lets a listener have what the feed brings, its own history first.
   * @param replaced the one that it replaces
   */
  join(listener: Listener, feed: SequencedFeed, replaced?: Listener): void {
    listener.sequenced = {
      message: (message) => {
        if (!message.isHistory) this.#noteDelay(message);
        listener.deliver(message);
      },
      gap: (gap) => {
        listener.tellGap(gap);
        this.#parts.report(gap);
      },
      state: () => listener.tellStatus(),
      dropped: () => listener.countDropped(),
    };
    listener.leaveFeed = feed.add(listener.sequenced, listener.history, replaced?.sequenced);
  }
}
