import { wholeCharacters } from "./write-json.ts";

/** How a message breaks its feed's rules; `field` names the part of the message. */
export type Problem = Readonly<
  | { reason: "empty" | "not-utf8"; field: "payload" }
  | { reason: "too-large"; field: "payload"; bytes: number }
  | { reason: "not-json"; field: "payload"; detail: string }
  | { reason: "not-decodable"; field: "payload"; format: string; detail: string }
  | { reason: "not-object"; field: "payload"; found: string }
  | { reason: "bad-headers"; field: "headers" }
  | { reason: "missing"; field: string }
  | { reason: "wrong-type"; field: string; expected: string; found: string }
  | { reason: "not-allowed"; field: string; found: string; allowed: readonly string[] }
>;

/** Longer error texts and values don't help. */
const MAX_DETAIL_CHARACTERS = 160;

/** An error's message, short enough for a row. */
export function detailOf(error: unknown): string {
  return error instanceof Error ? wholeCharacters(error.message, MAX_DETAIL_CHARACTERS) : "unknown";
}
