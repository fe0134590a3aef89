import { RateMeter } from "./rate.ts";

/** Of how many subjects a rate is remembered; what comes on others is counted together. */
const KEPT = 50;

/** The rate of a subject over the last seconds. */
export interface SubjectRate {
  /** Null for all the subjects beyond those that are remembered. */
  readonly subject: string | null;
  readonly rate: RateMeter;
}

/** The rates of a feed's subjects: one, unless the feed's subject has wildcards. */
export class SubjectRates {
  readonly #seconds: number;
  readonly #rates = new Map<string | null, RateMeter>();

  /** @param seconds how far back they are remembered */
  constructor(feedSubject: string, seconds: number) {
    this.#seconds = seconds;
    // A subject that is expected has a rate before its first message: 0.
    if (!/(^|\.)[*>](\.|$)/.test(feedSubject)) this.#rateOf(feedSubject);
  }

  /** Counts a message that arrived at `nowMs`. */
  count(subject: string, nowMs: number): void {
    this.#rateOf(this.#rates.has(subject) || this.#rates.size < KEPT ? subject : null).count(nowMs);
  }

  /** Each subject, in the order in which they were first heard. */
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
