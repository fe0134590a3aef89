import type { NatsConnection } from "@nats-io/transport-node";
import type { Stored } from "../support/ledger/by-sequence.ts";
import { until } from "../support/tools/until.ts";
import { idOf } from "./publishers.ts";

/** So many messages are asked for at once. */
const AT_ONCE = 200;

/** How long a server may take to hear what the others have acknowledged. */
const CATCH_UP_MS = 20_000;

/** What a stream's leader has, in its order: the truth that feeds are held against. */
export async function readStream(
  nats: NatsConnection,
  name: string,
  acknowledged: number,
): Promise<Stored[]> {
  const state = await stateOf(nats, name, acknowledged);
  const stored: Stored[] = [];
  for (let first = state.first_seq; first <= state.last_seq; first += AT_ONCE) {
    const count = Math.min(AT_ONCE, state.last_seq - first + 1);
    const asked = Array.from({ length: count }, (_, index) => readOne(nats, name, first + index));
    for (const one of await Promise.all(asked)) if (one !== null) stored.push(one);
  }
  return stored;
}

interface State {
  readonly first_seq: number;
  readonly last_seq: number;
}

/**
 * How far the stream has got. Just after a cut the server that answers for it may be one that hasn't heard yet
 * what the others have acknowledged: it is waited for, and what is missing after that is lost.
 */
async function stateOf(nats: NatsConnection, name: string, acknowledged: number): Promise<State> {
  let { state } = await ask<{ state: State }>(nats, `STREAM.INFO.${name}`, {});
  await until(
    `${name} has what it acknowledged`,
    async () => {
      state = (await ask<{ state: State }>(nats, `STREAM.INFO.${name}`, {})).state;
      return state.last_seq >= acknowledged;
    },
    CATCH_UP_MS,
  ).catch(() => {});
  return state;
}

/** A message as JetStream gives it (JetStream API, stream_msg_get_response). */
interface StoredMessage {
  /** In base64; none where it is empty. */
  readonly data?: string;
  readonly time: string;
}

/** Null where the stream has discarded it. */
async function readOne(nats: NatsConnection, name: string, sequence: number): Promise<Stored | null> {
  const { message } = await ask<{ message?: StoredMessage }>(nats, `STREAM.MSG.GET.${name}`, {
    seq: sequence,
  });
  if (message === undefined) return null;
  const id = idOf(Buffer.from(message.data ?? "", "base64").toString());
  return { id, sequence, atMs: Date.parse(message.time) };
}

async function ask<T>(nats: NatsConnection, api: string, body: object): Promise<T> {
  const answer = await nats.request(`$JS.API.${api}`, JSON.stringify(body), { timeout: 10_000 });
  return answer.json<T>();
}
