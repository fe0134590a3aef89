import type { Socket } from "node:net";
import type { ServerContext } from "../context.ts";
import type { Arrival } from "../listeners/transport.ts";
import type { Outcome } from "./inject-connection.ts";
import type { Actions, UpgradeAction } from "./scenario.ts";

/** Applies the rules for `accept` to a new connection. */
export function injectOnSocket(server: ServerContext, arrival: Arrival): Outcome {
  const action = findAction(server, "accept");
  if (action === undefined) return "as-usual";
  carryOut(action, arrival);
  return "instead";
}

/**
 * Applies the rules for `upgrade`.
 * @param stream the socket of the upgrade request, which over TLS is not the TCP socket
 * @returns an HTTP status to answer with, or the outcome
 */
export function injectOnUpgrade(server: ServerContext, arrival: Arrival, stream: Socket): Outcome | number {
  const action = findAction(server, "upgrade");
  if (action === undefined) return "as-usual";
  if (action.do === "http-status") return action.status;
  carryOut(action, arrival, stream);
  return "instead";
}

function findAction<At extends "accept" | "upgrade">(
  server: ServerContext,
  moment: At,
): Actions[At] | undefined {
  const action = server.rules.take(moment);
  if (action !== undefined) server.events.record("fault", 0, `${moment}: ${action.do}`);
  return action;
}

function carryOut(action: UpgradeAction, { socket }: Arrival, stream = socket): void {
  switch (action.do) {
    case "reset":
      // A TLS socket can't be reset, but the TCP socket below it can.
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
      // Silent: the socket stays paused, and open until the peer closes it.
      break;
  }
}
