import type { Socket } from "node:net";
import type { ServerContext } from "../context.ts";
import type { ListenerName, Transport } from "./transport.ts";

/** The server, for those who bring it clients. */
export interface Acceptor extends Pick<ServerContext, "settings" | "rules" | "events"> {
  /** Takes in a client whose transport is ready for INFO. */
  accept(transport: Transport, ordinal: number): void;
}

/** A connection as the system handed it over. */
export interface Arrival {
  readonly listener: ListenerName;
  readonly socket: Socket;
  /** How many connections had been accepted when this one was, itself included. */
  readonly ordinal: number;
}

/** Counts a connection. */
export function arrive({ events }: Acceptor, listener: ListenerName, socket: Socket): Arrival {
  return { listener, socket, ordinal: ++events.totals.accepted };
}
