import * as v from "valibot";
import { publicKeyBytes } from "../../contract/nkey.ts";
import { tokenRequestSchema } from "../../contract/token.ts";
import { chunksWithin } from "../probe/deadline.ts";
import { problemResponse } from "../problem.ts";

/** A body is one short key: of more than this nothing is kept, bytes. It may come slowly, or never, milliseconds. */
const MAX_BODY_BYTES = 1024;
const READ_LIMIT_MS = 3000;

/** How much of a body that nobody wants is taken in, bytes: whoever still sends doesn't see the answer. */
const MAX_DRAINED_BYTES = 4_000_000;
const DRAIN_LIMIT_MS = 1000;

/**
 * Whether a request comes from this very page: browsers put `Origin` on every POST and nobody's script can change it.
 * @param publicUrl the origin that browsers see, where a proxy stands before the worker
 */
export function isFromOwnPage(request: Request, publicUrl: string | null): boolean {
  const site = request.headers.get("Sec-Fetch-Site");
  const own = publicUrl ?? new URL(request.url).origin;
  return request.headers.get("Origin") === own && (site === null || site === "same-origin");
}

/** The key in `{ "nkey": "U…" }`, or the refusal of what is none. */
export async function readUserKey({ body }: Request): Promise<string | Response> {
  const text = body === null ? "" : await takeIn(body, READ_LIMIT_MS);
  if (text === null) return problemResponse("too-large", `send at most ${MAX_BODY_BYTES} bytes`);
  try {
    const { nkey } = v.parse(tokenRequestSchema, JSON.parse(text));
    if (publicKeyBytes(nkey, "user") !== null) return nkey;
  } catch {
    // Neither JSON nor a key, or no more than its beginning came: as below.
  }
  return problemResponse("malformed", 'send { "nkey": "U…" } with a user\'s public key, and nothing else');
}

/** Takes a body in, so that its sender sees the answer instead of a broken connection; what it says, null where that is too much. */
async function takeIn(body: ReadableStream, limitMs: number): Promise<string | null> {
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

/** Takes a body in that nobody has read. */
export async function drain({ headers, body, bodyUsed }: Request): Promise<void> {
  // Nothing is sent before there is an answer (RFC 9110, section 10.1.1).
  if (body === null || bodyUsed || headers.get("Expect")?.toLowerCase() === "100-continue") return;
  await takeIn(body, DRAIN_LIMIT_MS);
}
