import type { Session } from "../session.ts";
import type { Action } from "./scenario.ts";

/** Whether the session goes on with what it was about to do. */
export type Aftermath = "as-usual" | "instead";

/** Carries an action out on a connection that speaks NATS. */
export function strikeSession(session: Session, action: Action): Aftermath {
  session.hub.ledger.record("fault", session.id, action.do);
  switch (action.do) {
    case "silent":
      session.transport.pause();
      session.wire.valve.swallow();
      return "instead";
    case "half-open":
      session.wire.valve.swallow();
      return "instead";
    case "freeze":
      session.freeze();
      return "as-usual";
    case "slow":
      session.wire.valve.setPace(action);
      return "as-usual";
    case "close":
      session.cut("end");
      return "instead";
    case "reset":
      session.cut("reset");
      return "instead";
    case "bytes":
      session.sendText(action.bytes);
      session.cut("end");
      return "instead";
    case "error":
      session.sendError(action.text);
      if (action.code !== undefined) session.closeWith(action.code, action.text);
      return "instead";
    case "close-code":
      session.closeWith(action.code, action.reason ?? "");
      return "instead";
    case "info":
      return sendOddInfo(session, action.form);
    default:
      return "as-usual";
  }
}

/** Between the two halves of a split INFO, milliseconds. */
const SPLIT_MS = 20;
/** How much of an INFO without end is sent at a time, and how often. */
const ENDLESS_BYTES = 1024;
const ENDLESS_MS = 50;

function sendOddInfo(session: Session, form: "split" | "garbled" | "endless"): Aftermath {
  const info = session.infoLine();
  if (form === "garbled") {
    session.sendText(info.replace('"server_id":', '"server_id"'));
    return "instead";
  }
  if (form === "split") {
    const half = Math.floor(info.length / 2);
    session.sendText(info.slice(0, half));
    session.timers.after(SPLIT_MS, () => session.sendText(info.slice(half)));
    return "instead";
  }
  session.sendText(info.trimEnd().slice(0, -1));
  const drip = (): void => {
    session.sendText(`,"${"x".repeat(ENDLESS_BYTES)}":0`);
    session.timers.after(ENDLESS_MS, drip);
  };
  drip();
  return "instead";
}
