import { covers } from "../../client/sequence/covers.ts";
import type { VirtualClock } from "./virtual-clock.ts";

/**
 * How a stream behaves: `on`: it answers; `off`: requests have no responders; `silent`: it never answers; `forbidden`:
 * reading is denied; `leaderless`: like `off`, and nothing is stored; `behind`, `long-behind`: the replica that answers
 * lacks the last messages for 1 or 10 s; `one-behind`: one replica of three does; `tires`: most batches break off.
 */
export type StreamMood = "on" | "off" | "silent" | "forbidden" | "leaderless" | Behind | "tires";
type Behind = "behind" | "long-behind" | "one-behind";

/** What is discarded: all messages, the last but one, those of a subject, or the stream, which is then recreated. */
export type Discarded = "messages" | "one-message" | "subject" | "stream";

/** A message that is stored, or was. */
export interface VirtualMessage {
  readonly subject: string;
  readonly sequence: number;
  readonly payload: string;
  /** In the server's format. */
  readonly time: string;
  /** Sequence of the previous message on its subject; 0 if the stream no longer had one. */
  readonly last: number;
  /** How often the stream had been recreated before. */
  readonly generation: number;
}

/** An answer to a request, or a republished message. */
export interface VirtualAnswer {
  /** Status and description of the header block; empty for a message. */
  readonly status: string;
  /** Headers from the publisher. */
  readonly own?: Readonly<Record<string, string | number>>;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly payload: string;
}

/** Options of a virtual stream. */
export interface VirtualStreamOptions {
  readonly name: string;
  /** Wildcards are supported. */
  readonly subjects: readonly string[];
  readonly clock: VirtualClock;
  /** Last sequence before the schedule, whose messages are all discarded; default 0. */
  readonly lastSequence?: number;
  /** The most messages to keep. */
  readonly limit?: number;
  /** The most messages to keep per subject. */
  readonly limitPerSubject?: number;
  /** Behaves like a server before 2.11: no batches, no counts. */
  readonly isOld?: boolean;
  /** Denies STREAM.INFO. */
  readonly isInfoDenied?: boolean;
  /** Called with each stored message, in order. */
  stored?(message: VirtualMessage): void;
}

/** The body of a Direct Get (NATS ADR-31). */
interface DirectGet {
  readonly seq?: number;
  readonly start_time?: string;
  readonly last_by_subj?: string;
  readonly next_by_subj?: string;
  readonly multi_last?: readonly string[];
  readonly batch?: number;
}

/** Delays before messages are stored, used in turn, milliseconds; the order is kept. */
const LAGS_MS = [0, 0, 4, 120] as const;

/** Answers of a batch before a stream that `tires` breaks it off. */
const TIRED_ANSWERS = 3;

/** Messages that a replica which is behind lacks, and for how long, milliseconds. */
const BEHIND_MESSAGES = 2;
const BEHIND_MS: Readonly<Record<Behind, number>> = {
  behind: 1000,
  "long-behind": 10_000,
  "one-behind": 10_000,
};
const REPLICAS = 3;

/** Publisher's headers of every fifth message: those that another stream's message had, passed on. */
function ownOf({ sequence }: VirtualMessage): Required<VirtualAnswer>["own"] {
  if (sequence % 5 !== 0) return {};
  return {
    "2nd-hand": "yes",
    "Nats-Stream": "OTHER",
    "Nats-Subject": "other",
    "Nats-Sequence": 7,
    "Nats-Time-Stamp": "2001-01-01T00:00:00Z",
    "Nats-Num-Pending": 3,
    "Nats-Last-Sequence": 6,
    "Nats-Msg-Size": 3,
  };
}

const NOT_FOUND: VirtualAnswer = { status: "404 Message Not Found", headers: {}, payload: "" };

/** A JetStream stream in virtual time, which behaves as observed of nats-server 2.15. */
export class VirtualStream {
  readonly name: string;
  #mood: StreamMood = "on";
  #moodFromMs = 0;
  /** Error of the leader's wall clock, milliseconds. */
  skewMs = 0;
  /** Whether a request for STREAM.INFO has been denied. */
  hasDeniedInfo = false;
  readonly #options: VirtualStreamOptions;
  #answers = 0;
  readonly #turns = new Map<string, number>();
  #generation = 0;
  #kept: VirtualMessage[] = [];
  #taken = 0;
  #lastSequence = 0;
  #storedAtMs = 0;

  constructor(options: VirtualStreamOptions) {
    this.#options = options;
    this.name = options.name;
    this.#lastSequence = options.lastSequence ?? 0;
  }

  /** The current behaviour; a replica that is behind catches up after a while. */
  get mood(): StreamMood {
    const sinceMs = this.#options.clock.now() - this.#moodFromMs;
    const isOver = this.#mood in BEHIND_MS && sinceMs > BEHIND_MS[this.#mood as Behind];
    return isOver ? "on" : this.#mood;
  }

  set mood(mood: StreamMood) {
    this.#mood = mood;
    this.#moodFromMs = this.#options.clock.now();
  }

  /** Equal requests go to the replicas in turn: else a client could never notice that one of them lags. */
  #isBehind(body: string): boolean {
    const turn = (this.#turns.get(body) ?? this.#turns.size) + 1;
    this.#turns.set(body, turn);
    return this.mood === "one-behind" ? turn % REPLICAS === 0 : this.mood in BEHIND_MS;
  }

  get lastSequence(): number {
    return this.#lastSequence;
  }

  get generation(): number {
    return this.#generation;
  }

  /** The stored messages, in order. */
  get kept(): readonly VirtualMessage[] {
    return this.#kept;
  }

  /** Stores messages after a delay, all of them together as in an atomic batch. */
  take(subject: string, ...payloads: readonly string[]): void {
    const { clock, subjects } = this.#options;
    if (this.mood === "leaderless" || !subjects.some((wide) => covers(wide, subject))) return;
    const lagMs = LAGS_MS[this.#taken++ % LAGS_MS.length] ?? 0;
    this.#storedAtMs = Math.max(this.#storedAtMs, clock.now() + lagMs);
    const generation = this.#generation;
    clock.after(this.#storedAtMs - clock.now(), () => {
      if (generation === this.#generation) for (const payload of payloads) this.#store(subject, payload);
    });
  }

  #store(subject: string, payload: string): void {
    const { clock, limit, limitPerSubject, stored } = this.#options;
    this.#lastSequence += 1;
    const last = this.#kept.findLast((one) => one.subject === subject)?.sequence ?? 0;
    const atMs = new Date(clock.now() + this.skewMs).toISOString().slice(0, -1);
    const message = {
      subject,
      sequence: this.#lastSequence,
      payload,
      time: `${atMs}${String((this.#generation * 500_000 + this.#lastSequence) % 1_000_000).padStart(6, "0")}Z`,
      last,
      generation: this.#generation,
    };
    this.#kept.push(message);
    if (this.#kept.length > (limit ?? Number.POSITIVE_INFINITY)) this.#kept.shift();
    const alike = this.#kept.filter((one) => one.subject === subject);
    if (alike.length > (limitPerSubject ?? Number.POSITIVE_INFINITY)) this.#remove((one) => one === alike[0]);
    stored?.(message);
  }

  discard(what: Discarded): void {
    if (what === "messages" || what === "stream") this.#remove(() => true);
    else if (what === "subject") this.#remove(({ subject }) => subject === this.#kept[0]?.subject);
    else if (this.#kept.length > 2) this.#remove((one) => one === this.#kept.at(-2));
    if (what !== "stream") return;
    this.#generation += 1;
    this.#lastSequence = 0;
  }

  #remove(isGone: (message: VirtualMessage) => boolean): void {
    this.#kept = this.#kept.filter((one) => !isGone(one));
  }

  /** The message as it is republished. */
  republished(message: VirtualMessage): VirtualAnswer {
    return {
      status: "",
      own: ownOf(message),
      headers: { ...this.#headers(message), "Nats-Last-Sequence": message.last },
      payload: message.payload,
    };
  }

  #headers({ subject, sequence, time }: VirtualMessage) {
    return {
      "Nats-Stream": this.name,
      "Nats-Subject": subject,
      "Nats-Sequence": sequence,
      "Nats-Time-Stamp": time,
    };
  }

  /**
   * The answers to a request to JetStream's API; `denied` if it isn't permitted.
   * @throws Error for any other request: a client must not send it
   */
  answer(subject: string, body: string): readonly VirtualAnswer[] | "denied" {
    const isInfo = subject === `$JS.API.STREAM.INFO.${this.name}`;
    if (this.mood === "forbidden" || (isInfo && this.#options.isInfoDenied)) {
      this.hasDeniedInfo ||= isInfo;
      return "denied";
    }
    if (!isInfo && subject !== `$JS.API.DIRECT.GET.${this.name}`)
      throw new Error(`the client sent a request to ${subject}, which it must not use`);
    if (this.mood === "silent") return [];
    if (this.mood === "off" || this.mood === "leaderless")
      return [{ status: "503", headers: {}, payload: "" }];
    this.#answers += 1;
    const all = isInfo ? [this.#info()] : this.#get(JSON.parse(body) as DirectGet, this.#isBehind(body));
    return this.mood === "tires" && this.#answers % 5 > 1 ? all.slice(0, TIRED_ANSWERS) : all;
  }

  #info(): VirtualAnswer {
    const info = {
      config: { subjects: this.#options.subjects, allow_direct: true },
      state: {
        messages: this.#kept.length,
        first_seq: this.#kept[0]?.sequence ?? this.#lastSequence + 1,
        last_seq: this.#lastSequence,
        num_deleted:
          this.#lastSequence + 1 - (this.#kept[0]?.sequence ?? this.#lastSequence + 1) - this.#kept.length,
      },
    };
    return { status: "", headers: {}, payload: JSON.stringify(info) };
  }

  #get(body: DirectGet, isBehind: boolean): readonly VirtualAnswer[] {
    const stored = isBehind ? this.#kept.slice(0, -BEHIND_MESSAGES) : this.#kept;
    const { multi_last, last_by_subj, next_by_subj = ">", seq, start_time } = body;
    const isOld = this.#options.isOld === true;
    if (multi_last !== undefined) {
      if (isOld) return [{ status: "408 Empty Request", headers: {}, payload: "" }];
      const last = stored.filter(
        (one) =>
          multi_last.some((wide) => covers(wide, one.subject)) &&
          stored.findLast(({ subject }) => subject === one.subject) === one,
      );
      if (last.length === 0) return [{ status: "404 No Results", headers: {}, payload: "" }];
      const upTo = isBehind ? (stored.at(-1)?.sequence ?? 0) : this.#lastSequence;
      return this.#counted(last, last.length, { "Nats-UpTo-Sequence": upTo });
    }
    if (last_by_subj !== undefined) {
      return this.#single(stored.findLast(({ subject }) => covers(last_by_subj, subject)));
    }
    if (body.batch === undefined && body.next_by_subj === undefined) {
      return this.#single(stored.find(({ sequence }) => sequence === seq));
    }
    const from = isOld ? undefined : start_time;
    const found = stored.filter(
      ({ subject, sequence, time }) =>
        covers(next_by_subj, subject) &&
        (from === undefined ? sequence >= (seq ?? 1) : time >= from.slice(0, -1)),
    );
    if (isOld || body.batch === undefined) return this.#single(found[0]);
    return found.length === 0 ? [NOT_FOUND] : this.#counted(found, body.batch, {});
  }

  #single(message: VirtualMessage | undefined): readonly VirtualAnswer[] {
    if (message === undefined) return [NOT_FOUND];
    return [{ status: "", own: ownOf(message), headers: this.#headers(message), payload: message.payload }];
  }

  #counted(
    found: readonly VirtualMessage[],
    batch: number,
    more: VirtualAnswer["headers"],
  ): readonly VirtualAnswer[] {
    const part = found.slice(0, batch);
    const headers = (index: number) => ({
      "Nats-Num-Pending": found.length - index - 1,
      "Nats-Last-Sequence": part[index - 1]?.sequence ?? 0,
    });
    const end = {
      ...more,
      "Nats-Num-Pending": found.length - part.length,
      "Nats-Last-Sequence": part.at(-1)?.sequence ?? 0,
    };
    return [
      ...part.map((one, index) => ({
        status: "",
        own: ownOf(one),
        headers: { ...this.#headers(one), ...headers(index) },
        payload: one.payload,
      })),
      { status: "204 EOB", headers: end, payload: "" },
    ];
  }
}
