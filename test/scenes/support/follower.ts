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

/** Time limit of every wait, milliseconds: long enough for an election and a restart on a busy machine. */
const DEADLINE_MS = 40_000;

/** The subject to follow, and its stream. */
export type FollowOptions = Pick<SubscribeOptions, "stream"> & { readonly subject: string };

/** The account of a feed that delivered every published message exactly once and in order. */
export function whole(published: number): Omit<SequencedAccount, "recovered"> {
  return {
    published,
    delivered: published,
    duplicated: 0,
    disordered: 0,
    unknown: 0,
    misnumbered: 0,
    lostReported: 0,
    lostUnreported: 0,
    overReported: 0,
  };
}

/** A client that follows one subject and records everything that it receives. */
export class Follower {
  readonly client: MyceliumClient;
  readonly notebook = new Notebook();
  readonly subscription: Subscription;

  constructor(
    servers: readonly string[],
    { subject, ...listening }: FollowOptions,
    options: Partial<ClientOptions> = {},
  ) {
    this.client = new MyceliumClient({
      servers,
      // Tries the servers in the given order, and keeps delays short.
      random: () => 0,
      reconnect: { baseDelayMs: 20, maxDelayMs: 100 },
      webSocket: (url) => new WebSocket(url) as unknown as SocketLike,
      ...options,
    });
    this.subscription = this.notebook.follow(
      this.client.subscribe(subject, this.notebook.message, listening),
    );
  }

  /** Starts the client, and waits until it is current. */
  async start(): Promise<void> {
    await this.client.start();
    await this.untilCurrent();
  }

  /** Waits until the client is live and nothing is known to be missing. */
  untilCurrent(): Promise<unknown> {
    return until(
      "the follower is current",
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

  /** Waits until `count` different messages have come, and nothing is known to be missing. */
  async receives(count: number): Promise<void> {
    await until(`${count} messages`, () => this.notebook.distinct >= count, DEADLINE_MS).catch(
      (error: Error) => {
        const { sequence, status } = this.subscription;
        throw new Error(
          `${error.message}: ${this.notebook.distinct} came; ${JSON.stringify([status, sequence, this.notebook.gaps])}`,
        );
      },
    );
    await this.untilCurrent();
  }

  /** Makes the client hand over to a new link, and waits for that. */
  handOver(): Promise<void> {
    return handOver(this.client);
  }

  /** Accounts for every published message. */
  account(published: readonly Stored[]): SequencedAccount {
    return accountBySequence(published, this.notebook.entries);
  }

  async stop(): Promise<void> {
    await this.client.stop();
  }
}
