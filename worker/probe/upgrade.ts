import { TOO_LATE, within } from "./deadline.ts";
import type { UpgradeEvidence } from "./evidence.ts";

/** The open socket, if there is one, and what was seen on the way. */
export interface Upgrade {
  readonly evidence: UpgradeEvidence;
  readonly socket: WebSocket | null;
}

/** How much of a refusal's body is read to see whether the port wants TLS, bytes. */
const BODY_BYTES = 512;
const BODY_LIMIT_MS = 200;

/** What Go's and nginx's HTTPS ports say to plain HTTP; nats-server's WebSocket port is Go's. */
const WANTS_TLS = /HTTP request (was sent )?to (an )?HTTPS/i;

/** Upgrades to WebSocket by `fetch` (RFC 6455, section 4.1), which in Workers tells more than `new WebSocket`. */
export async function openWebSocket(server: string, limitMs: number): Promise<Upgrade> {
  const startedAtMs = Date.now();
  const tookMs = (): number => Date.now() - startedAtMs;
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), limitMs);
  try {
    const response = await fetch(server.replace(/^ws/, "http"), {
      headers: { Upgrade: "websocket" },
      redirect: "manual",
      signal: abort.signal,
    });
    const socket = response.webSocket;
    if (socket !== null) return { socket, evidence: { outcome: "open", tookMs: tookMs() } };
    const saysTls = response.status === 400 && WANTS_TLS.test(await beginningOf(response));
    await response.body?.cancel().catch(() => {});
    return {
      socket: null,
      evidence: { outcome: "answered", tookMs: tookMs(), httpStatus: response.status, saysTls },
    };
  } catch (error) {
    if (abort.signal.aborted) return { socket: null, evidence: { outcome: "timeout", tookMs: tookMs() } };
    const isInternal = (error as Error).message.startsWith("internal error");
    return { socket: null, evidence: { outcome: "failed", tookMs: tookMs(), isInternal } };
  } finally {
    clearTimeout(timer);
  }
}

async function beginningOf(response: Response): Promise<string> {
  const reader = response.body?.getReader();
  if (reader === undefined) return "";
  const first = await within(BODY_LIMIT_MS, reader.read());
  reader.releaseLock();
  if (first === TOO_LATE || first.value === undefined) return "";
  return new TextDecoder().decode(first.value.subarray(0, BODY_BYTES));
}
