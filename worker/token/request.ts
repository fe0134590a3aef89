import * as v from "valibot";
import { publicKeyBytes } from "../../contract/nkey.ts";
import { tokenRequestSchema } from "../../contract/token.ts";
import { chunksWithin } from "../probe/deadline.ts";
import { problemResponse } from "../problem.ts";

/** Bytes of the largest accepted body, and milliseconds to wait for it. */
const MAX_BODY_BYTES = 1024;
const READ_LIMIT_MS = 3000;

/** Bytes and milliseconds to read of an unwanted body: a client that is still sending doesn't see the answer. */
const MAX_DRAINED_BYTES = 4_000_000;
const DRAIN_LIMIT_MS = 1000;

/**
 * Whether a request comes from the worker's own page: browsers send `Origin` with every POST, and no script can set it.
 * @param publicUrl the origin that browsers show, if a proxy is in front of the worker
 */
export function isFromOwnPage(request: Request, publicUrl: string | null): boolean {
  const site = request.headers.get("Sec-Fetch-Site");
  const own = publicUrl ?? new URL(request.url).origin;
  return request.headers.get("Origin") === own && (site === null || site === "same-origin");
}

/** The key in a body `{ "nkey": "U…" }`, or the refusal of any other body. */
export async function readUserKey({ body }: Request): Promise<string | Response> {
  const text = body === null ? "" : await readBody(body, READ_LIMIT_MS);
  if (text === null) return problemResponse("too-large", `send at most ${MAX_BODY_BYTES} bytes`);
  try {
    const { nkey } = v.parse(tokenRequestSchema, JSON.parse(text));
    if (publicKeyBytes(nkey, "user") !== null) return nkey;
  } catch {
    // The body isn't JSON, isn't a key, or is incomplete.
  }
  return problemResponse("malformed", 'send { "nkey": "U…" } with a user\'s public key, and nothing else');
}

/** Reads a body, even one that is too large (null), so that the client sees the answer and not a broken connection. */
async function readBody(body: ReadableStream, limitMs: number): Promise<string | null> {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const chunk of chunksWithin(limitMs, body)) {
    bytes += chunk.byteLength;
    if (bytes <= MAX_BODY_BYTES) text += decoder.decode(chunk, { stream: true });
    if (bytes >= MAX_DRAINED_BYTES) break;
  }
  return bytes > MAX_BODY_BYTES ? null : text;
}

/** Reads and discards a body that wasn't read. */
export async function discardBody({ headers, body, bodyUsed }: Request): Promise<void> {
  // With `Expect`, the client sends no body before the answer (RFC 9110, section 10.1.1).
  if (body === null || bodyUsed || headers.get("Expect")?.toLowerCase() === "100-continue") return;
  await readBody(body, DRAIN_LIMIT_MS);
}
