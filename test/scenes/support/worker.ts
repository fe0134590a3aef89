import { createInbox, type NatsConnection } from "@nats-io/transport-node";

/** Pulls messages from a stream and acknowledges them, which removes them with work queue or interest retention. */
export class Worker {
  readonly #nats: NatsConnection;
  readonly #stream: string;

  private constructor(nats: NatsConnection, stream: string) {
    this.#nats = nats;
    this.#stream = stream;
  }

  /** Creates the worker's consumer. */
  static async start(nats: NatsConnection, stream: string): Promise<Worker> {
    const config = { durable_name: "worker", ack_policy: "explicit" };
    const answer = await nats.request(
      `$JS.API.CONSUMER.DURABLE.CREATE.${stream}.worker`,
      JSON.stringify({ stream_name: stream, config }),
    );
    const { error } = answer.json<{ error?: { description: string } }>();
    if (error !== undefined) throw new Error(error.description);
    return new Worker(nats, stream);
  }

  /** Pulls and acknowledges `count` messages one by one; settles when all acknowledgements are confirmed. */
  async take(count: number): Promise<void> {
    // Pulled messages keep their stream subject, so a shared inbox couldn't match them to the request.
    const inbox = createInbox();
    const messages = this.#nats.subscribe(inbox, { max: count });
    this.#nats.publish(`$JS.API.CONSUMER.MSG.NEXT.${this.#stream}.worker`, JSON.stringify({ batch: count }), {
      reply: inbox,
    });
    for await (const message of messages) {
      // Sent as a request, an acknowledgement is confirmed by the server (NATS ADR-13).
      await this.#nats.request(message.reply ?? "", "+ACK");
    }
  }
}
