import { EXPLANATIONS, type FaultKind, fillServer } from "../../client/index.ts";

/** Words of the edge's own: it isn't a browser, and it alone tries to do what viewers must not. */
const OF_THE_EDGE = {
  unreachable: {
    what: "{server} can't be reached from the edge.",
    fix: "Check that NATS is running and that its WebSocket port is open to the internet.",
  },
  "may-publish": {
    what: "{server} lets these credentials publish, though a viewer should only read.",
    fix: 'Deny publishing to ">" in the user\'s permissions, or in the role of the scoped signing key.',
  },
} as const;

/** Names an explanation: a fault's kind, or one of the edge's own. */
export type ExplanationKey = FaultKind | keyof typeof OF_THE_EDGE;

/** One plain sentence of what happened and one of what to do; neither holds anything that a server sent. */
export function explain(
  key: ExplanationKey,
  server: string,
): { readonly sentence: string; readonly fix: string } {
  const { what, fix } = { ...EXPLANATIONS, ...OF_THE_EDGE }[key];
  return { sentence: fillServer(what, server), fix: fillServer(fix, server) };
}
