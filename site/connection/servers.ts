import { type Fault, fault } from "../../client/index.ts";
import { isMixedContent } from "../../contract/server.ts";

/**
 * The servers that this page may dial, or the fault that says why there are none: one served over https may open
 * `ws://` only to this machine itself (W3C Mixed Content, section 4).
 */
export function dialable(
  servers: readonly string[],
  pageProtocol: string,
): { readonly servers: readonly string[]; readonly fault: Fault | null } {
  const allowed = servers.filter((server) => !isMixedContent(server, pageProtocol));
  if (allowed.length > 0) return { servers: allowed, fault: null };
  const [first] = servers;
  return { servers: [], fault: fault("mixed-content", first === undefined ? {} : { server: first }) };
}
