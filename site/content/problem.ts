/** Why a message isn't an event of its feed; `field` is what it is about. Only a feed's own rules make one. */
export type Problem =
  | { readonly reason: "empty"; readonly field: "payload" }
  | { readonly reason: "too-large"; readonly field: "payload"; readonly bytes: number }
  | { readonly reason: "not-utf8"; readonly field: "payload" }
  | { readonly reason: "not-json"; readonly field: "payload"; readonly detail: string }
  | {
      readonly reason: "not-decodable";
      readonly field: "payload";
      readonly format: string;
      readonly detail: string;
    }
  | { readonly reason: "not-object"; readonly field: "payload"; readonly found: string }
  | { readonly reason: "bad-headers"; readonly field: "headers" }
  | { readonly reason: "missing"; readonly field: string }
  | {
      readonly reason: "wrong-type";
      readonly field: string;
      readonly expected: string;
      readonly found: string;
    }
  | {
      readonly reason: "not-allowed";
      readonly field: string;
      readonly found: string;
      readonly allowed: readonly string[];
    };

/** More of a parser's words or of a wrong value is no help. */
const MAX_DETAIL_CHARACTERS = 160;

/** What an error says, short enough for a row. */
export function detailOf(error: unknown): string {
  return error instanceof Error ? error.message.slice(0, MAX_DETAIL_CHARACTERS) : "unknown";
}
