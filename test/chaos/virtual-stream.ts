import type { VirtualClock } from "./virtual-clock.ts";

/**
 * How a stream may behave: it answers, it is switched off, it is silent, it is forbidden to read it,
 * or it falls silent after a few messages.
 */
export type StreamMood = "on" | "off" | "silent" | "forbidden" | "tires";

/** What a stream may let go of: all messages, one between the first and the last, or itself for another of its name. */
export type Discarded = "messages" | "one-message" | "stream";

interface Stored {
  readonly subject: string;
  readonly seq: number;
  readonly payload: string;
}

/** How long messages take into the stream, in turn, milliseconds; none overtakes another. */
const LAGS_MS = [0, 0, 4, 120] as const;

/** A stream that tires is silent after so many messages. */
const STAMINA = 2;

/** A stream of a few lines in virtual time, read by `$JS.API.STREAM.INFO` and `MSG.GET`. */
export class VirtualStream {
  readonly name: string;
  readonly #subjects: readonly string[];
  readonly #clock: VirtualClock;
  readonly #limit: number;
  #mood: StreamMood = "on";
  #got = 0;
  #generation = 0;
  #stored: Stored[] = [];
  #taken = 0;
  #lastSeq = 0;
  #storedAtMs = 0;

  /** @param limit how many messages it keeps */
  constructor(name: string, subjects: readonly string[], clock: VirtualClock, limit: number) {
    this.name = name;
    this.#subjects = subjects;
    this.#clock = clock;
    this.#limit = limit;
  }

  get mood(): StreamMood {
    return this.#mood;
  }

  set mood(mood: StreamMood) {
    this.#mood = mood;
    this.#got = 0;
  }

  /** Takes a message that was published, in a while. */
  take(subject: string, payload: string): void {
    if (!this.#subjects.includes(subject)) return;
    const lagMs = LAGS_MS[this.#taken++ % LAGS_MS.length] ?? 0;
    this.#storedAtMs = Math.max(this.#storedAtMs, this.#clock.now() + lagMs);
    this.#clock.after(this.#storedAtMs - this.#clock.now(), () => {
      this.#lastSeq += 1;
      this.#stored.push({ subject, seq: this.#lastSeq, payload });
      if (this.#stored.length > this.#limit) this.#stored.shift();
    });
  }

  discard(what: Discarded): void {
    if (what === "one-message") {
      if (this.#stored.length > 2) this.#stored.splice(this.#stored.length - 2, 1);
      return;
    }
    this.#stored = [];
    if (what === "messages") return;
    this.#generation += 1;
    this.#lastSeq = 0;
  }

  /** The answer to a request on `$JS.API.`; null when it isn't about this stream, undefined when there is none. */
  answer(api: string, body: string): object | null | undefined {
    if (api === `STREAM.INFO.${this.name}`) return this.#info();
    if (api !== `STREAM.MSG.GET.${this.name}`) return null;
    this.#got += 1;
    if (this.#mood === "tires" && this.#got > STAMINA) return undefined;
    return this.#get(JSON.parse(body));
  }

  #info(): object {
    const first = this.#stored[0]?.seq ?? this.#lastSeq + 1;
    return {
      created: `2026-11-24T12:00:00.${this.#generation}Z`,
      config: { subjects: this.#subjects, allow_direct: false },
      state: {
        first_seq: first,
        last_seq: this.#lastSeq,
        num_deleted: this.#lastSeq + 1 - first - this.#stored.length,
      },
    };
  }

  #get({ seq, next_by_subj }: { seq: number; next_by_subj: string }): object {
    const found = this.#stored.find((one) => one.seq >= seq && one.subject === next_by_subj);
    if (found === undefined)
      return { error: { code: 404, err_code: 10037, description: "no message found" } };
    return { message: { subject: found.subject, seq: found.seq, data: btoa(found.payload) } };
  }
}
