import type { MessageHeaders } from "../../client/index.ts";
import type { VirtualAnswer } from "./virtual-stream.ts";

/** Headers as a client reads them, with the status that only some answers have. */
export function headersOf({ status, headers }: VirtualAnswer): MessageHeaders & { readonly code: number } {
  const values = (name: string) => (name in headers ? [String(headers[name])] : []);
  return {
    code: Number(status.slice(0, 3)),
    get: (name) => values(name)[0] ?? "",
    values,
    has: (name) => name in headers,
    keys: () => Object.keys(headers),
  };
}
