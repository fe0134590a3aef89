import type { Socket } from "node:net";
import type { ServerContext } from "../context.ts";
import type { Arrival } from "../listeners/transport.ts";
import type { Outcome } from "./inject-connection.ts";
import type { Actions, UpgradeAction } from "./scenario.ts";

/** Carries out the rules for `accept`, on a connection that doesn't speak anything yet. */
export function injectOnSocket(server: ServerContext, arrival: Arrival): Outcome {
  const action = findAction(server, "accept");
  if (action === undefined) return "as-usual";
  carryOut(action, arrival);
  return "instead";
}

/**
 * Carries out the rules for `upgrade`; a number is the HTTP status to answer with.
 * @param stream the socket that the upgrade came on, which over TLS is another one
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
