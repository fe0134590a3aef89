import * as v from "valibot";
import { publicKeyBytes } from "../../client/index.ts";
import { tokenRequestSchema } from "../../contract/token.ts";

/** A body is one short key: more than this isn't read, bytes. */
const MAX_BODY_BYTES = 1024;

/** Whether a request comes from this very page: browsers put `Origin` on every POST and nobody's script can change it. */
export function isFromOwnPage(request: Request): boolean {
  const site = request.headers.get("Sec-Fetch-Site");
  return (
    request.headers.get("Origin") === new URL(request.url).origin && (site === null || site === "same-origin")
  );
}

/** What the body of a token request holds. */
export type TokenRequest =
  | { readonly outcome: "ok"; readonly userKey: string }
  | { readonly outcome: "too-large" }
  | { readonly outcome: "malformed" };

/** Reads `{ "nkey": "U…" }`, and no more of it than such a body needs. */
export async function readTokenRequest(request: Request): Promise<TokenRequest> {
  const text = await readAtMost(request, MAX_BODY_BYTES);
  if (text === null) return { outcome: "too-large" };
  try {
    const { nkey } = v.parse(tokenRequestSchema, JSON.parse(text));
    if (publicKeyBytes(nkey, "user") !== null) return { outcome: "ok", userKey: nkey };
  } catch {
    // Neither JSON nor a key: as below.
  }
  return { outcome: "malformed" };
}

async function readAtMost(request: Request, maxBytes: number): Promise<string | null> {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const chunk of request.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) return null;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
