import { RateMeter } from "./rate.ts";

/** How many subjects have a rate of their own; messages on all others are counted together. */
const KEPT = 50;

/** The rate of one subject over the last seconds. */
export interface SubjectRate {
  /** Null for all other subjects together. */
  readonly subject: string | null;
  readonly rate: RateMeter;
}

/** The rates of a feed's subjects, of which there is one unless the feed's subject has wildcards. */
export class SubjectRates {
  readonly #seconds: number;
  readonly #rates = new Map<string | null, RateMeter>();

  /** @param seconds how many seconds are kept */
  constructor(feedSubject: string, seconds: number) {
    this.#seconds = seconds;
    // A subject without wildcards is listed from the start, with a rate of 0.
    if (!/(^|\.)[*>](\.|$)/.test(feedSubject)) this.#rateOf(feedSubject);
  }

  /** Counts a message that arrived at `nowMs`. */
  count(subject: string, nowMs: number): void {
    this.#rateOf(this.#rates.has(subject) || this.#rates.size < KEPT ? subject : null).count(nowMs);
  }

  /** Each subject's rate, in the order of their first messages. */
  get all(): readonly SubjectRate[] {
    return [...this.#rates].map(([subject, rate]) => ({ subject, rate }));
  }

  #rateOf(subject: string | null): RateMeter {
    const known = this.#rates.get(subject);
    if (known !== undefined) return known;
    const rate = new RateMeter(this.#seconds);
    this.#rates.set(subject, rate);
    return rate;
  }
}
