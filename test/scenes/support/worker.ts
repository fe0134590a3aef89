import { createInbox, type NatsConnection } from "@nats-io/transport-node";

/** Somebody who takes messages from a stream and acknowledges them, which removes them where its retention says so. */
export class Worker {
  readonly #nats: NatsConnection;
  readonly #stream: string;

  private constructor(nats: NatsConnection, stream: string) {
    this.#nats = nats;
    this.#stream = stream;
  }

  /** Makes its consumer. */
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

  /** Takes so many messages, one after the other, and acknowledges each; settles when they are gone. */
  async take(count: number): Promise<void> {
    // They come under the subjects that the stream has them under, so an inbox for many answers wouldn't know them.
    const inbox = createInbox();
    const messages = this.#nats.subscribe(inbox, { max: count });
    this.#nats.publish(`$JS.API.CONSUMER.MSG.NEXT.${this.#stream}.worker`, JSON.stringify({ batch: count }), {
      reply: inbox,
    });
    for await (const message of messages) {
      // An acknowledgement that is a request is answered once it holds (NATS ADR-13).
      await this.#nats.request(message.reply ?? "", "+ACK");
    }
  }
}
