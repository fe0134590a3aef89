import { type ClientOptions as SocketOptions, WebSocket } from "ws";
import {
  type ClientOptions,
  type ConnectionState,
  MyceliumClient,
  type SocketLike,
  type Status,
} from "../../../client/index.ts";

/** A client in this process, with its observed states and sockets. */
export interface ObservedClient {
  readonly client: MyceliumClient;
  /** All statuses so far, in order. */
  readonly statuses: readonly Status[];
  /** Sockets that the client opened and that are not closed. */
  openSockets(): number;
  /** Whether the last socket has opened and isn't closing. */
  isOpen(): boolean;
  /** Resolves to the state as soon as it satisfies `wanted`. */
  reaches(
    wanted: Status | ((state: ConnectionState) => boolean),
    deadlineMs?: number,
  ): Promise<ConnectionState>;
}

/**
 * Creates a `MyceliumClient` in Node, over `ws`.
 * @param socketOptions for `ws`, such as an `origin` like a browser's
 */
export function observedClient(
  server: string,
  options: Partial<ClientOptions> = {},
  socketOptions: SocketOptions = {},
): ObservedClient {
  const sockets: WebSocket[] = [];
  const client = new MyceliumClient({
    servers: [server],
    webSocket: (url) => {
      const socket = new WebSocket(url, socketOptions);
      sockets.push(socket);
      return socket as unknown as SocketLike;
    },
    ...options,
  });
  const statuses: Status[] = [client.state.status];
  client.onState(({ status }) => {
    if (statuses.at(-1) !== status) statuses.push(status);
  });
  return {
    client,
    statuses,
    openSockets: () => sockets.filter(({ readyState }) => readyState !== WebSocket.CLOSED).length,
    isOpen: () => sockets.at(-1)?.readyState === WebSocket.OPEN,
    reaches: (wanted, deadlineMs = 30_000) => reaches(client, wanted, deadlineMs),
  };
}

function reaches(
  client: MyceliumClient,
  wanted: Status | ((state: ConnectionState) => boolean),
  deadlineMs: number,
): Promise<ConnectionState> {
  const fits = typeof wanted === "string" ? ({ status }: ConnectionState) => status === wanted : wanted;
  if (fits(client.state)) return Promise.resolve(client.state);
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => {
      stop();
      reject(new Error(`not within ${deadlineMs} ms: ${wanted}; it is ${JSON.stringify(client.state)}`));
    }, deadlineMs);
    const stop = client.onState((state) => {
      if (!fits(state)) return;
      clearTimeout(late);
      stop();
      resolve(state);
    });
  });
}
