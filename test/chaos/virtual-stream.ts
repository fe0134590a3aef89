import type { VirtualClock } from "./virtual-clock.ts";

/** How a stream may behave: it answers, it is switched off, it is silent, or it is forbidden to read it. */
export type StreamMood = "on" | "off" | "silent" | "forbidden";

interface Stored {
  readonly subject: string;
  readonly seq: number;
  readonly payload: string;
}

/** How long messages take into the stream, in turn, milliseconds; none overtakes another. */
const LAGS_MS = [0, 0, 4, 120] as const;

/** A stream of a few lines in virtual time, read by `$JS.API.STREAM.INFO` and `MSG.GET`. */
export class VirtualStream {
  mood: StreamMood = "on";
  readonly name: string;
  readonly #subjects: readonly string[];
  readonly #clock: VirtualClock;
  #stored: Stored[] = [];
  #taken = 0;
  #lastSeq = 0;
  #storedAtMs = 0;

  constructor(name: string, subjects: readonly string[], clock: VirtualClock) {
    this.name = name;
    this.#subjects = subjects;
    this.#clock = clock;
  }

  /** Takes a message that was published, in a while. */
  take(subject: string, payload: string): void {
    if (!this.#subjects.includes(subject)) return;
    const lagMs = LAGS_MS[this.#taken++ % LAGS_MS.length] ?? 0;
    this.#storedAtMs = Math.max(this.#storedAtMs, this.#clock.now() + lagMs);
    this.#clock.after(this.#storedAtMs - this.#clock.now(), () => {
      this.#lastSeq += 1;
      this.#stored.push({ subject, seq: this.#lastSeq, payload });
    });
  }

  /** Discards all that it has. */
  purge(): void {
    this.#stored = [];
  }

  /** The answer to a request on `$JS.API.`; null when it isn't about this stream. */
  answer(api: string, body: string): object | null {
    if (api === `STREAM.INFO.${this.name}`) return this.#info();
    if (api === `STREAM.MSG.GET.${this.name}`) return this.#get(JSON.parse(body));
    return null;
  }

  #info(): object {
    return {
      created: "2026-11-24T12:00:00Z",
      config: { subjects: this.#subjects, allow_direct: false },
      state: { first_seq: this.#stored[0]?.seq ?? this.#lastSeq + 1, last_seq: this.#lastSeq },
    };
  }

  #get({ seq, next_by_subj }: { seq: number; next_by_subj: string }): object {
    const found = this.#stored.find((one) => one.seq >= seq && one.subject === next_by_subj);
    if (found === undefined)
      return { error: { code: 404, err_code: 10037, description: "no message found" } };
    return { message: { subject: found.subject, seq: found.seq, data: btoa(found.payload) } };
  }
}
