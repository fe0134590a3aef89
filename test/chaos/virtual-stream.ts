import { covers } from "../../client/sequence/covers.ts";
import type { VirtualClock } from "./virtual-clock.ts";

/**
 * How a stream may behave: it answers; nobody answers for it; it is silent; it may not be read; it has no leader,
 * so that it takes nothing either; the replica that answers is behind, for a moment or for long, or one of several is; it
 * falls silent after a few answers.
 */
export type StreamMood = "on" | "off" | "silent" | "forbidden" | "leaderless" | Behind | "tires";
type Behind = "behind" | "long-behind" | "one-behind";

/** What a stream may let go of: all messages, one between the first and the last, those of a subject, or itself for another of its name. */
export type Discarded = "messages" | "one-message" | "subject" | "stream";

/** A message that a stream has, or had. */
export interface VirtualMessage {
  readonly subject: string;
  readonly sequence: number;
  readonly payload: string;
  /** As the server writes it. */
  readonly time: string;
  /** The sequence before it on its subject, if the stream still had it then. */
  readonly last: number;
  /** Which of the streams that had this name. */
  readonly generation: number;
}

/** One answer to a request, or what is republished: headers as they are written, and a payload. */
export interface VirtualAnswer {
  /** Status and description behind the version; empty where it is a message. */
  readonly status: string;
  /** Those that it was published with. */
  readonly own?: Readonly<Record<string, string | number>>;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly payload: string;
}

/** What a stream is made with. */
export interface VirtualStreamOptions {
  readonly name: string;
  /** May have wildcards. */
  readonly subjects: readonly string[];
  readonly clock: VirtualClock;
  /** The last sequence that it had given before, and discarded since; 0 unless given. */
  readonly lastSequence?: number;
  /** How many messages it keeps. */
  readonly limit?: number;
  /** How many of each subject it keeps. */
  readonly limitPerSubject?: number;
  /** Its server is older than 2.11: no batches, no counts. */
  readonly isOld?: boolean;
  /** STREAM.INFO isn't permitted. */
  readonly isInfoDenied?: boolean;
  /** Called with each message that it has stored, in order. */
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

/** How long messages take into the stream, in turn, milliseconds; none overtakes another. */
const LAGS_MS = [0, 0, 4, 120] as const;

/** A stream that tires is silent after so many answers, and one that is behind lacks so many messages. */
const STAMINA = 3;
const BEHIND = 2;
const BEHIND_MS: Readonly<Record<Behind, number>> = {
  behind: 1000,
  "long-behind": 10_000,
  "one-behind": 10_000,
};
const REPLICAS = 3;

/** What every fifth message is published with: whoever published it sent on what came with a message of another stream. */
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

/** A JetStream stream in virtual time: it stores, discards, republishes and answers Direct Get as nats-server 2.15 was seen to. */
export class VirtualStream {
  readonly name: string;
  #mood: StreamMood = "on";
  #moodFromMs = 0;
  /** How far the leader's wall clock is off, milliseconds. */
  skewMs = 0;
  /** Whether somebody asked what it is and wasn't told. */
  hasDeniedInfo = false;
  readonly #options: VirtualStreamOptions;
  #answers = 0;
  readonly #asked = new Map<string, number>();
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

  /** A replica doesn't stay behind for ever. */
  get mood(): StreamMood {
    const sinceMs = this.#options.clock.now() - this.#moodFromMs;
    const isOver = this.#mood in BEHIND_MS && sinceMs > BEHIND_MS[this.#mood as Behind];
    return isOver ? "on" : this.#mood;
  }

  set mood(mood: StreamMood) {
    this.#mood = mood;
    this.#moodFromMs = this.#options.clock.now();
  }

  /** Each question goes to the replicas in turn: one that is behind and always gets the same can't be told from the others. */
  #isBehind(body: string): boolean {
    const turn = (this.#asked.get(body) ?? this.#asked.size) + 1;
    this.#asked.set(body, turn);
    return this.mood === "one-behind" ? turn % REPLICAS === 0 : this.mood in BEHIND_MS;
  }

  get lastSequence(): number {
    return this.#lastSequence;
  }

  get generation(): number {
    return this.#generation;
  }

  /** What it has, in order. */
  get kept(): readonly VirtualMessage[] {
    return this.#kept;
  }

  /** Takes messages that were published together, in a while; as an atomic batch all of them at once. */
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

  /** What a message looks like where the stream republishes it. */
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
   * The answers to a request on a subject of JetStream's API; `denied` where it isn't permitted.
   * @throws Error when it is no request that it knows: a client must not ask anything else
   */
  answer(subject: string, body: string): readonly VirtualAnswer[] | "denied" {
    const isInfo = subject === `$JS.API.STREAM.INFO.${this.name}`;
    if (this.mood === "forbidden" || (isInfo && this.#options.isInfoDenied)) {
      this.hasDeniedInfo ||= isInfo;
      return "denied";
    }
    if (!isInfo && subject !== `$JS.API.DIRECT.GET.${this.name}`)
      throw new Error(`nobody may ask ${subject}`);
    if (this.mood === "silent") return [];
    if (this.mood === "off" || this.mood === "leaderless")
      return [{ status: "503", headers: {}, payload: "" }];
    this.#answers += 1;
    const all = isInfo ? [this.#info()] : this.#get(JSON.parse(body) as DirectGet, this.#isBehind(body));
    return this.mood === "tires" && this.#answers % 5 > 1 ? all.slice(0, STAMINA) : all;
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
    const there = isBehind ? this.#kept.slice(0, -BEHIND) : this.#kept;
    const { multi_last, last_by_subj, next_by_subj = ">", seq, start_time } = body;
    const isOld = this.#options.isOld === true;
    if (multi_last !== undefined) {
      if (isOld) return [{ status: "408 Empty Request", headers: {}, payload: "" }];
      const last = there.filter(
        (one) =>
          multi_last.some((wide) => covers(wide, one.subject)) &&
          there.findLast(({ subject }) => subject === one.subject) === one,
      );
      if (last.length === 0) return [{ status: "404 No Results", headers: {}, payload: "" }];
      const upTo = isBehind ? (there.at(-1)?.sequence ?? 0) : this.#lastSequence;
      return this.#counted(last, last.length, { "Nats-UpTo-Sequence": upTo });
    }
    if (last_by_subj !== undefined) {
      return this.#single(there.findLast(({ subject }) => covers(last_by_subj, subject)));
    }
    if (body.batch === undefined && body.next_by_subj === undefined) {
      return this.#single(there.find(({ sequence }) => sequence === seq));
    }
    const from = isOld ? undefined : start_time;
    const found = there.filter(
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
