import type { Action } from "./scenario.ts";

/** Whether the connection continues as usual, or a fault was injected instead. */
export type Outcome = "as-usual" | "instead";

/** The parts of a NATS connection that faults use. */
export interface FaultyConnection {
  sendText(text: string): void;
  sendError(text: string): void;
  closeWith(code: number, text: string): void;
  cut(how: "end" | "reset"): void;
  silence(): void;
}

/** Applies an action to a NATS connection. */
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
  }
}
