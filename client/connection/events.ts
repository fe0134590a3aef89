import type { Denied } from "../faults/classify.ts";
import type { Fault } from "../faults/fault.ts";

/** What happens to a live connection. What the server says is heard here, and nowhere else. */
export type ConnectionEvent =
  /** It is gone, and nobody asked it to. Once, and not while closing. */
  | { readonly type: "lost"; readonly fault: Fault }
  /** The server refused a subscription, or a message that was published, and left the rest alone. */
  | {
      readonly type: "denied";
      readonly denied: Denied;
      /** Whether it was a question, and whoever asked it knows. */
      readonly isQuestion: boolean;
      readonly fault: Fault;
    }
  /** The server refused a subscription for there are too many, and didn't say which. */
  | { readonly type: "no-room"; readonly fault: Fault }
  /** The server is about to go and asks its clients to leave (INFO `ldm`). */
  | { readonly type: "lame-duck" }
  /** The server named the members of its cluster, as `ws://` or `wss://` URLs. */
  | { readonly type: "cluster"; readonly urls: readonly string[] }
  /** It was busy, and has brought nothing for longer than its pace explains. */
  | { readonly type: "quiet" };
