import type { NatsConnection } from "nats.ws";
import { connectPlain } from "../support/clients/plain-nats.ts";
import { Notebook } from "../support/ledger/notebook.ts";
import { FEEDS } from "./feeds.ts";
import { reached, type Truth } from "./publishing.ts";

/** What became of the messages with plain nats.ws; it tells of no loss. */
export interface PlainAccount {
  readonly republished: PlainFeedAccount;
  readonly core: PlainFeedAccount;
}

interface PlainFeedAccount {
  readonly published: number;
  readonly lost: number;
  readonly duplicated: number;
}

/** What plain nats.ws hears in the same storm, of the stream that republishes and of the core subject: its defaults, but for giving up. */
export class PlainClient {
  readonly #republished = new Notebook();
  readonly #core = new Notebook();
  readonly #nats: NatsConnection;

  private constructor(nats: NatsConnection) {
    this.#nats = nats;
    const { republished, core } = FEEDS;
    nats.subscribe(republished.stream.republished, {
      callback: (_, { data }) => this.#republished.message({ data }),
    });
    nats.subscribe(core.subject, { callback: (_, { data }) => this.#core.message({ data }) });
  }

  static async start(urls: readonly string[]): Promise<PlainClient> {
    const options = { servers: [...urls], maxReconnectAttempts: -1, ignoreClusterUpdates: true };
    const plain = new PlainClient(await connectPlain(urls[0] ?? "", options));
    await plain.#nats.flush();
    return plain;
  }

  account(truth: Truth): PlainAccount {
    return {
      republished: accountOf(this.#republished, truth.streams.republished.length),
      core: accountOf(this.#core, reached(truth, new Set(this.#core.ids)).length),
    };
  }

  async stop(): Promise<void> {
    await this.#nats.close();
  }
}

function accountOf({ ids, distinct }: Notebook, published: number): PlainFeedAccount {
  return { published, lost: published - distinct, duplicated: ids.length - distinct };
}
