import type { Socket } from "node:net";
import type { ServerContext } from "../context.ts";
import { injectOnSocket } from "../faults/inject-socket.ts";
import type { Arrival, ListenerName } from "./transport.ts";

/** Counts a connection; undefined where a fault has it from its beginning. */
export function arrive(server: ServerContext, listener: ListenerName, socket: Socket): Arrival | undefined {
  const arrival = { listener, socket, ordinal: ++server.events.totals.accepted };
  if (injectOnSocket(server, "accept", arrival) === "instead") return undefined;
  const isSecure = server.settings.tls[listener] !== undefined;
  return isSecure && injectOnSocket(server, "tls", arrival) === "instead" ? undefined : arrival;
}
