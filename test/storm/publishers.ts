import { setTimeout as pause } from "node:timers/promises";
import { headers, type NatsConnection } from "@nats-io/transport-node";
import type { Random } from "../chaos/random.ts";
import type { Stored } from "../support/ledger/by-sequence.ts";
import type { Sent } from "../support/ledger/core.ts";
import { untilEqual } from "../support/tools/until.ts";

/** Small enough that messages come as a stream and not in bursts. */
const STEP_MS = 10;

/** A server that lives answers a publication much sooner, unless it has no leader. */
const ACK_TIMEOUT_MS = 2000;
const AGAIN_AFTER_MS = 50;

/** How long a stream may take to acknowledge all that it was given; elections take up to nine seconds. */
const ACKNOWLEDGED_DEADLINE_MS = 40_000;

/** What is still unanswered at once; more would wait in memory while there is no leader. */
const MOST_UNANSWERED = 500;

/** An acknowledgement of JetStream (JetStream API, PubAck). */
interface Ack {
  readonly seq?: number;
  readonly error?: { readonly description: string };
}

/** The id in front of a payload, and padding behind it. */
function payloadOf(id: string, random: Random): string {
  return `${id} ${"x".repeat(random.whole(0, 300))}`;
}

/** The id that `payloadOf` wrote. */
export function idOf(payload: string): string {
  return payload.slice(0, payload.indexOf(" "));
}

/** Calls `send` at an even pace until it is stopped; catches up when this process was held up. */
class Pacer {
  #stopped = false;
  readonly #ended: Promise<void>;

  constructor(perSecond: number, send: (index: number) => void) {
    this.#ended = this.#run(perSecond, send);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#ended;
  }

  async #run(perSecond: number, send: (index: number) => void): Promise<void> {
    const startedAtMs = performance.now();
    for (let sent = 0; !this.#stopped; ) {
      const due = Math.floor(((performance.now() - startedAtMs) / 1000) * perSecond);
      for (; sent < due; sent += 1) send(sent);
      // This is the pace itself, not a wait for something to happen.
      await pause(STEP_MS);
    }
  }
}

/** Publishes to a stream until each message is acknowledged, and knows in which place each one stands. */
export class StreamPublisher {
  /** What the stream has acknowledged. */
  readonly acknowledged: Stored[] = [];
  readonly #nats: NatsConnection;
  readonly #name: string;
  readonly #random: Random;
  readonly #subjects: readonly [string, ...string[]];
  readonly #unanswered = new Set<Promise<void>>();
  #isOver = false;
  #pacer: Pacer | null = null;

  /** @param name begins each id, and so must be nobody else's */
  constructor(nats: NatsConnection, name: string, subjects: readonly [string, ...string[]], random: Random) {
    this.#nats = nats;
    this.#name = name;
    this.#subjects = subjects;
    this.#random = random;
  }

  start(perSecond: number): void {
    this.#pacer = new Pacer(perSecond, (index) => {
      if (this.#unanswered.size < MOST_UNANSWERED) this.publish(index);
    });
  }

  /** Publishes one message of this number; its acknowledgement is asked for until it comes. */
  publish(index: number): void {
    const id = `${this.#name}-${index}`;
    const work = this.#untilAcknowledged(id, this.#random.pick(this.#subjects), payloadOf(id, this.#random));
    this.#unanswered.add(work);
    void work.finally(() => this.#unanswered.delete(work));
  }

  /** Publishes nothing more; settles when all is acknowledged. */
  async stop(): Promise<void> {
    await this.#pacer?.stop();
    await untilEqual(() => this.#unanswered.size, 0, ACKNOWLEDGED_DEADLINE_MS);
  }

  /** Publishes nothing more, whatever becomes of what it has. */
  async end(): Promise<void> {
    await this.#pacer?.stop();
    this.#isOver = true;
  }

  async #untilAcknowledged(id: string, subject: string, payload: string): Promise<void> {
    // The same id again is stored once: the stream knows it (JetStream, message deduplication).
    const h = headers();
    h.set("Nats-Msg-Id", id);
    const atMs = Date.now();
    while (!this.#isOver) {
      const sequence = await this.#nats
        .request(subject, payload, { headers: h, timeout: ACK_TIMEOUT_MS })
        .then((answer) => answer.json<Ack>().seq)
        .catch(() => undefined);
      if (sequence !== undefined && sequence > 0) {
        this.acknowledged.push({ id, sequence, atMs });
        return;
      }
      await pause(AGAIN_AFTER_MS);
    }
  }
}

/** Publishes core messages with ids; what becomes of them is the witnesses' to say. */
export class CorePublisher {
  readonly sent: Sent[] = [];
  readonly #nats: NatsConnection;
  readonly #name: string;
  readonly #subject: string;
  readonly #random: Random;
  #pacer: Pacer | null = null;

  /** @param name begins each id, and so must be nobody else's */
  constructor(nats: NatsConnection, name: string, subject: string, random: Random) {
    this.#nats = nats;
    this.#name = name;
    this.#subject = subject;
    this.#random = random;
  }

  start(perSecond: number): void {
    this.#pacer = new Pacer(perSecond, () => this.publish());
  }

  /** Publishes one message, and returns its id. */
  publish(): string {
    const id = `${this.#name}-${this.sent.length}`;
    this.sent.push({ id, publisher: this.#name, atMs: Date.now() });
    this.#nats.publish(this.#subject, payloadOf(id, this.#random));
    return id;
  }

  /** Publishes nothing more. */
  async stop(): Promise<void> {
    await this.#pacer?.stop();
  }

  end(): Promise<void> {
    return this.stop();
  }
}
