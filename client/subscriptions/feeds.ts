import type { Message } from "../message.ts";
import type { Clock } from "../options.ts";
import type { SequencedFeed } from "../sequence/feed.ts";
import type { Gap } from "./gap.ts";
import type { Interest } from "./interest.ts";
import type { Listener } from "./subscription.ts";

export interface FeedsParts {
  readonly clock: Clock;
  /** Imports the code for feeds by sequence, when it is first needed. */
  loadFeeds(): Promise<typeof SequencedFeed>;
  /** Called with the publish time of a live message, epoch milliseconds. */
  onReceived(publishedAtMs: number): void;
  /** Called with each gap that a listener gets, for the timeline. */
  onGap(gap: Gap): void;
}

/** Creates the feeds of interests with a stream. */
export class Feeds {
  readonly #parts: FeedsParts;
  /** The newest message of the current batch: its delay will be noted. */
  #newest: Message | null = null;

  constructor(parts: FeedsParts) {
    this.#parts = parts;
  }

  /**
   * Loads the code for feeds, and gives the interest its feed.
   * @param loaded called once the interest has a feed, unless all its listeners have left
   * @param failed called if the code can't be loaded; an error thrown by that code is not caught
   */
  load(interest: Interest, loaded: () => void, failed: () => void): Promise<void> {
    const make = (Feed: typeof SequencedFeed) => {
      const { source, subject } = interest;
      if (source === null || interest.feed !== null || interest.listeners.length === 0) return;
      const feed = new Feed({ subject, source, clock: this.#parts.clock });
      interest.feed = feed;
      for (const listener of interest.listeners) this.addListener(listener, feed);
      loaded();
    };
    return this.#parts.loadFeeds().then(make, failed);
  }

  /** Notes one delay per batch: parsing a publish time costs more than all other work on a message. */
  #noteDelay(message: Message): void {
    const isFirst = this.#newest === null;
    this.#newest = message;
    if (!isFirst) return;
    queueMicrotask(() => {
      const publishedAtMs = this.#newest?.publishedAtMs;
      this.#newest = null;
      if (publishedAtMs !== undefined) this.#parts.onReceived(publishedAtMs);
    });
  }

  /**
   * Adds a listener to the feed, which brings its history first.
   * @param replaced the listener whose position in the stream it takes over
   */
  addListener(listener: Listener, feed: SequencedFeed, replaced?: Listener): void {
    listener.sequenced = {
      message: (message) => {
        if (!message.isHistory) this.#noteDelay(message);
        listener.deliver(message);
      },
      gap: (gap) => {
        listener.reportGap(gap);
        this.#parts.onGap(gap);
      },
      state: () => listener.reportStatus(),
      dropped: () => listener.countDropped(),
    };
    listener.leaveFeed = feed.add(listener.sequenced, listener.history, replaced?.sequenced);
  }
}
