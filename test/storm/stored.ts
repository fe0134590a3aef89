import type { NatsConnection } from "@nats-io/transport-node";
import type { Stored } from "../support/ledger/by-sequence.ts";
import { until } from "../support/tools/until.ts";
import { idOf } from "./publishers.ts";

/** Messages requested at a time. */
const PARALLEL_REQUESTS = 200;

/** How long a server may take to catch up with its peers, milliseconds; a message missing after that is lost. */
const CATCH_UP_MS = 20_000;

/**
 * Reads all messages of a stream, in order, to compare the feeds with. Just after a cut the server that answers may not
 * have caught up with its peers, so acknowledged messages are waited for.
 */
export async function readStream(
  nats: NatsConnection,
  name: string,
  acknowledged: ReadonlySet<number>,
): Promise<Stored[]> {
  const { first_seq: first, last_seq: last } = await stateOf(nats, name, Math.max(0, ...acknowledged));
  const stored: Stored[] = [];
  for (let next = first; next <= last; next += PARALLEL_REQUESTS) {
    const count = Math.min(PARALLEL_REQUESTS, last - next + 1);
    const asked = Array.from({ length: count }, (_, index) => {
      const sequence = next + index;
      return readOne(nats, name, sequence, acknowledged.has(sequence));
    });
    for (const one of await Promise.all(asked)) if (one !== null) stored.push(one);
  }
  return stored;
}

interface State {
  readonly first_seq: number;
  readonly last_seq: number;
}

async function stateOf(nats: NatsConnection, name: string, acknowledged: number): Promise<State> {
  let { state } = await ask<{ state: State }>(nats, `STREAM.INFO.${name}`, {});
  await until(
    `the messages that ${name} acknowledged`,
    async () => {
      state = (await ask<{ state: State }>(nats, `STREAM.INFO.${name}`, {})).state;
      return state.last_seq >= acknowledged;
    },
    CATCH_UP_MS,
  ).catch(() => {});
  return state;
}

/** JetStream's answer (JetStream API, stream_msg_get_response). */
interface Answer {
  readonly message?: {
    /** In base64; absent if the payload is empty. */
    readonly data?: string;
    readonly time: string;
  };
  readonly error?: { readonly err_code: number };
}

/** JetStream's error code for a sequence that the stream doesn't have. */
const NO_MESSAGE = 10037;

/** Reads one message; null if the stream doesn't have it. */
async function readOne(
  nats: NatsConnection,
  name: string,
  sequence: number,
  isAcknowledged: boolean,
): Promise<Stored | null> {
  let answer: Answer = {};
  const isMissing = () => answer.error?.err_code === NO_MESSAGE;
  const look = async (): Promise<boolean> => {
    answer = await ask<Answer>(nats, `STREAM.MSG.GET.${name}`, { seq: sequence });
    return answer.message !== undefined || (isMissing() && !isAcknowledged);
  };
  await until(`${sequence} of ${name}`, look, CATCH_UP_MS).catch((error: Error) => {
    if (!isMissing()) throw new Error(`${error.message}; ${JSON.stringify(answer)}`);
  });
  const { message } = answer;
  if (message === undefined) return null;
  const id = idOf(Buffer.from(message.data ?? "", "base64").toString());
  return { id, sequence, atMs: Date.parse(message.time) };
}

async function ask<T>(nats: NatsConnection, api: string, body: object): Promise<T> {
  const answer = await nats.request(`$JS.API.${api}`, JSON.stringify(body), { timeout: 10_000 });
  return answer.json<T>();
}
