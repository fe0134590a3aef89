import * as v from "valibot";
import { publicKeyBytes } from "../../contract/nkey.ts";
import { tokenRequestSchema } from "../../contract/token.ts";
import { chunksWithin } from "../probe/deadline.ts";
import { problemResponse } from "../problem.ts";

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

/** The key in `{ "nkey": "U…" }`, or the refusal of what is none; no more is read than such a body needs. */
export async function readUserKey(request: Request): Promise<string | Response> {
  const text = await readAtMost(request, MAX_BODY_BYTES);
  if (text === null) return problemResponse("too-large", "a token request is one short key");
  try {
    const { nkey } = v.parse(tokenRequestSchema, JSON.parse(text));
    if (publicKeyBytes(nkey, "user") !== null) return nkey;
  } catch {
    // Neither JSON nor a key: as below.
  }
  return problemResponse("malformed", 'give { "nkey": "U…" }, a user\'s public key, and nothing else');
}

async function readAtMost({ body }: Request, maxBytes: number): Promise<string | null> {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  // What is left is drained, so that it isn't cancelled here.
  for await (const chunk of body?.values({ preventCancel: true }) ?? []) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) return null;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** How much of a body that nobody wants is taken in, bytes: whoever still sends doesn't see the answer. */
const MAX_DRAINED_BYTES = 4_000_000;
const DRAIN_LIMIT_MS = 1000;

/** Takes the rest of a body in, so that its sender sees the answer instead of a broken connection. */
export async function drain({ headers, body, bodyUsed }: Request): Promise<void> {
  if (body === null || body.locked) return;
  // Nothing is sent before there is an answer (RFC 9110, section 10.1.1).
  if (!bodyUsed && headers.get("Expect")?.toLowerCase() === "100-continue") return;
  let bytes = 0;
  for await (const chunk of chunksWithin(DRAIN_LIMIT_MS, body)) {
    bytes += chunk.byteLength;
    if (bytes >= MAX_DRAINED_BYTES) break;
  }
}
