import type { Message } from "../message.ts";

/** A digest of subject, reply, headers and payload: equal for messages that can't be told apart. */
export function contentOf({ subject, reply, headers, data }: Message): string {
  const head = headers?.keys().map((name) => [name, headers.values(name)]) ?? [];
  return JSON.stringify([subject, reply ?? "", head, data.length, hashOf(data)]);
}

/** Two 32-bit hashes (FNV-1a, and a variant with other constants), as payloads may be too large to keep. */
function hashOf(bytes: Uint8Array): string {
  let one = 0x811c9dc5;
  let other = 0x9e3779b1;
  for (const byte of bytes) {
    one = Math.imul(one ^ byte, 0x01000193);
    other = Math.imul(other ^ byte, 0x85ebca6b) ^ (other >>> 13);
  }
  return `${one >>> 0}.${other >>> 0}`;
}
