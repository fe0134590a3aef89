/** ECDHE and plain RSA suites that any server knows some of; even a refusal is an answer. */
const CIPHER_SUITES = [0xc02f, 0xc02b, 0x009c, 0x002f] as const;

/** What a TLS server answers with a handshake or an alert, and a plain one with neither (RFC 5246, section 7.4.1.2). */
export const CLIENT_HELLO = clientHello();

function clientHello(): Uint8Array {
  const suites = CIPHER_SUITES.flatMap((suite) => [suite >> 8, suite & 0xff]);
  const random = new Array<number>(32).fill(0);
  const hello = [0x03, 0x03, ...random, 0, 0, suites.length, ...suites, 1, 0];
  const handshake = [0x01, 0, 0, hello.length, ...hello];
  return Uint8Array.from([0x16, 0x03, 0x01, 0, handshake.length, ...handshake]);
}

/** A request that any HTTP server answers (RFC 9112). */
export function httpRequest(hostname: string): Uint8Array {
  return new TextEncoder().encode(`GET / HTTP/1.1\r\nHost: ${hostname}\r\nConnection: close\r\n\r\n`);
}
