import { chunksWithin } from "./deadline.ts";
import type { UpgradeEvidence } from "./evidence.ts";

/** The outcome of an upgrade, with the socket if it opened. */
export interface Upgrade {
  readonly evidence: UpgradeEvidence;
  readonly socket: WebSocket | null;
  readonly tookMs: number;
  /** Aborts the connection, even while the server is sending. */
  abandon(): void;
}

/** How much of a refusal's body to read, in bytes and milliseconds. */
const BODY_BYTES = 2048;
const BODY_LIMIT_MS = 200;

/**
 * Upgrades to WebSocket by `fetch` (RFC 6455, section 4.1), which in Workers tells more than `new WebSocket`.
 * @param origin the page's origin, as a browser would send it; null for none
 */
export async function openWebSocket(
  server: string,
  origin: string | null,
  limitMs: number,
): Promise<Upgrade> {
  const startedAtMs = Date.now();
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), limitMs);
  const upgrade = (evidence: UpgradeEvidence, socket: WebSocket | null = null): Upgrade => ({
    evidence,
    socket,
    tookMs: Date.now() - startedAtMs,
    abandon: () => abort.abort(),
  });
  try {
    const response = await fetch(server.replace(/^ws/, "http"), {
      headers: { Upgrade: "websocket", ...(origin === null ? {} : { Origin: origin }) },
      redirect: "manual",
      signal: abort.signal,
    });
    const socket = response.webSocket;
    if (socket !== null) return upgrade({ outcome: "open", httpStatus: 101 }, socket);
    return upgrade({ outcome: "answered", httpStatus: response.status, body: await bodyStart(response) });
  } catch (error) {
    if (abort.signal.aborted) return upgrade({ outcome: "timeout" });
    return upgrade({ outcome: "failed", isInternal: (error as Error).message.startsWith("internal error") });
  } finally {
    clearTimeout(timer);
  }
}

async function bodyStart({ status, body }: Response): Promise<string> {
  if (body === null) return "";
  if (status < 400) {
    await body.cancel().catch(() => {});
    return "";
  }
  const decoder = new TextDecoder();
  let text = "";
  for await (const bytes of chunksWithin(BODY_LIMIT_MS, body)) {
    text += decoder.decode(bytes.subarray(0, BODY_BYTES), { stream: true });
    if (text.length >= BODY_BYTES) break;
  }
  return text;
}
