import { connect } from "cloudflare:sockets";
import { TOO_LATE, within } from "./deadline.ts";
import type { TcpEvidence } from "./evidence.ts";
import type { Target } from "./target.ts";

/** Milliseconds to wait for the greeting of a protocol in which the server speaks first, as in NATS. */
const GREETING_LIMIT_MS = 250;

/** Identifies a port's protocol over plain TCP: by its greeting, else by its answer to HTTP (`wss://`) or TLS (`ws://`). */
export async function tryTcp(target: Target, limitMs: number): Promise<TcpEvidence> {
  const deadlineMs = Date.now() + limitMs;
  let socket: Socket;
  try {
    socket = connect(
      { hostname: target.hostname, port: target.port },
      { secureTransport: "off", allowHalfOpen: false },
    );
  } catch {
    return "refused";
  }
  // All promises of a failed socket reject; `opened` below is the one that counts.
  socket.closed.catch(() => {});
  try {
    const opened = await within(limitMs, socket.opened);
    return opened === TOO_LATE ? "timeout" : await identify(socket, target, deadlineMs);
  } catch {
    return "refused";
  } finally {
    socket.close().catch(() => {});
  }
}

async function identify(
  socket: Socket,
  { hostname, isSecure }: Target,
  deadlineMs: number,
): Promise<TcpEvidence> {
  const reading = socket.readable.getReader().read();
  try {
    const greeting = await within(GREETING_LIMIT_MS, reading);
    if (greeting !== TOO_LATE) return protocolOf(greeting.value);
    const request = isSecure ? httpRequest(hostname) : CLIENT_HELLO;
    await within(GREETING_LIMIT_MS, socket.writable.getWriter().write(request));
    const answer = await within(Math.max(0, deadlineMs - Date.now()), reading);
    return answer === TOO_LATE ? "unknown" : protocolOf(answer.value);
  } catch {
    return "unknown";
  }
}

/** First bytes of TLS records: handshake or alert (RFC 8446, section 5.1). */
const TLS_RECORDS: ReadonlySet<number> = new Set([0x15, 0x16]);

function protocolOf(bytes: Uint8Array = new Uint8Array()): TcpEvidence {
  const [first = 0] = bytes;
  if (TLS_RECORDS.has(first)) return "tls";
  const head = new TextDecoder().decode(bytes.subarray(0, 5));
  if (head === "INFO ") return "nats";
  return head === "HTTP/" ? "http" : "unknown";
}

/** Common ECDHE and RSA suites. Even a server that refuses them all answers, with an alert. */
const CIPHER_SUITES = [0xc02f, 0xc02b, 0x009c, 0x002f] as const;

/** A ClientHello (RFC 5246, section 7.4.1.2), which only a TLS server answers with a TLS record. */
const CLIENT_HELLO = clientHello();

function clientHello(): Uint8Array {
  const suites = CIPHER_SUITES.flatMap((suite) => [suite >> 8, suite & 0xff]);
  const random = new Array<number>(32).fill(0);
  const hello = [0x03, 0x03, ...random, 0, 0, suites.length, ...suites, 1, 0];
  const handshake = [0x01, 0, 0, hello.length, ...hello];
  return Uint8Array.from([0x16, 0x03, 0x01, 0, handshake.length, ...handshake]);
}

/** A request that any HTTP server answers (RFC 9112). */
function httpRequest(hostname: string): Uint8Array {
  return new TextEncoder().encode(`GET / HTTP/1.1\r\nHost: ${hostname}\r\nConnection: close\r\n\r\n`);
}
