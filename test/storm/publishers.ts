import { setTimeout as pause } from "node:timers/promises";
import { headers, type NatsConnection } from "@nats-io/transport-node";
import type { Random } from "../chaos/random.ts";
import type { Stored } from "../support/ledger/by-sequence.ts";
import type { Sent } from "../support/ledger/core.ts";
import { untilEqual } from "../support/tools/until.ts";

/** Interval of the pacer, milliseconds: short, so that messages don't come in bursts. */
const STEP_MS = 10;

/** Time limit of an acknowledgement, milliseconds; only a stream without a leader takes that long. */
const ACK_TIMEOUT_MS = 2000;
const RETRY_AFTER_MS = 50;

/** Time limit for all acknowledgements, milliseconds; elections take up to nine seconds. */
const ACKNOWLEDGED_DEADLINE_MS = 40_000;

/** Limit of pending acknowledgements: without a leader they would pile up in memory. */
const MAX_PENDING = 500;

/** JetStream's acknowledgement (JetStream API, PubAck). */
interface Ack {
  readonly seq?: number;
  readonly error?: { readonly description: string };
}

/** A payload: the id, then random padding. */
function payloadOf(id: string, random: Random): string {
  return `${id} ${"x".repeat(random.whole(0, 300))}`;
}

/** The id in a payload of `payloadOf`. */
export function idOf(payload: string): string {
  return payload.slice(0, payload.indexOf(" "));
}

/** Calls `send` at a constant rate until stopped; catches up after a delay of the process. */
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
      // This pause makes the rate; it doesn't wait for an event.
      await pause(STEP_MS);
    }
  }
}

/** Publishes to a stream, repeats each message until it is acknowledged, and records its sequence. */
export class StreamPublisher {
  /** The acknowledged messages. */
  readonly acknowledged: Stored[] = [];
  readonly #nats: NatsConnection;
  readonly #name: string;
  readonly #random: Random;
  readonly #subjects: readonly [string, ...string[]];
  readonly #pending = new Set<Promise<void>>();
  #isOver = false;
  #pacer: Pacer | null = null;

  /** @param name prefix of the ids; must be unique */
  constructor(nats: NatsConnection, name: string, subjects: readonly [string, ...string[]], random: Random) {
    this.#nats = nats;
    this.#name = name;
    this.#subjects = subjects;
    this.#random = random;
  }

  start(perSecond: number): void {
    this.#pacer = new Pacer(perSecond, (index) => {
      if (this.#pending.size < MAX_PENDING) this.publish(index);
    });
  }

  /** Publishes message number `index`, again and again until it is acknowledged. */
  publish(index: number): void {
    const id = `${this.#name}-${index}`;
    const work = this.#untilAcknowledged(id, this.#random.pick(this.#subjects), payloadOf(id, this.#random));
    this.#pending.add(work);
    void work.finally(() => this.#pending.delete(work));
  }

  /** Stops publishing; settles when every message is acknowledged. */
  async stop(): Promise<void> {
    await this.#pacer?.stop();
    await untilEqual(() => this.#pending.size, 0, ACKNOWLEDGED_DEADLINE_MS);
  }

  /** Stops publishing, and gives up on pending messages. */
  async end(): Promise<void> {
    await this.#pacer?.stop();
    this.#isOver = true;
  }

  async #untilAcknowledged(id: string, subject: string, payload: string): Promise<void> {
    // JetStream stores messages with the same Nats-Msg-Id only once.
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
      await pause(RETRY_AFTER_MS);
    }
  }
}

/** Publishes core messages with ids; the witnesses record which servers they reach. */
export class CorePublisher {
  readonly sent: Sent[] = [];
  readonly #nats: NatsConnection;
  readonly #name: string;
  readonly #subject: string;
  readonly #random: Random;
  #pacer: Pacer | null = null;

  /** @param name prefix of the ids; must be unique */
  constructor(nats: NatsConnection, name: string, subject: string, random: Random) {
    this.#nats = nats;
    this.#name = name;
    this.#subject = subject;
    this.#random = random;
  }

  start(perSecond: number): void {
    this.#pacer = new Pacer(perSecond, () => this.publish());
  }

  /** Publishes a message, and returns its id. */
  publish(): string {
    const id = `${this.#name}-${this.sent.length}`;
    this.sent.push({ id, publisher: this.#name, atMs: Date.now() });
    this.#nats.publish(this.#subject, payloadOf(id, this.#random));
    return id;
  }

  /** Stops publishing. */
  async stop(): Promise<void> {
    await this.#pacer?.stop();
  }

  end(): Promise<void> {
    return this.stop();
  }
}
