import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { checkUpgrade } from "./upgrade.ts";

const TLS = join(import.meta.dirname, "../../../simulator/contract/support/tls");
const refuse = (_: unknown, socket: { end(text: string): void }): void =>
  socket.end("HTTP/1.1 400 Bad Request\r\n\r\n");

test.each([
  ["wss", createServer(), /^\S+ does not use TLS: add tls to its websocket block/],
  ["ws", createServer(), /^\S+ answers a WebSocket upgrade with HTTP 400: if it uses TLS, give its wss:/],
  [
    "wss",
    createTlsServer({ key: readFileSync(join(TLS, "key.pem")), cert: readFileSync(join(TLS, "cert.pem")) }),
    /^\S+ has a certificate that isn't trusted \([^\n]+\): use a certificate for that name/,
  ],
])(
  "explains why a %s:// connection fails: wrong scheme or untrusted certificate",
  async (scheme, server, words) => {
    server.on("upgrade", refuse);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const { level, what, fix } = await checkUpgrade(`${scheme}://127.0.0.1:${port}`, null);
    expect(level).toBe("fail");
    expect(`${what}: ${fix}`).toMatch(words);
    await new Promise((resolve) => server.close(resolve));
  },
);
