import { wholeCharacters } from "./write-json.ts";

/** Why a message isn't an event of its feed; `field` is what it is about. Only a feed's own rules make one. */
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

/** More of a parser's words or of a wrong value is no help. */
const MAX_DETAIL_CHARACTERS = 160;

/** What an error says, short enough for a row. */
export function detailOf(error: unknown): string {
  return error instanceof Error ? wholeCharacters(error.message, MAX_DETAIL_CHARACTERS) : "unknown";
}
