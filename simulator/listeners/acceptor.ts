import type { Socket } from "node:net";
import type { ServerContext } from "../context.ts";
import { injectOnSocket } from "../faults/inject-socket.ts";
import type { Arrival, ListenerName } from "./transport.ts";

/** Counts a new connection; undefined when a fault has taken it over. */
export function arrive(server: ServerContext, listener: ListenerName, socket: Socket): Arrival | undefined {
  server.events.totals.accepted++;
  const arrival = { listener, socket };
  return injectOnSocket(server, arrival) === "instead" ? undefined : arrival;
}
