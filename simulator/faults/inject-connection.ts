import type { Action } from "./scenario.ts";

/** Whether the connection goes on with what it was about to do. */
export type Outcome = "as-usual" | "instead";

/** What a fault can do to a connection that speaks NATS. */
export interface FaultyConnection {
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
  }
}
