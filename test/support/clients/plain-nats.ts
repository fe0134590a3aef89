import { type ConnectionOptions, connect, type NatsConnection } from "nats.ws";
import { WebSocket } from "ws";

/** Name of the baseline in figures and tests. */
export const PLAIN = "nats.ws 1.30.3";

/** Options of a plain nats.ws connection, and the sockets that it opened. */
export interface PlainDial {
  readonly options: ConnectionOptions;
  readonly sockets: readonly WebSocket[];
  openSockets(): number;
}

/**
 * Options for plain nats.ws with its defaults, over the same `ws` package as the client under test. The socket factory
 * does the same as the library's, and records the sockets.
 * @param dialled called at each dial
 */
export function plainDial(
  url: string,
  options: ConnectionOptions = {},
  dialled: () => void = () => {},
): PlainDial {
  const sockets: WebSocket[] = [];
  const wsFactory = async (to: string) => {
    dialled();
    const socket = new WebSocket(to);
    sockets.push(socket);
    return { socket, encrypted: to.startsWith("wss:") };
  };
  return {
    options: { servers: url, wsFactory, ...options } as ConnectionOptions,
    sockets,
    openSockets: () => sockets.filter(({ readyState }) => readyState !== WebSocket.CLOSED).length,
  };
}

/** Connects plain nats.ws with its default options. */
export function connectPlain(url: string, options: ConnectionOptions = {}): Promise<NatsConnection> {
  return connect(plainDial(url, options).options);
}

/** Waits for a status event of plain nats.ws. */
export async function plainStatus(connection: NatsConnection, wanted: string): Promise<void> {
  for await (const { type } of connection.status()) if (type === wanted) return;
  throw new Error(`the connection closed before the status ${wanted}`);
}
