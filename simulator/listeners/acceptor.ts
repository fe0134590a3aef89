import type { ServerContext } from "../context.ts";
import type { Transport } from "./transport.ts";

/** The server, for those who bring it clients. */
export interface Acceptor extends Pick<ServerContext, "settings" | "rules" | "events"> {
  /** Takes in a client whose transport is ready for INFO. */
  accept(transport: Transport): void;
}
