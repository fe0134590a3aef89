import type { MessageHeaders } from "../message.ts";

/** Base64 as JetStream's JSON has it. */
export function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

/** A header block (NATS ADR-4), base64: a line for the version, then one for each header. */
export function headersIn(base64: string): MessageHeaders {
  const lines = new TextDecoder().decode(bytesOf(base64)).split("\r\n").slice(1);
  const pairs = lines.flatMap((line) => {
    const colon = line.indexOf(":");
    return colon < 0 ? [] : [[line.slice(0, colon), line.slice(colon + 1).trim()] as const];
  });
  const values = (name: string) => pairs.filter(([key]) => key === name).map(([, value]) => value);
  return {
    get: (name) => values(name)[0] ?? "",
    values,
    has: (name) => values(name).length > 0,
    keys: () => [...new Set(pairs.map(([key]) => key))],
  };
}
