import type { FaultKind } from "../../client/faults/index.ts";
import { EXPLANATIONS, fillServer } from "../../contract/explanations.ts";

/** Words of the edge's own: it isn't a browser, and it alone tries to do what viewers must not. */
export const EDGE_EXPLANATIONS = {
  unreachable: {
    what: "{server} can't be reached from the edge.",
    fix: "Check that NATS is running and that its WebSocket port is open to the internet.",
  },
  "origin-refused": {
    what: "{server} answers the edge and refuses browsers: its `allowed_origins` doesn't name the page.",
    fix: "Add the page's address, as browsers show it, to `allowed_origins` in nats-server's `websocket` block; if it stands there, set PUBLIC_URL to it.",
  },
  "tunnel-down": {
    what: "The tunnel to {server} isn't connected.",
    fix: "Start cloudflared where NATS runs, and check that its tunnel is healthy.",
  },
  "needs-name": {
    what: "Cloudflare's edge can't connect to an IP address, which {server} is given by; browsers may reach it.",
    fix: "Give the server a host name, and put that into NATS_URL.",
  },
  "behind-proxy": {
    what: "A proxy answers at {server}, but it doesn't reach NATS behind it.",
    fix: "Start NATS, and check the address that the proxy passes on to.",
  },
  "headers-stripped": {
    what: "{server} was reached, but what makes the request a WebSocket was lost on the way.",
    fix: "Let the proxy or tunnel pass on the headers Upgrade and Connection.",
  },
  "info-lost": {
    what: "{server} opened the WebSocket, but NATS's first words didn't arrive in time.",
    fix: "Check that a proxy or tunnel on the way passes on what comes at once, and whether NATS is frozen.",
  },
  flood: {
    what: "{server} sends far more than NATS says to someone who only looks.",
    fix: "Check what really answers at that address.",
  },
  "no-history": {
    what: "{server} doesn't let viewers read the stream of a feed.",
    fix: "Check that the stream exists, has `allow_direct`, and that the viewers' account may ask for it.",
  },
  "may-publish": {
    what: "{server} lets these credentials publish, though a viewer should only read.",
    fix: 'Deny publishing to ">" in the user\'s permissions, or in the role of the scoped signing key.',
  },
} as const;

/** Names an explanation: a fault's kind, or one of the edge's own. */
export type ExplanationKey = FaultKind | keyof typeof EDGE_EXPLANATIONS;

/** A server that answers, but not soon. */
export function explainSlow(server: string, durationMs: number) {
  return {
    output: `${server} answers slowly: a look took ${durationMs} ms.`,
    fix: "Check the load of the server and the network on the way.",
  };
}

/** One plain sentence of what happened and one of what to do; neither holds anything that a server sent. */
export function explain(
  key: ExplanationKey,
  server: string,
): { readonly output: string; readonly fix: string } {
  const { what, fix } = { ...EXPLANATIONS, ...EDGE_EXPLANATIONS }[key];
  return { output: fillServer(what, server), fix: fillServer(fix, server) };
}
