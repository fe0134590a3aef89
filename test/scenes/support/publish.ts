import { headers, type MsgHdrs, type NatsConnection } from "@nats-io/transport-node";
import type { Stored } from "../../support/ledger/by-sequence.ts";

/** A message to be published. */
export interface Publication {
  readonly subject: string;
  readonly id: string;
  /** What follows the id in the payload. */
  readonly padding?: string;
  /** Whether it has no payload at all, not even its id. */
  readonly isEmpty?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An acknowledgement of JetStream (JetStream API, PubAck). */
interface Ack {
  readonly seq?: number;
  readonly error?: { readonly description: string };
}

/** The messages of ids `name-from` to `name-(to - 1)`. */
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

/** So many wait for their acknowledgements at once. */
const AT_ONCE = 1000;

/**
 * Publishes to a stream, all at once and in this order, and says in which place each stands.
 * @throws Error with the stream's own words where it takes one not
 */
export async function publish(nats: NatsConnection, messages: readonly Publication[]): Promise<Stored[]> {
  const stored: Stored[] = [];
  for (let first = 0; first < messages.length; first += AT_ONCE) {
    const part = messages.slice(first, first + AT_ONCE);
    stored.push(...(await Promise.all(part.map((message) => publishOne(nats, message)))));
  }
  return stored;
}

/** Publishes a message of which nobody wants to know what becomes of it. */
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
