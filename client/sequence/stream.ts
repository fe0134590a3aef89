import type { Message } from "../message.ts";
import { covers } from "./covers.ts";
import { AskError, type LinkPort, type StreamSource } from "./port.ts";
import { added, fromJson, fromStream, type StoredJson, type StoredParts } from "./stored.ts";

/** How long the next answer may take, milliseconds. */
const ANSWER_MS = 3000;

/** So many messages by one request: well below what a server lets pile up for one client before it cuts it. */
export const BATCH = 1000;
const BATCH_BYTES = 1_000_000;

/** Where messages can only be had singly, so many are asked for at once. */
const WIDEST = 64;

/** JetStream API error codes (nats-server `server/errors.json`): there is no such stream. */
const STREAM_NOT_FOUND = 10059;

/** Over which link to ask, and until when. */
export interface Asking {
  readonly link: LinkPort;
  readonly signal: AbortSignal;
}

/** What ended an answer: a status of NATS ADR-31, or 0 where it was a single message. */
interface End {
  readonly status: number;
  /** How many messages of the filter come after it. */
  readonly pending: number;
  /** The stream's last sequence as the answer saw it; 0 unless asked for the last of each subject. */
  readonly upTo: number;
}

/** Where a stretch of a stream begins, and how many messages there are from there on. */
export interface Found {
  readonly first: StoredParts;
  readonly count: number;
}

/** How messages are asked for: many by one request; one by one; one by one from the leader. */
type Way = "batch" | "single" | "leader";

/** The stream's configuration, as far as it matters (`io.nats.jetstream.api.v1.stream_info_response`). */
interface InfoJson {
  readonly error?: { readonly err_code?: number };
  readonly state?: { readonly last_seq: number };
  readonly config?: {
    readonly allow_direct?: boolean;
    readonly subjects?: readonly string[];
    readonly subject_transform?: object;
    readonly sources?: object;
  };
}

/** What can be asked of a stream: plain requests, so that nothing is made on the server. */
export class Stream {
  readonly #filter: string;
  readonly #direct: string;
  readonly #dropped: () => void;
  #way: Way = "batch";
  #width = 1;

  /**
   * @param filter only messages that it matches are read
   * @param dropped is called for each answer that can't come from the stream
   */
  constructor({ name, directGet }: StreamSource, filter: string, dropped: () => void) {
    this.#filter = filter;
    this.#direct = directGet ?? `$JS.API.DIRECT.GET.${name}`;
    this.#dropped = dropped;
  }

  /** Whether it says how many messages there are, which takes nats-server 2.11. */
  get counts(): boolean {
    return this.#way === "batch";
  }

  /**
   * Reads on from sequence `from`, at most about `count` messages, in their order.
   * @returns whether there may be more
   * @throws AskError
   */
  async read(
    asking: Asking,
    from: number,
    count: number,
    take: (parts: StoredParts) => void,
  ): Promise<boolean> {
    if (this.#way !== "batch") return this.#readSingly(asking, from, take);
    return this.#more(await this.#ask(asking, { ...this.#from(from), ...batch(count) }, this.#filter, take));
  }

  /** As `read`, from a time on; false where the server doesn't know how. */
  async readSince(asking: Asking, sinceMs: number, take: (parts: StoredParts) => void): Promise<boolean> {
    const body = { start_time: new Date(sinceMs).toISOString(), next_by_subj: this.#filter, ...batch(BATCH) };
    return this.#more(await this.#ask(asking, body, this.#filter, take));
  }

  /** The first message of the filter from `from` on, and how many there are; null where there is none. */
  async find(asking: Asking, from: number, filter = this.#filter): Promise<Found | null> {
    let first: StoredParts | undefined;
    const body = { seq: from, next_by_subj: filter, ...(this.counts ? { batch: 1 } : {}) };
    const { pending } = await this.#ask(asking, body, filter, (parts) => {
      first ??= parts;
    });
    return first === undefined ? null : { first, count: pending + 1 };
  }

  /** The message with that sequence, whatever its subject. */
  async get(asking: Asking, sequence: number): Promise<StoredParts | null> {
    return this.#getOne(asking, { seq: sequence });
  }

  /** The stream's last message, whatever its subject. */
  async last(asking: Asking): Promise<StoredParts | null> {
    return this.#getOne(asking, { last_by_subj: ">" });
  }

  /**
   * The last message of each subject, by one request.
   * @returns up to which sequence they are the last; null where the server can't, or there are too many
   */
  async lastOfEach(asking: Asking, take: (parts: StoredParts) => void): Promise<number | null> {
    if (!this.counts) return null;
    const { status, upTo } = await this.#ask(asking, { multi_last: [this.#filter] }, this.#filter, take);
    return status === 404 ? 0 : upTo || null;
  }

  /**
   * Why nobody answers for the stream, where that can be learnt: asked where Direct Get isn't imported from
   * another account. A stream that may be read from its leader only is, from now on.
   * @returns null where it can't, or another try may help
   */
  async diagnose(asking: Asking): Promise<string | null> {
    const info = await this.#info(asking);
    if (info?.error?.err_code === STREAM_NOT_FOUND) return "there is no such stream";
    if (info?.config?.allow_direct === false) this.#way = "leader";
    return null;
  }

  /** The last sequence of a stream that has no message; 0 where it can't be learnt. */
  async lastSequence(asking: Asking): Promise<number> {
    return (await this.#info(asking))?.state?.last_seq ?? 0;
  }

  /** Whether everything in the stream matches the filter, as its configuration says; false where that can't be learnt. */
  async isWhole(asking: Asking): Promise<boolean> {
    const config = (await this.#info(asking))?.config;
    if (config?.subjects === undefined || config.subject_transform || config.sources) return false;
    return config.subjects.every((subject) => covers(this.#filter, subject));
  }

  async #info(asking: Asking): Promise<InfoJson | null> {
    const subject = this.#direct.replace(/^(\$JS\..*API\.)DIRECT\.GET\./, "$1STREAM.INFO.");
    if (subject === this.#direct) return null;
    return this.#askJson<InfoJson>(asking, subject, "");
  }

  #from(from: number) {
    return { seq: Math.max(1, from), next_by_subj: this.#filter };
  }

  #more({ status, pending }: End): boolean {
    return status === 0 || (status === 204 && pending > 0);
  }

  async #getOne(asking: Asking, body: object): Promise<StoredParts | null> {
    let found: StoredParts | null = null;
    await this.#ask(asking, body, ">", (parts) => {
      found = parts;
    });
    return found;
  }

  /** The next messages from sequences one after the other, all at once: those between them are found again and again. */
  async #readSingly(asking: Asking, from: number, take: (parts: StoredParts) => void): Promise<boolean> {
    const bySequence = new Map<number, StoredParts>();
    const ends = await Promise.all(
      Array.from({ length: this.#width }, (_, index) =>
        this.#ask(asking, this.#from(from + index), this.#filter, (parts) =>
          bySequence.set(parts.sequence, parts),
        ),
      ),
    );
    const isDense = bySequence.size > this.#width / 2;
    this.#width = isDense ? Math.min(WIDEST, this.#width * 2) : Math.max(1, this.#width / 2);
    const found = [...bySequence.values()].sort((one, other) => one.sequence - other.sequence);
    for (const parts of found) take(parts);
    return ends.every(({ status }) => status !== 404);
  }

  /** One request, and what answers it. */
  async #ask(asking: Asking, body: object, filter: string, take: (parts: StoredParts) => void): Promise<End> {
    if (this.#way === "leader") return this.#askLeader(asking, body, take);
    let end: End | undefined;
    let previous = 0;
    let fault: AskError | undefined;
    const onAnswer = (answer: Message): "more" | "done" => {
      const status = (answer.headers as { code?: number } | undefined)?.code ?? 0;
      if (status !== 0) {
        end = {
          status,
          pending: Number(added(answer, "Num-Pending")),
          upTo: Number(added(answer, "UpTo-Sequence")),
        };
        return "done";
      }
      const parts = fromStream(answer);
      if (parts === null || !covers(filter, parts.subject)) {
        this.#dropped();
        return "more";
      }
      if (added(answer, "Num-Pending") === "") {
        // A server before 2.11 takes a batch for a single get.
        if ("batch" in body) this.#way = "single";
        end = { status: 0, pending: 0, upTo: 0 };
      } else if (Number(added(answer, "Last-Sequence")) !== previous) {
        // An answer was lost on its way.
        fault = new AskError("silence");
      }
      if (fault === undefined) take(parts);
      previous = parts.sequence;
      return end === undefined && fault === undefined ? "more" : "done";
    };
    const options = { timeoutMs: ANSWER_MS, signal: asking.signal, onAnswer };
    await asking.link.ask(this.#direct, JSON.stringify(body), options);
    if (fault !== undefined) throw fault;
    if (end === undefined || end.status === 503) throw new AskError("nobody");
    return end;
  }

  async #askLeader(asking: Asking, body: object, take: (parts: StoredParts) => void): Promise<End> {
    const subject = this.#direct.replace("DIRECT.GET.", "STREAM.MSG.GET.");
    const { message, error } = await this.#askJson<{
      readonly message?: StoredJson;
      readonly error?: { readonly code: number; readonly err_code?: number };
    }>(asking, subject, JSON.stringify(body));
    if (message !== undefined) take(fromJson(message));
    else if (error?.code !== 404 || error.err_code === STREAM_NOT_FOUND) throw new AskError("nobody");
    return { status: error?.code ?? 0, pending: 0, upTo: 0 };
  }

  async #askJson<T>({ link, signal }: Asking, subject: string, payload: string): Promise<T> {
    let found: T | undefined;
    const onAnswer = ({ data, headers }: Message): "done" => {
      const isJson = ((headers as { code?: number } | undefined)?.code ?? 0) === 0;
      if (isJson) found = JSON.parse(new TextDecoder().decode(data)) as T;
      return "done";
    };
    await link.ask(subject, payload, { timeoutMs: ANSWER_MS, signal, onAnswer });
    if (found === undefined) throw new AskError("nobody");
    return found;
  }
}

function batch(count: number): object {
  return { batch: Math.min(BATCH, count), max_bytes: BATCH_BYTES };
}
