import type { PermissionViolation } from "../faults/classify.ts";
import type { Fault } from "../faults/fault.ts";

/** Events of a live connection, with what its server says in `-ERR` and INFO. */
export type ConnectionEvent =
  /** The connection ended unexpectedly. At most once, and not while closing. */
  | { readonly type: "lost"; readonly fault: Fault }
  /** The server refused a subscription or a published message; the connection lives on. */
  | {
      readonly type: "denied";
      readonly denied: PermissionViolation;
      /** Whether a request was refused: its caller has got the error already. */
      readonly isRequest: boolean;
      readonly fault: Fault;
    }
  /** The server refused a subscription because there are too many; it doesn't say which one. */
  | { readonly type: "too-many-subscriptions"; readonly fault: Fault }
  /** The server announced lame duck mode (INFO `ldm`): its clients must reconnect elsewhere. */
  | { readonly type: "lame-duck" }
  /** The server listed the members of its cluster, as `ws://` or `wss://` URLs. */
  | { readonly type: "cluster"; readonly urls: readonly string[] }
  /** A busy connection has been silent for unusually long. */
  | { readonly type: "quiet" };
