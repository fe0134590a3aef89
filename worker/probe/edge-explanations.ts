import type { FaultKind } from "../../client/faults/index.ts";
import { EXPLANATIONS, fillServer } from "../../contract/explanations.ts";

/** Explanations that differ from a browser's, or that only the edge's probe can give. */
export const EDGE_EXPLANATIONS = {
  unreachable: {
    what: "{server} can't be reached from the edge.",
    fix: "Check that NATS is running and that its WebSocket port is open to the internet.",
  },
  "origin-refused": {
    what: "{server} accepts the edge but refuses browsers: its `allowed_origins` doesn't list the page's address.",
    fix: "Add the page's address, as browsers show it, to `allowed_origins` in nats-server's `websocket` block; if it is already there, set PUBLIC_URL to it.",
  },
  "tunnel-down": {
    what: "The tunnel to {server} isn't connected.",
    fix: "Start cloudflared next to NATS, and check that its tunnel is healthy.",
  },
  "needs-name": {
    what: "Cloudflare's edge can't connect to {server} by its IP address; browsers may still reach it.",
    fix: "Give the server a host name, and use that name in NATS_URL.",
  },
  "behind-proxy": {
    what: "A proxy answers at {server}, but can't reach NATS behind it.",
    fix: "Start NATS, and check the proxy's upstream address.",
  },
  "headers-stripped": {
    what: "{server} was reached, but the WebSocket upgrade headers were lost on the way.",
    fix: "Make the proxy or tunnel forward the Upgrade and Connection headers.",
  },
  "info-lost": {
    what: "{server} opened the WebSocket, but NATS's INFO didn't arrive in time.",
    fix: "Check that no proxy or tunnel holds back the server's first bytes, and that NATS isn't frozen.",
  },
  flood: {
    what: "{server} sends far more data than NATS sends to a health check.",
    fix: "Check what is really running at that address.",
  },
  "no-history": {
    what: "{server} doesn't let viewers read a feed's stream.",
    fix: "Check that the stream exists and has `allow_direct`, and that the viewers' account may read it.",
  },
  "may-publish": {
    what: "{server} lets viewers publish, though they should only read.",
    fix: 'Deny publishing to ">" in the user\'s permissions, or in the role of the scoped signing key.',
  },
} as const;

/** Names an explanation: a fault's kind, or one that only the edge has. */
export type EdgeExplanationKey = FaultKind | keyof typeof EDGE_EXPLANATIONS;

/** Explains a server that works but answers slowly. */
export function explainSlow(server: string, durationMs: number) {
  return {
    output: `${server} answers slowly: the probe took ${durationMs} ms.`,
    fix: "Check the server's load and the network path to it.",
  };
}

/** One sentence for what happened and one for what to do; neither contains anything that a server sent. */
export function explain(
  key: EdgeExplanationKey,
  server: string,
): { readonly output: string; readonly fix: string } {
  const { what, fix } = { ...EXPLANATIONS, ...EDGE_EXPLANATIONS }[key];
  return { output: fillServer(what, server), fix: fillServer(fix, server) };
}
