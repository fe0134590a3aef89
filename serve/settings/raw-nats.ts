import { connect } from "node:net";

/** Milliseconds to wait for nats-server's INFO. */
const GREETING_LIMIT_MS = 500;

/**
 * Whether a `ws://` or `wss://` URL points at NATS's plain TCP port, where the server sends `INFO `
 * at once; a WebSocket port waits for the client.
 */
export function isRawNatsPort(server: string): Promise<boolean> {
  const { hostname, port, protocol } = new URL(server);
  return new Promise((resolve) => {
    const socket = connect({
      host: hostname.replace(/^\[|\]$/g, ""),
      port: port === "" ? (protocol === "wss:" ? 443 : 80) : Number(port),
    });
    const end = (isRaw: boolean): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(isRaw);
    };
    const timer = setTimeout(() => end(false), GREETING_LIMIT_MS);
    socket.once("data", (bytes) => end(bytes.subarray(0, 5).toString("latin1") === "INFO "));
    // A server that isn't running yet is not a settings problem: the page reports it.
    socket.once("error", () => end(false));
    socket.once("close", () => end(false));
  });
}
