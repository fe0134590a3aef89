import { WebSocket } from "ws";
import type { ClientOptions, SocketLike } from "../../client/index.ts";
import { Random } from "../chaos/random.ts";
import { accountBySequence, type SequencedAccount } from "../support/ledger/by-sequence.ts";
import { accountCore, type CoreAccount, type Stretch } from "../support/ledger/core.ts";
import { Cluster } from "../support/servers/cluster/index.ts";
import { until } from "../support/tools/until.ts";
import { type Break, type ClientRecord, type LastMessages, StormClient } from "./client.ts";
import { FEEDS, SEQUENCED } from "./feeds.ts";
import { type PlainAccount, PlainClient } from "./plain.ts";
import { Publishing, reached, type Truth } from "./publishing.ts";

/** Time limit for the feeds to receive everything after the last repair, milliseconds. */
const RECEIVED_DEADLINE_MS = 30_000;

/** Time limit for the last messages to arrive, milliseconds; after that, new last messages are published. */
const LAST_MESSAGES_DEADLINE_MS = 3000;

/** Tolerance between two clock readings of the same moment on a busy machine, milliseconds. */
const TOLERANCE_MS = 250;

/** A client under test, in Node or in a browser. */
export interface Participant {
  /** Name of the runtime. */
  readonly name: string;
  /** Starts the client; settles when every feed is current. */
  start(): Promise<void>;
  /** Makes the client hand over to a new link, on the next server. */
  handOver(): Promise<void>;
  hasReceived(last: LastMessages): Promise<boolean>;
  record(): Promise<ClientRecord>;
  stop(): Promise<void>;
}

/** A client in this process, which a test can inspect. */
interface LocalParticipant extends Participant {
  readonly storm: StormClient;
}

/** Options of a trial. */
export interface TrialOptions {
  readonly seed: number;
  /** One entry per client: the indexes of its servers, in the order in which it tries them. */
  readonly clients: readonly {
    readonly servers: readonly number[];
    readonly options?: Partial<ClientOptions>;
  }[];
  /** Indexes of the servers at which core messages are published; default: all. */
  readonly publishersAt?: readonly number[];
  /** Messages per second and publisher. */
  readonly perSecond?: number;
  /**
   * Whether witnesses record which message reached which server, to tell losses between servers from others. Their
   * subscriptions make all servers route messages to each other before a client has subscribed: a trial of a handover to
   * a server that doesn't get messages yet must go without.
   */
  readonly hasWitnesses: boolean;
  /** Whether plain nats.ws takes part, for comparison. */
  readonly withPlain?: boolean;
  /** Makes further participants, such as pages, from the servers' URLs. */
  readonly more?: (urls: readonly string[]) => Promise<Participant[]>;
}

/** The parts of a trial, for `play`. */
export interface Trial {
  readonly cluster: Cluster;
  readonly publishing: Publishing;
  readonly clients: readonly LocalParticipant[];
  readonly participants: readonly Participant[];
}

/** The accounts of one client, or the sums over several. */
export interface ClientOutcome {
  readonly sequenced: SequencedAccount;
  readonly core: CoreAccount;
  readonly handovers: number;
  readonly breaks: readonly Break[];
}

/** The outcome of a trial: the sums over all clients, and each client's own. */
export interface Outcome extends ClientOutcome {
  readonly each: readonly (ClientOutcome & { readonly name: string })[];
  /** Acknowledged messages that a stream lacks, with their sequences. */
  readonly lostByServers: readonly string[];
  readonly plain: PlainAccount | null;
}

/**
 * Starts a cluster with publishers and clients, lets `play` cause faults, and accounts for every message afterwards.
 * @param play repairs what it broke; returns when servers were stopped for so long that clients must notice
 */
export async function tryOnCluster(
  options: TrialOptions,
  play: (trial: Trial) => Promise<readonly Stretch[]>,
): Promise<Outcome> {
  const { seed, publishersAt = [0, 1, 2], perSecond = 60, hasWitnesses, withPlain = false } = options;
  const cluster = await Cluster.start();
  const ends: (() => Promise<unknown>)[] = [() => cluster.stop()];
  try {
    const publishing = await Publishing.prepare(cluster, hasWitnesses);
    ends.push(() => publishing.end());
    const random = new Random(seed);
    const clients = options.clients.map((one) => inNode(cluster.webSocketUrls, one, random.next));
    const more = (await options.more?.(cluster.webSocketUrls)) ?? [];
    const participants = [...clients, ...more];
    ends.push(...participants.map((one) => () => one.stop()));
    await Promise.all(participants.map((one) => one.start()));
    await Promise.all(participants.map((one) => untilKnown(one, cluster)));
    const plain = withPlain ? await PlainClient.start(cluster.webSocketUrls) : null;
    if (plain !== null) ends.push(() => plain.stop());

    await publishing.start(cluster, { seed, publishersAt, perSecond });
    const frozen = await play({ cluster, publishing, clients, participants });
    await publishing.stop();
    await untilReceived(publishing, participants);
    const truth = await publishing.truth();
    const each = await Promise.all(
      participants.map(async (one) => ({
        name: one.name,
        ...account(await one.record(), truth, frozen, hasWitnesses),
      })),
    );
    return {
      ...together(each),
      each,
      lostByServers: truth.lostByServers,
      plain: plain?.account(truth) ?? null,
    };
  } finally {
    for (const end of ends.reverse()) await end();
  }
}

/** A client in this process. */
function inNode(
  urls: readonly string[],
  { servers, options = {} }: TrialOptions["clients"][number],
  random: () => number,
): LocalParticipant {
  const storm = new StormClient(urls, {
    servers: servers.map((index) => urls[index] ?? ""),
    random,
    webSocket: (url) => new WebSocket(url) as unknown as SocketLike,
    ...options,
  });
  return {
    name: "Node",
    storm,
    async start() {
      await storm.client.start();
      await until("every feed is current", () => storm.isCurrent());
    },
    handOver: () => storm.handOver(),
    hasReceived: async (last) => storm.hasReceived(last),
    record: async () => storm.record(),
    stop: async () => void (await storm.client.stop()),
  };
}

/** Waits until the other servers route core messages to the participant's server: its PONG doesn't prove that. */
async function untilKnown(participant: Participant, cluster: Cluster): Promise<void> {
  const server = (await participant.record()).attached.at(-1)?.server ?? 0;
  const others = cluster.servers.map(({ index }) => index).filter((index) => index !== server);
  await until(`all servers know the subscription of ${participant.name}`, async () => {
    const known = others.map((other) => cluster.sendsOn(FEEDS.core.subject, other, server));
    return (await Promise.all(known)).every(Boolean);
  });
}

/** Waits until the feeds have received the last messages; the accounts show what is missing after the time limit. */
async function untilReceived(publishing: Publishing, participants: readonly Participant[]): Promise<void> {
  const hasReceived = async (): Promise<boolean> => {
    const last = publishing.publishLastMessages();
    const all = async () =>
      (await Promise.all(participants.map((one) => one.hasReceived(last)))).every(Boolean);
    return until("the last messages", all, LAST_MESSAGES_DEADLINE_MS);
  };
  await until("the feeds have received everything", hasReceived, RECEIVED_DEADLINE_MS).catch(() => {});
}

function account(
  record: ClientRecord,
  truth: Truth,
  frozen: readonly Stretch[],
  hasWitnesses: boolean,
): ClientOutcome {
  const { entries, breaks, handovers } = record;
  // Without witnesses no loss counts as one between servers.
  const attached = hasWitnesses ? record.attached : [];
  const received = new Set(entries.core.flatMap((entry) => (entry.type === "message" ? [entry.id] : [])));
  const sent = reached(truth, received);
  const arrivals = truth.arrivals ?? new Map();
  return {
    sequenced: sum(SEQUENCED.map((name) => accountBySequence(truth.streams[name], entries[name]))),
    core: accountCore({ sent, arrivals, attached, frozen, toleranceMs: TOLERANCE_MS }, entries.core),
    handovers,
    breaks,
  };
}

/** Adds up the outcomes of several clients. */
export function together(each: readonly ClientOutcome[]): ClientOutcome {
  return {
    sequenced: sum(each.map(({ sequenced }) => sequenced)),
    core: sum(each.map(({ core }) => core)),
    handovers: each.reduce((total, { handovers }) => total + handovers, 0),
    breaks: each.flatMap(({ breaks }) => breaks),
  };
}

/** Adds up accounts, field by field. */
function sum<T extends { readonly [name in keyof T]: number }>(accounts: readonly T[]): T {
  const total: { [name: string]: number } = {};
  for (const one of accounts) {
    for (const [name, count] of Object.entries<number>(one)) total[name] = (total[name] ?? 0) + count;
  }
  return total as T;
}
