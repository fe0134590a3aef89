import fc from "fast-check";
import type { Searchable } from "./filter.ts";
import { readAuto } from "./reading.ts";

/** A message with this text as its payload, as a panel holds it. */
export function eventOf(payload: string, more: Partial<Searchable> = {}): Searchable {
  const { value, raw } = readAuto(new TextEncoder().encode(payload));
  return { subject: "orders.eu", size: payload.length, headers: [], atMs: 0, value, raw, ...more };
}

/**
 * Any value that JSON can write, but no name with a quote or a backslash in it: V8 13.6, which Node 24 has, reads
 * `{"\"": 1}` under another name where it has read `{"\\": 1}` before. Chromium's V8 doesn't any more.
 */
export const jsonValues = fc.jsonValue().filter((value) => {
  let isOdd = false;
  JSON.stringify(value, (name, one) => {
    isOdd ||= /["\\]/.test(name);
    return one;
  });
  return !isOdd;
});

/** Bytes from hexadecimal digits. */
export const hex = (text: string) =>
  Uint8Array.from(text.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));

/** An event with every kind of value that filters can find. */
export const SEARCHED = eventOf(
  String.raw`{"user":"Ana","note":"two words, http://x","path":"C:\\temp\\new","said":"she said \"hi\" twice",
  "situação":"concluída","price":1.10,"order_id":9223372036854775801,"tags":["a","b"],"none":null,"blank":"",
  "count":12,"text":"12.5","negative":-5,"meta":{"Id":"x-1"},"payload":{"status":"failed"},"word":"caf\u00e9"}`,
  { headers: [["Trace", ["t-1"]]] },
);
