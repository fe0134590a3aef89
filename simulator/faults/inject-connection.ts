import type { Action } from "./scenario.ts";

/** Whether the connection goes on with what it was about to do. */
export type Outcome = "as-usual" | "instead";

/** What a fault can do to a connection that speaks NATS. */
export interface FaultyConnection {
  readonly timers: { after(delayMs: number, work: () => void): void };
  infoLine(): string;
  sendText(text: string): void;
  sendError(text: string): void;
  closeWith(code: number, text: string): void;
  cut(how: "end" | "reset"): void;
  silence(): void;
}

/** Carries an action out on a connection that speaks NATS. */
export function injectOnConnection(connection: FaultyConnection, action: Action): void {
  switch (action.do) {
    case "silent":
      connection.silence();
      break;
    case "close":
      connection.cut("end");
      break;
    case "reset":
      connection.cut("reset");
      break;
    case "bytes":
      connection.sendText(action.bytes);
      connection.cut("end");
      break;
    case "error":
      connection.sendError(action.text);
      if (action.code !== undefined) connection.closeWith(action.code, action.text);
      break;
    case "close-code":
      connection.closeWith(action.code, action.reason ?? "");
      break;
    case "info":
      sendOddInfo(connection, action.form);
      break;
    default:
      break;
  }
}

/** Between the two halves of a split INFO, milliseconds. */
const SPLIT_MS = 20;
/** How much of an INFO without end is sent at a time, and how often. */
const ENDLESS_BYTES = 1024;
const ENDLESS_MS = 50;

function sendOddInfo(connection: FaultyConnection, form: "split" | "garbled" | "endless"): void {
  const info = connection.infoLine();
  if (form === "garbled") {
    connection.sendText(info.replace('"server_id":', '"server_id"'));
    return;
  }
  if (form === "split") {
    const half = Math.floor(info.length / 2);
    connection.sendText(info.slice(0, half));
    connection.timers.after(SPLIT_MS, () => connection.sendText(info.slice(half)));
    return;
  }
  connection.sendText(info.trimEnd().slice(0, -1));
  const drip = (): void => {
    connection.sendText(`,"${"x".repeat(ENDLESS_BYTES)}":0`);
    connection.timers.after(ENDLESS_MS, drip);
  };
  drip();
}
