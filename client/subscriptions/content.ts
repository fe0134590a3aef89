import type { Message } from "../message.ts";

/** The same for messages that can't be told apart. */
export function contentOf(message: Message): string {
  const { subject, reply, data } = message;
  return JSON.stringify([subject, reply ?? "", headOf(message), data.length, hashOf(data)]);
}

function headOf({ headers }: Message): unknown {
  return headers?.keys().map((name) => [name, headers.values(name)]) ?? [];
}

/** Two independent hashes of 32 bits (FNV-1a, and the same over other numbers): payloads may be large, and many. */
function hashOf(bytes: Uint8Array): string {
  let one = 0x811c9dc5;
  let other = 0x9e3779b1;
  for (const byte of bytes) {
    one = Math.imul(one ^ byte, 0x01000193);
    other = Math.imul(other ^ byte, 0x85ebca6b) ^ (other >>> 13);
  }
  return `${one >>> 0}.${other >>> 0}`;
}
