import type { NatsConnection } from "nats.ws";
import { connectPlain } from "../support/clients/plain-nats.ts";
import { Notebook } from "../support/ledger/notebook.ts";
import { FEEDS } from "./feeds.ts";
import { reached, type Truth } from "./publishing.ts";

/** The account of plain nats.ws, which doesn't report losses. */
export interface PlainAccount {
  readonly republished: PlainFeedAccount;
  readonly core: PlainFeedAccount;
}

interface PlainFeedAccount {
  readonly published: number;
  readonly lost: number;
  readonly duplicated: number;
}

/** Plain nats.ws in the same storm, with its defaults, except that it never gives up. */
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
