import type { Message } from "../../client/index.ts";
import { RateMeter } from "../feeds/rate.ts";
import { Ring } from "../feeds/ring.ts";
import { Folding } from "./folding.ts";

/** How much of a payload is kept to be looked at. */
const PREVIEW_BYTES = 512;
const KEPT_MESSAGES = 2000;
/** A publisher may use a subject for each thing: beyond these, subjects are counted together. */
const KEPT_SUBJECTS = 500;
/** A rate needs the last whole second and the running one. */
const RATE_SECONDS = 2;

/** A message as the stream keeps it. */
export interface StreamMessage {
  readonly seq: number;
  readonly atMs: number;
  readonly subject: string;
  /** The payload's size in bytes. */
  readonly size: number;
  /** Its first bytes. */
  readonly start: Uint8Array;
}

/** What came on one subject. */
export interface SubjectLine {
  readonly subject: string;
  readonly count: number;
  readonly perSecond: number;
  readonly last: StreamMessage;
}

/** What became of the stream's messages: received = listed + folded + dropped. */
export interface StreamCounts {
  readonly received: number;
  readonly listed: number;
  /** Counted by subject and not listed, because too many came at once. */
  readonly folded: number;
  /** Listed once, and gave way to newer ones. */
  readonly dropped: number;
  /** Of subjects beyond those that are kept; also among the others. */
  readonly otherSubjects: number;
}

interface SubjectTally {
  count: number;
  readonly rate: RateMeter;
  last: StreamMessage;
}

/** Everything received, whatever it is: nothing is decoded until it is looked at. */
export class StreamStore {
  readonly #ring = new Ring<StreamMessage>(KEPT_MESSAGES);
  readonly #subjects = new Map<string, SubjectTally>();
  readonly #folding = new Folding();
  readonly #changed: () => void;
  #received = 0;
  #folded = 0;
  #dropped = 0;
  #otherSubjects = 0;

  /** @param changed called after every message; must be cheap */
  constructor(changed: () => void) {
    this.#changed = changed;
  }

  get counts(): StreamCounts {
    return {
      received: this.#received,
      listed: this.#ring.size,
      folded: this.#folded,
      dropped: this.#dropped,
      otherSubjects: this.#otherSubjects,
    };
  }

  /** Takes a message that arrived at `nowMs`. */
  receive({ subject, data }: Message, nowMs: number): void {
    this.#received += 1;
    const message: StreamMessage = {
      seq: this.#received,
      atMs: nowMs,
      subject,
      size: data.length,
      // A copy: the network's own buffer is larger, and would be kept whole.
      start: data.slice(0, PREVIEW_BYTES),
    };
    this.#tally(message);
    if (this.#folding.note(nowMs)) this.#folded += 1;
    else this.#dropped += this.#ring.push(message).length;
    this.#changed();
  }

  /** Whether messages are only counted at `nowMs`. */
  isFolded(nowMs: number): boolean {
    return this.#folding.isFolded(nowMs);
  }

  /** The listed messages, newest first. */
  messages(): readonly StreamMessage[] {
    return this.#ring.newestFirst();
  }

  /** The subjects, the busiest first. */
  subjects(nowMs: number): readonly SubjectLine[] {
    return [...this.#subjects]
      .map(([subject, { count, rate, last }]) => ({ subject, count, perSecond: rate.perSecond(nowMs), last }))
      .sort((a, b) => b.count - a.count || a.subject.localeCompare(b.subject));
  }

  #tally(message: StreamMessage): void {
    const known = this.#subjects.get(message.subject);
    if (known !== undefined) {
      known.count += 1;
      known.rate.count(message.atMs);
      known.last = message;
    } else if (this.#subjects.size < KEPT_SUBJECTS) {
      const rate = new RateMeter(RATE_SECONDS);
      rate.count(message.atMs);
      this.#subjects.set(message.subject, { count: 1, rate, last: message });
    } else {
      this.#otherSubjects += 1;
    }
  }
}
