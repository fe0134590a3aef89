import type { Socket } from "node:net";
import type { Hub } from "../hub.ts";
import type { ListenerName } from "../transport.ts";
import type { Action, Moment } from "./scenario.ts";
import type { Aftermath } from "./strike-session.ts";

/** Lets the rules for `accept` and `tls` strike a connection that doesn't speak anything yet. */
export function strikeSocket(
  hub: Hub,
  listener: ListenerName,
  moment: Extract<Moment, "accept" | "tls">,
  socket: Socket,
): Aftermath {
  const action = findAction(hub, listener, moment);
  if (action === undefined) return "as-usual";
  carryOut(action, socket);
  return "instead";
}

/** Lets the rules for `upgrade` strike; a number is the HTTP status to answer with. */
export function strikeUpgrade(hub: Hub, socket: Socket): Aftermath | number {
  const action = findAction(hub, "websocket", "upgrade");
  if (action === undefined) return "as-usual";
  if (action.do === "http-status") return action.status;
  carryOut(action, socket);
  return "instead";
}

function findAction(hub: Hub, listener: ListenerName, moment: Moment): Action | undefined {
  if (!hub.rulebook.has(moment)) return undefined;
  const action = hub.rulebook.strike(moment, { listener, ordinal: hub.ledger.totals.accepted })?.action;
  if (action !== undefined) hub.ledger.record("fault", 0, `${moment}: ${action.do}`);
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
