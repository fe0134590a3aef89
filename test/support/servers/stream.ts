import type { NatsConnection } from "@nats-io/transport-node";

/** What a stream may be given beyond its name and subjects (JetStream API, stream configuration). */
export interface StreamConfig {
  readonly allow_direct: boolean;
  readonly max_msgs_per_subject?: number;
  readonly [option: string]: unknown;
}

/** Creates a stream on file storage; the answer is waited for. */
export async function createStream(
  nats: NatsConnection,
  name: string,
  subjects: readonly string[],
  config: StreamConfig,
): Promise<void> {
  await jetStream(nats, `STREAM.CREATE.${name}`, { name, subjects, storage: "file", ...config });
}

/** Discards all that a stream has, or all of one subject. */
export async function purgeStream(nats: NatsConnection, name: string, filter?: string): Promise<void> {
  await jetStream(nats, `STREAM.PURGE.${name}`, filter === undefined ? undefined : { filter });
}

/** Deletes a stream. */
export async function deleteStream(nats: NatsConnection, name: string): Promise<void> {
  await jetStream(nats, `STREAM.DELETE.${name}`);
}

/** The consumers of a stream: a viewer must leave none. */
export async function consumersOf(nats: NatsConnection, name: string): Promise<number> {
  const { state } = await jetStream<{ state: { consumer_count: number } }>(nats, `STREAM.INFO.${name}`);
  return state.consumer_count;
}

/** Whether a stream has what it was asked for: a server leaves out of its configuration what it doesn't know. */
export async function streamHas(nats: NatsConnection, name: string, option: string): Promise<boolean> {
  const { config } = await jetStream<{ config: object }>(nats, `STREAM.INFO.${name}`);
  return option in config;
}

/** The last sequence of a stream: a publisher's flush doesn't mean that all is stored. */
export async function lastSequenceOf(nats: NatsConnection, name: string): Promise<number> {
  const { state } = await jetStream<{ state: { last_seq: number } }>(nats, `STREAM.INFO.${name}`);
  return state.last_seq;
}

/** Asks the JetStream API. */
export async function jetStream<T>(nats: NatsConnection, api: string, body?: object): Promise<T> {
  const payload = body === undefined ? "" : JSON.stringify(body);
  const answer = await nats.request(`$JS.API.${api}`, payload, { timeout: 30_000 });
  const found = answer.json<T & { error?: { description: string } }>();
  if (found.error !== undefined) throw new Error(`${api}: ${found.error.description}`);
  return found;
}
