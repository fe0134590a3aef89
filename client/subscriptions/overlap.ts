import type { Message } from "../message.ts";

/**
 * Two links that are subscribed to the same subjects for a while. Core NATS
 * messages have no ids, so equal ones (subject, reply, headers and payload)
 * are counted on each link, and as many are let through as the fuller link brought.
 */
export class Overlap {
  readonly #seen = new Map<object, Map<string, number>>();
  readonly #admitted = new Map<string, number>();

  /** Whether the other link has brought this message already. */
  isRepeat(link: object, message: Message): boolean {
    const key = keyOf(message);
    const ofLink = this.#seen.get(link) ?? new Map<string, number>();
    this.#seen.set(link, ofLink);
    const count = (ofLink.get(key) ?? 0) + 1;
    ofLink.set(key, count);
    if (count <= (this.#admitted.get(key) ?? 0)) return true;
    this.#admitted.set(key, count);
    return false;
  }
}

function keyOf(message: Message): string {
  return `${message.reply ?? ""} ${contentOf(message)}`;
}

/** What a message says: subject, headers and payload. Core NATS messages have no ids. */
export function contentOf(message: Message): string {
  let payload = "";
  for (const byte of message.data) payload += String.fromCharCode(byte);
  return JSON.stringify([message.subject, headOf(message), payload]);
}

/** nats.ws reads the header block only when it is asked for, and throws if it can't. */
function headOf(message: Message): unknown {
  try {
    const { headers } = message;
    return headers?.keys().map((name) => [name, headers.values(name)]) ?? [];
  } catch {
    return "unreadable";
  }
}
