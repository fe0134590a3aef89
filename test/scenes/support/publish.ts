import { headers, type MsgHdrs, type NatsConnection } from "@nats-io/transport-node";
import type { Stored } from "../../support/ledger/by-sequence.ts";

/** A message to publish. */
export interface Publication {
  readonly subject: string;
  readonly id: string;
  /** Text after the id in the payload. */
  readonly padding?: string;
  /** Whether the payload is empty, without even the id. */
  readonly isEmpty?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
}

/** JetStream's acknowledgement (JetStream API, PubAck). */
interface Ack {
  readonly seq?: number;
  readonly error?: { readonly description: string };
}

/** Messages with the ids `name-from` to `name-(to - 1)`. */
export function numbered(
  subject: string,
  name: string,
  from: number,
  to: number,
  padding = "",
): Publication[] {
  return Array.from({ length: to - from }, (_, index) => ({
    subject,
    id: `${name}-${from + index}`,
    padding,
  }));
}

/** The most messages that wait for acknowledgement at a time. */
const MAX_PENDING = 1000;

/**
 * Publishes messages to a stream in this order, and returns their sequences.
 * @throws Error with the stream's description if it rejects a message
 */
export async function publish(nats: NatsConnection, messages: readonly Publication[]): Promise<Stored[]> {
  const stored: Stored[] = [];
  for (let first = 0; first < messages.length; first += MAX_PENDING) {
    const part = messages.slice(first, first + MAX_PENDING);
    stored.push(...(await Promise.all(part.map((message) => publishOne(nats, message)))));
  }
  return stored;
}

/** Publishes a message without waiting for an acknowledgement. */
export function publishUnacknowledged(nats: NatsConnection, message: Publication): void {
  nats.publish(message.subject, payloadOf(message), { headers: headersOf(message) });
}

async function publishOne(nats: NatsConnection, message: Publication): Promise<Stored> {
  const atMs = Date.now();
  const answer = await nats.request(message.subject, payloadOf(message), {
    timeout: 20_000,
    headers: headersOf(message),
  });
  const { seq, error } = answer.json<Ack>();
  if (seq === undefined || error !== undefined) throw new Error(`${message.subject}: ${error?.description}`);
  return { id: message.id, sequence: seq, atMs };
}

function payloadOf({ id, padding = "", isEmpty = false }: Publication): string {
  return isEmpty ? "" : `${id} ${padding}`;
}

function headersOf(message: Publication): MsgHdrs {
  const h = headers();
  for (const [name, value] of Object.entries(message.headers ?? {})) h.set(name, value);
  return h;
}
