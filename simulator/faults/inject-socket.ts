import type { Socket } from "node:net";
import type { ServerContext } from "../context.ts";
import type { Arrival } from "../listeners/transport.ts";
import type { Outcome } from "./inject-connection.ts";
import type { Action, Moment } from "./scenario.ts";

/** Carries out the rules for `accept` and `tls`, on a connection that doesn't speak anything yet. */
export function injectOnSocket(
  server: ServerContext,
  moment: Extract<Moment, "accept" | "tls">,
  arrival: Arrival,
): Outcome {
  const action = findAction(server, arrival, moment);
  if (action === undefined) return "as-usual";
  carryOut(action, arrival);
  return "instead";
}

/**
 * Carries out the rules for `upgrade`; a number is the HTTP status to answer with.
 * @param stream the socket that the upgrade came on, which over TLS is another one
 */
export function injectOnUpgrade(server: ServerContext, arrival: Arrival, stream: Socket): Outcome | number {
  const action = findAction(server, arrival, "upgrade");
  if (action === undefined) return "as-usual";
  if (action.do === "http-status") return action.status;
  carryOut(action, arrival, stream);
  return "instead";
}

function findAction(
  server: ServerContext,
  { listener, ordinal }: Arrival,
  moment: Moment,
): Action | undefined {
  const action = server.rules.take(moment, { listener, ordinal })?.action;
  if (action !== undefined) server.events.record("fault", 0, `${moment}: ${action.do}`);
  return action;
}

function carryOut(action: Action, { socket }: Arrival, stream = socket): void {
  switch (action.do) {
    case "reset":
      // A TLS socket has no reset: the one below it does.
      socket.resetAndDestroy();
      break;
    case "close":
      stream.end(() => stream.destroy());
      break;
    case "bytes":
      stream.end(action.bytes, "latin1");
      stream.resume();
      break;
    default:
      // Silent: it stays paused, and open until the peer gives up.
      break;
  }
}
