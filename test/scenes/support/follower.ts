import { WebSocket } from "ws";
import {
  type ClientOptions,
  MyceliumClient,
  type SocketLike,
  type SubscribeOptions,
  type Subscription,
} from "../../../client/index.ts";
import { handOver } from "../../support/clients/hand-over.ts";
import { accountBySequence, type SequencedAccount, type Stored } from "../../support/ledger/by-sequence.ts";
import { Notebook } from "../../support/ledger/notebook.ts";
import { until } from "../../support/tools/until.ts";

/** Long enough for an election and a restart, on a busy machine too. */
const DEADLINE_MS = 40_000;

/** What one listens to. */
export type Listening = Pick<SubscribeOptions, "stream"> & { readonly subject: string };

/** An account of a feed by sequence in which nothing is missing, repeated or mixed up. */
export function whole(published: number): Omit<SequencedAccount, "recovered"> {
  return {
    published,
    delivered: published,
    duplicated: 0,
    disordered: 0,
    unknown: 0,
    misnumbered: 0,
    lostAndTold: 0,
    lostUntold: 0,
    toldTooMany: 0,
  };
}

/** A client that follows one subject and writes down all that comes of it. */
export class Follower {
  readonly client: MyceliumClient;
  readonly notebook = new Notebook();
  readonly subscription: Subscription;

  constructor(
    servers: readonly string[],
    { subject, ...listening }: Listening,
    options: Partial<ClientOptions> = {},
  ) {
    this.client = new MyceliumClient({
      servers,
      // The servers in the order in which they are given; and no wait where a test waits.
      random: () => 0,
      reconnect: { baseDelayMs: 20, maxDelayMs: 100 },
      webSocket: (url) => new WebSocket(url) as unknown as SocketLike,
      ...options,
    });
    this.subscription = this.notebook.follow(
      this.client.subscribe(subject, this.notebook.message, listening),
    );
  }

  /** Starts it, and waits until its place in the stream is known. */
  async begin(): Promise<void> {
    await this.client.start();
    await this.isCurrent();
  }

  /** Waits until it is live, and has all that it knows of. */
  isCurrent(): Promise<unknown> {
    return until(
      "it is current",
      () => {
        const { status, sequence } = this.subscription;
        const isThere = status === "active" && (sequence === null || sequence.state === "current");
        return isThere && this.client.state.status === "live";
      },
      DEADLINE_MS,
    ).catch((error: Error) => {
      throw new Error(`${error.message}; ${JSON.stringify([this.client.state, this.subscription.sequence])}`);
    });
  }

  /** Waits until so many different messages have come, and nothing is known to be missing. */
  async has(count: number): Promise<void> {
    await until(`${count} messages`, () => this.notebook.distinct >= count, DEADLINE_MS).catch(
      (error: Error) => {
        const { sequence, status } = this.subscription;
        throw new Error(
          `${error.message}: ${this.notebook.distinct} came; ${JSON.stringify([status, sequence, this.notebook.gaps])}`,
        );
      },
    );
    await this.isCurrent();
  }

  /** Moves to a new link, and waits until it has. */
  handsOver(): Promise<void> {
    return handOver(this.client);
  }

  /** What became of what its stream was given. */
  account(published: readonly Stored[]): SequencedAccount {
    return accountBySequence(published, this.notebook.entries);
  }

  async stop(): Promise<void> {
    await this.client.stop();
  }
}
