import { WebSocket } from "ws";
import type { ClientOptions, SocketLike } from "../../client/index.ts";
import { Random } from "../chaos/random.ts";
import { accountBySequence, type SequencedAccount } from "../support/ledger/by-sequence.ts";
import { accountCore, type CoreAccount, type Stretch } from "../support/ledger/core.ts";
import { Cluster } from "../support/servers/cluster/index.ts";
import { until } from "../support/tools/until.ts";
import { type Break, type ClientRecord, type Lasts, StormClient } from "./client.ts";
import { FEEDS, SEQUENCED } from "./feeds.ts";
import { type PlainAccount, PlainClient } from "./plain.ts";
import { Publishing, reached, type Truth } from "./publishing.ts";

/** How long the feeds may take after all is mended until they have all. */
const CALM_DEADLINE_MS = 30_000;

/** What came at the last must be there within this; else there was more to come, and it is tried again. */
const LASTS_DEADLINE_MS = 3000;

/** Two readings of the clock for one moment are less apart, on a busy machine too. */
const TOLERANCE_MS = 250;

/** A client under test, wherever it runs. */
export interface Participant {
  /** Which runtime it runs in. */
  readonly name: string;
  /** Settles when every feed is up to date. */
  start(): Promise<void>;
  /** Makes it take a new link, on the next of its servers. */
  handOver(): Promise<void>;
  hasCome(lasts: Lasts): Promise<boolean>;
  record(): Promise<ClientRecord>;
  stop(): Promise<void>;
}

/** A client in this process, which a scene may watch. */
interface LocalParticipant extends Participant {
  readonly storm: StormClient;
}

/** What is tried. */
export interface TrialOptions {
  readonly seed: number;
  /** One client for each: its servers, by their indexes, in the order in which it tries them. */
  readonly clients: readonly {
    readonly servers: readonly number[];
    readonly options?: Partial<ClientOptions>;
  }[];
  /** Where core messages are published, by the servers' indexes; default: at each. */
  readonly publishersAt?: readonly number[];
  /** Messages a second, of each publisher. */
  readonly perSecond?: number;
  /**
   * Whether what came to which server is known, so that a loss between servers is told apart from
   * others. Their interest is there on each server before a client's own is, which hides a handover
   * to a server that the others don't yet send to; a trial of that goes without.
   */
  readonly hasWitnesses: boolean;
  /** Whether plain nats.ws is in it too. */
  readonly withPlain?: boolean;
  /** Other participants, such as pages: they are given the servers' addresses. */
  readonly more?: (urls: readonly string[]) => Promise<Participant[]>;
}

/** What a trial is played with, while messages are published. */
export interface Trial {
  readonly cluster: Cluster;
  readonly publishing: Publishing;
  readonly clients: readonly LocalParticipant[];
  readonly participants: readonly Participant[];
}

/** What became of the messages at one client, or at some. */
export interface ClientOutcome {
  readonly sequenced: SequencedAccount;
  readonly core: CoreAccount;
  readonly handovers: number;
  readonly breaks: readonly Break[];
}

/** What a trial came to: the sums over all clients, and each. */
export interface Outcome extends ClientOutcome {
  readonly each: readonly (ClientOutcome & { readonly name: string })[];
  /** Acknowledged messages that a stream doesn't have, with their sequences. */
  readonly lostByServers: readonly string[];
  readonly plain: PlainAccount | null;
}

/**
 * Starts a cluster with publishers and clients, lets `play` bring its faults over them, and accounts
 * for every message once all has come that will.
 * @param play mends what it broke; returns when servers were stopped so long that clients must notice
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
    await calm(publishing, participants);
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
    hasCome: async (lasts) => storm.hasCome(lasts),
    record: async () => storm.record(),
    stop: async () => void (await storm.client.stop()),
  };
}

/** Waits until the other servers have heard what a participant wants of its own: its PONG doesn't show that. */
async function untilKnown(participant: Participant, cluster: Cluster): Promise<void> {
  const server = (await participant.record()).attached.at(-1)?.server ?? 0;
  const others = cluster.servers.map(({ index }) => index).filter((index) => index !== server);
  await until(`what ${participant.name} wants is known to all servers`, async () => {
    const known = others.map((other) => cluster.sendsOn(FEEDS.core.subject, other, server));
    return (await Promise.all(known)).every(Boolean);
  });
}

/** Waits until everything has come that will; what doesn't is for the account to find. */
async function calm(publishing: Publishing, participants: readonly Participant[]): Promise<void> {
  const hasCome = async (): Promise<boolean> => {
    const lasts = publishing.publishLasts();
    const all = async () => (await Promise.all(participants.map((one) => one.hasCome(lasts)))).every(Boolean);
    return until("the last of all", all, LASTS_DEADLINE_MS);
  };
  await until("calm", hasCome, CALM_DEADLINE_MS).catch(() => {});
}

function account(
  record: ClientRecord,
  truth: Truth,
  frozen: readonly Stretch[],
  hasWitnesses: boolean,
): ClientOutcome {
  const { entries, breaks, handovers } = record;
  // Without witnesses nothing is taken for lost between servers.
  const attached = hasWitnesses ? record.attached : [];
  const given = new Set(entries.core.flatMap((entry) => (entry.type === "message" ? [entry.id] : [])));
  const sent = reached(truth, given);
  const arrivals = truth.arrivals ?? new Map();
  return {
    sequenced: sum(SEQUENCED.map((name) => accountBySequence(truth.streams[name], entries[name]))),
    core: accountCore({ sent, arrivals, attached, frozen, toleranceMs: TOLERANCE_MS }, entries.core),
    handovers,
    breaks,
  };
}

/** The outcomes of some clients as one. */
export function together(each: readonly ClientOutcome[]): ClientOutcome {
  return {
    sequenced: sum(each.map(({ sequenced }) => sequenced)),
    core: sum(each.map(({ core }) => core)),
    handovers: each.reduce((total, { handovers }) => total + handovers, 0),
    breaks: each.flatMap(({ breaks }) => breaks),
  };
}

/** Adds accounts field by field. */
function sum<T extends { readonly [name in keyof T]: number }>(accounts: readonly T[]): T {
  const total: { [name: string]: number } = {};
  for (const one of accounts) {
    for (const [name, count] of Object.entries<number>(one)) total[name] = (total[name] ?? 0) + count;
  }
  return total as T;
}
