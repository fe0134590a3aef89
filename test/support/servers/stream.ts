import type { NatsConnection } from "@nats-io/transport-node";

/** Options of a stream besides its name and subjects (JetStream API, stream configuration). */
export interface StreamConfig {
  readonly allow_direct: boolean;
  readonly max_msgs_per_subject?: number;
  readonly [option: string]: unknown;
}

/** Creates a stream with file storage. */
export async function createStream(
  nats: NatsConnection,
  name: string,
  subjects: readonly string[],
  config: StreamConfig,
): Promise<void> {
  await jetStream(nats, `STREAM.CREATE.${name}`, { name, subjects, storage: "file", ...config });
}

/** Removes all messages of a stream, or those of one subject. */
export async function purgeStream(nats: NatsConnection, name: string, filter?: string): Promise<void> {
  await jetStream(nats, `STREAM.PURGE.${name}`, filter === undefined ? undefined : { filter });
}

/** Deletes a stream. */
export async function deleteStream(nats: NatsConnection, name: string): Promise<void> {
  await jetStream(nats, `STREAM.DELETE.${name}`);
}

/** The number of a stream's consumers: viewers must leave none. */
export async function consumersOf(nats: NatsConnection, name: string): Promise<number> {
  const { state } = await jetStream<{ state: { consumer_count: number } }>(nats, `STREAM.INFO.${name}`);
  return state.consumer_count;
}

/** Whether a stream has an option: servers drop options that they don't know from the configuration. */
export async function streamHas(nats: NatsConnection, name: string, option: string): Promise<boolean> {
  const { config } = await jetStream<{ config: object }>(nats, `STREAM.INFO.${name}`);
  return option in config;
}

/** The last sequence of a stream; needed because a publisher's flush doesn't wait for storage. */
export async function lastSequenceOf(nats: NatsConnection, name: string): Promise<number> {
  const { state } = await jetStream<{ state: { last_seq: number } }>(nats, `STREAM.INFO.${name}`);
  return state.last_seq;
}

/** Sends a request to the JetStream API. @throws Error with the API's description of a failure */
export async function jetStream<T>(nats: NatsConnection, api: string, body?: object): Promise<T> {
  const payload = body === undefined ? "" : JSON.stringify(body);
  const answer = await nats.request(`$JS.API.${api}`, payload, { timeout: 30_000 });
  const found = answer.json<T & { error?: { description: string } }>();
  if (found.error !== undefined) throw new Error(`${api}: ${found.error.description}`);
  return found;
}
