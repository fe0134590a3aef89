import type { Clock } from "../options.ts";
import { AskError, type LinkPort } from "./port.ts";

/** The most requests for several messages that one link carries at once, if it is quick. */
const MOST_AT_ONCE = 32;

/**
 * Bytes per answer: as many as the link carries quickly. What is requested waits on the server, which disconnects a client
 * that hasn't read it within ten seconds, and delays all else.
 */
const ANSWER_BYTES = { first: 32_000, least: 4000, most: 1_000_000 } as const;

/** An answer that takes longer than `slow` was too large for the link; after one within `quick` more is requested; milliseconds. */
const ANSWER_MS = { quick: 800, slow: 1500 } as const;

/** How all feeds share one link: what they request at once is limited to what the link carries quickly. */
export class LinkShare {
  #bytes: number = ANSWER_BYTES.first;
  #active = 0;
  /** Since the last change of size: the most requests at once, and how many were answered quickly. */
  #mostActive = 0;
  #quick = 0;
  readonly #waiting: (() => void)[] = [];

  /**
   * Sends a request once it is its turn.
   * @param ask sends the request, whose answer should have at most `maxBytes`
   * @throws AskError `ended` if the signal aborts before; whatever `ask` throws
   */
  async take<T>(clock: Clock, signal: AbortSignal, ask: (maxBytes: number) => Promise<T>): Promise<T> {
    while (this.#active >= this.#atOnce) await new Promise<void>((settle) => this.#waiting.push(settle));
    this.#active += 1;
    this.#mostActive = Math.max(this.#mostActive, this.#active);
    const [askedAtMs, maxBytes] = [clock.now(), this.#bytes];
    try {
      if (signal.aborted) throw new AskError("ended");
      const answer = await ask(maxBytes);
      // The answers to requests from before the last change say nothing about it.
      if (maxBytes === this.#bytes) this.#adapt(clock.now() - askedAtMs);
      return answer;
    } finally {
      this.#active -= 1;
      for (const settle of this.#waiting.splice(0, Math.max(0, this.#atOnce - this.#active))) settle();
    }
  }

  /** A slow link gets smaller requests, and fewer at once. */
  get #atOnce(): number {
    return Math.min(MOST_AT_ONCE, Math.floor(this.#bytes / ANSWER_BYTES.least));
  }

  #adapt(tookMs: number): void {
    if (tookMs > ANSWER_MS.slow) this.#resize(Math.max(ANSWER_BYTES.least, this.#bytes / 2));
    else if (tookMs >= ANSWER_MS.quick) return;
    // The first of several answers is always the quickest.
    else if (++this.#quick >= this.#mostActive) this.#resize(Math.min(ANSWER_BYTES.most, this.#bytes * 2));
  }

  #resize(bytes: number): void {
    this.#bytes = bytes;
    this.#mostActive = this.#active;
    this.#quick = 0;
  }
}

const shares = new WeakMap<LinkPort, LinkShare>();

/** The share of a link, which all feeds have in common. */
export function shareOf(link: LinkPort): LinkShare {
  const share = shares.get(link) ?? new LinkShare();
  shares.set(link, share);
  return share;
}
