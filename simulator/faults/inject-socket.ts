import type { Socket } from "node:net";
import type { ServerContext } from "../context.ts";
import type { ListenerName } from "../listeners/transport.ts";
import type { Outcome } from "./inject-connection.ts";
import type { Action, Moment } from "./scenario.ts";

/** What it takes of the server. */
type FaultSource = Pick<ServerContext, "rules" | "events">;

/** Carries out the rules for `accept` and `tls`, on a connection that doesn't speak anything yet. */
export function injectOnSocket(
  server: FaultSource,
  listener: ListenerName,
  moment: Extract<Moment, "accept" | "tls">,
  socket: Socket,
): Outcome {
  const action = findAction(server, listener, moment);
  if (action === undefined) return "as-usual";
  carryOut(action, socket);
  return "instead";
}

/** Carries out the rules for `upgrade`; a number is the HTTP status to answer with. */
export function injectOnUpgrade(server: FaultSource, socket: Socket): Outcome | number {
  const action = findAction(server, "websocket", "upgrade");
  if (action === undefined) return "as-usual";
  if (action.do === "http-status") return action.status;
  carryOut(action, socket);
  return "instead";
}

function findAction(server: FaultSource, listener: ListenerName, moment: Moment): Action | undefined {
  if (!server.rules.has(moment)) return undefined;
  const action = server.rules.take(moment, { listener, ordinal: server.events.totals.accepted })?.action;
  if (action !== undefined) server.events.record("fault", 0, `${moment}: ${action.do}`);
  return action;
}

function carryOut(action: Action, socket: Socket): void {
  switch (action.do) {
    case "reset":
      socket.resetAndDestroy();
      break;
    case "close":
      socket.end(() => socket.destroy());
      break;
    case "bytes":
      socket.end(action.bytes, "latin1");
      socket.resume();
      break;
    default:
      // Silent: it stays paused, and open until the peer gives up.
      break;
  }
}
