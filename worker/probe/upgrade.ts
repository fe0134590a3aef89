import { TOO_LATE, within } from "./deadline.ts";
import type { UpgradeEvidence, UpgradeWords } from "./evidence.ts";

/** The open socket, if there is one, and what was seen on the way. */
export interface Upgrade {
  readonly evidence: UpgradeEvidence;
  readonly socket: WebSocket | null;
  /** Cuts the connection, whatever the other side goes on sending. */
  abandon(): void;
}

/** How much of a refusal's body is read for words that tell more than its status, bytes and milliseconds. */
const BODY_BYTES = 2048;
const BODY_LIMIT_MS = 200;

/** What is said behind a status, by whom it is known. */
const WORDS: readonly (readonly [RegExp, UpgradeWords])[] = [
  // Go's and nginx's HTTPS ports to plain HTTP; nats-server's WebSocket port is Go's.
  [/HTTP request (was sent )?to (an )?HTTPS/i, "wants-tls"],
  // Cloudflare's edge ("Cloudflare 1xxx errors").
  [/error code: 1033/i, "tunnel-down"],
  [/error code: 1016/i, "no-origin-name"],
  [/error code: 1003/i, "needs-name"],
  // nats-server, when what makes a request an upgrade was lost on the way (`server/websocket.go`).
  [/invalid value for header '(?:Upgrade|Connection)'/i, "headers-stripped"],
];

/**
 * Upgrades to WebSocket by `fetch` (RFC 6455, section 4.1), which in Workers tells more than `new WebSocket`.
 * @param origin the page's, as a browser would send it; null for none
 */
export async function openWebSocket(
  server: string,
  origin: string | null,
  limitMs: number,
): Promise<Upgrade> {
  const startedAtMs = Date.now();
  const tookMs = (): number => Date.now() - startedAtMs;
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), limitMs);
  const abandon = (): void => abort.abort();
  try {
    const response = await fetch(server.replace(/^ws/, "http"), {
      headers: { Upgrade: "websocket", ...(origin === null ? {} : { Origin: origin }) },
      redirect: "manual",
      signal: abort.signal,
    });
    const socket = response.webSocket;
    if (socket !== null) return { socket, abandon, evidence: { outcome: "open", tookMs: tookMs() } };
    const says = wordsIn(await beginningOf(response));
    await response.body?.cancel().catch(() => {});
    return {
      socket: null,
      abandon,
      evidence: { outcome: "answered", tookMs: tookMs(), httpStatus: response.status, says },
    };
  } catch (error) {
    const isInternal = (error as Error).message.startsWith("internal error");
    const evidence: UpgradeEvidence = abort.signal.aborted
      ? { outcome: "timeout", tookMs: tookMs() }
      : { outcome: "failed", tookMs: tookMs(), isInternal };
    return { socket: null, abandon, evidence };
  } finally {
    clearTimeout(timer);
  }
}

function wordsIn(text: string): UpgradeWords {
  return WORDS.find(([pattern]) => pattern.test(text))?.[1] ?? "nothing";
}

async function beginningOf(response: Response): Promise<string> {
  const reader = response.body?.getReader();
  if (reader === undefined || response.status < 400) return "";
  const deadlineMs = Date.now() + BODY_LIMIT_MS;
  const decoder = new TextDecoder();
  let text = "";
  while (text.length < BODY_BYTES) {
    const next = await within(Math.max(0, deadlineMs - Date.now()), reader.read()).catch(() => null);
    if (next === null || next === TOO_LATE || next.value === undefined) break;
    text += decoder.decode((next.value as Uint8Array).subarray(0, BODY_BYTES), { stream: true });
  }
  reader.releaseLock();
  return text;
}
