import { WebSocket } from "ws";
import type {
  ClientOptions,
  Gap,
  Message,
  SequenceReason,
  SocketLike,
  StreamSource,
  Subscription,
} from "../../../client/index.ts";
import { until } from "../tools/until.ts";
import { type ObservedClient, observedClient } from "./client.ts";

/** A client with one subscription over a path that a test can cut, and everything that the subscription received. */
export interface Recording {
  readonly observed: ObservedClient;
  readonly subscription: Subscription;
  readonly messages: readonly Message[];
  /** The payloads as text. */
  payloads(): string[];
  readonly gaps: readonly Gap[];
  /** Starts the client, and waits until the stream is read completely, or until the reason why not is reported. */
  begin(unreadable?: SequenceReason): Promise<void>;
  /** Cuts the path; all dials fail until `restore()`. */
  cut(): Promise<void>;
  restore(): void;
  /** Waits for one more gap than `before`. */
  nextGap(before: number): Promise<Gap>;
}

/** Creates a client that subscribes to `subject` with `stream` behind it. */
export function record(
  server: string,
  subject: string,
  stream: string | StreamSource,
  options: Partial<ClientOptions> = {},
): Recording {
  const sockets: WebSocket[] = [];
  let path = Promise.withResolvers<void>();
  path.resolve();
  const observed = observedClient(server, {
    reconnect: { baseDelayMs: 10, maxDelayMs: 10 },
    connectTimeoutMs: 60_000,
    webSocket: async (url) => {
      await path.promise;
      const socket = new WebSocket(url);
      sockets.push(socket);
      return socket as unknown as SocketLike;
    },
    ...options,
  });
  const messages: Message[] = [];
  const gaps: Gap[] = [];
  const subscription = observed.client.subscribe(subject, (message) => messages.push(message), { stream });
  subscription.onGap((gap) => gaps.push(gap));
  return {
    observed,
    subscription,
    messages,
    gaps,
    payloads: () => messages.map(({ data }) => new TextDecoder().decode(data)),
    async begin(unreadable) {
      await observed.client.start();
      await until(`the subscription is ${unreadable ?? "current"}`, () => {
        const { state, reason } = subscription.sequence ?? {};
        return unreadable === undefined ? state === "current" : reason === unreadable;
      });
    },
    async cut() {
      path = Promise.withResolvers();
      for (const socket of sockets) socket.terminate();
      await observed.reaches("reconnecting");
    },
    restore: () => path.resolve(),
    async nextGap(before) {
      await until("a gap", () => gaps.length > before);
      return gaps[before] as Gap;
    },
  };
}
