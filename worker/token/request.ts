import * as v from "valibot";
import { publicKeyBytes } from "../../contract/nkey.ts";
import { tokenRequestSchema } from "../../contract/token.ts";
import { TOO_LATE, within } from "../probe/deadline.ts";

/** A body is one short key: more than this isn't read, bytes. */
const MAX_BODY_BYTES = 1024;

/**
 * Whether a request comes from this very page: browsers put `Origin` on every POST and nobody's script can change it.
 * @param publicUrl the origin that browsers see, where a proxy stands before the worker
 */
export function isFromOwnPage(request: Request, publicUrl: string | null): boolean {
  const site = request.headers.get("Sec-Fetch-Site");
  const own = publicUrl ?? new URL(request.url).origin;
  return request.headers.get("Origin") === own && (site === null || site === "same-origin");
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

/** How much of a body that nobody wants is taken in, bytes: whoever still sends doesn't see the answer. */
const MAX_DRAINED_BYTES = 4_000_000;
const DRAIN_LIMIT_MS = 1000;

/** Takes the rest of a body in, so that its sender sees the answer instead of a broken connection. */
export async function drain({ body }: Request): Promise<void> {
  if (body === null || body.locked) return;
  const reader = body.getReader();
  const deadlineMs = Date.now() + DRAIN_LIMIT_MS;
  for (let bytes = 0; bytes < MAX_DRAINED_BYTES; ) {
    const next = await within(Math.max(0, deadlineMs - Date.now()), reader.read()).catch(() => TOO_LATE);
    if (typeof next === "symbol" || next.done) break;
    bytes += next.value.byteLength;
  }
  await reader.cancel().catch(() => {});
}

async function readAtMost({ body }: Request, maxBytes: number): Promise<string | null> {
  if (body === null) return "";
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  for (let bytes = 0; ; ) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    bytes += value.byteLength;
    if (bytes > maxBytes) {
      reader.releaseLock();
      return null;
    }
    text += decoder.decode(value, { stream: true });
  }
}
