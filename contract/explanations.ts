import type { ExplanationKey } from "../client/faults/index.ts";

/** A fault in words: what happened, what to do now, and who can do it. */
export interface Explanation {
  /** One sentence: what happened. `{server}` stands for the server's address. */
  readonly what: string;
  /** One sentence: what to do now. */
  readonly fix: string;
  /** Who can act on the fault: the person looking at the page, or the operator of NATS. */
  readonly who: "viewer" | "operator";
}

const viewer = (what: string, fix: string): Explanation => ({ what, fix, who: "viewer" });
const operator = (what: string, fix: string): Explanation => ({ what, fix, who: "operator" });

/** The English explanations, used by the probe's answers and by the page. */
export const EXPLANATIONS: { readonly [K in ExplanationKey]: Explanation } = {
  offline: viewer(
    "This device is offline.",
    "Check the network connection; the page reconnects automatically once it is back.",
  ),
  unreachable: operator(
    "{server} can't be reached from this browser.",
    "Check that NATS is running and that its WebSocket port is open to this network.",
  ),
  "blocked-here": viewer(
    "The edge can reach {server}, but this browser can't.",
    "A proxy, firewall or browser extension on this network probably blocks WebSocket: try another network or turn the extension off.",
  ),
  "down-for-everyone": operator(
    "{server} is down for everyone: the edge can't reach it either.",
    "Start NATS, or check its address and its WebSocket port.",
  ),
  "origin-refused": operator(
    "{server} refuses this page: its `allowed_origins` doesn't list the page's address.",
    "Add this page's address, as the browser shows it, to `allowed_origins` in nats-server's `websocket` block.",
  ),
  "new-configuration": viewer(
    "This page's configuration is out of date: {server} is no longer one of its servers.",
    "Reload the page.",
  ),
  "unnamed-proxy": operator(
    "The worker doesn't recognize this page's address, so it issues no credentials.",
    "A proxy in front of the worker probably changes the address: set the worker's PUBLIC_URL to the address that browsers show.",
  ),
  refused: operator(
    "{server} refused the connection: nothing listens on that port.",
    "Start nats-server, and check that the port matches its `websocket` block.",
  ),
  dns: operator(
    "The host name of {server} can't be resolved.",
    "Check the host name in NATS_URL and its DNS record.",
  ),
  tls: operator(
    "The TLS handshake with {server} failed.",
    "Check the certificate (name, chain, expiry) and that ws:// or wss:// matches the server's `websocket` block.",
  ),
  timeout: operator(
    "{server} didn't answer in time.",
    "Check the firewalls on the way, and whether the server is overloaded or frozen.",
  ),
  "upgrade-rejected": operator(
    "{server} answered but rejected the WebSocket upgrade.",
    "Check the path and the proxy in front of NATS, and `allowed_origins` in its `websocket` block.",
  ),
  "not-nats": operator(
    "Something answers at {server}, but it doesn't speak NATS.",
    "Point NATS_URL at nats-server's WebSocket port.",
  ),
  "wrong-port": operator(
    "{server} is NATS's plain TCP port, which browsers can't use.",
    "Point NATS_URL at the port of the `websocket` block, not at 4222.",
  ),
  "mixed-content": operator(
    "A page served over https can't open ws:// connections.",
    "Use wss:// in NATS_URL, with TLS on NATS or on a proxy in front of it.",
  ),
  "auth-required": operator(
    "{server} requires credentials, but none were sent.",
    "Configure credentials for the page, or set `no_auth_user` on the server.",
  ),
  "auth-rejected": operator(
    "{server} rejected the credentials.",
    "Check the user, password, token or signing key that the worker is configured with.",
  ),
  "auth-expired": operator(
    "The credentials expired.",
    "New ones are fetched automatically; if this happens again, check the clocks of NATS and of the worker.",
  ),
  "auth-revoked": operator(
    "The credentials were revoked on {server}.",
    "Undo the revocation, or configure other credentials.",
  ),
  permission: operator(
    "{server} doesn't allow these credentials to subscribe to this subject.",
    "Add the subject to the user's subscribe permissions.",
  ),
  "max-connections": operator(
    "{server} has reached its connection limit.",
    "Raise `max_connections` or the account's limit; the page keeps trying.",
  ),
  "slow-consumer": viewer(
    "{server} closed the connection because this browser didn't read fast enough.",
    "Remove panels you created, or use a faster network; the page reconnects automatically.",
  ),
  "payload-too-large": operator(
    "A message was larger than {server} allows.",
    "Raise `max_payload`, or publish smaller messages.",
  ),
  "too-many-subscriptions": operator(
    "The account on {server} has reached its subscription limit.",
    "Raise the subscription limit of the account or the user.",
  ),
  "server-shutdown": operator(
    "{server} was shut down.",
    "Start it again; the page reconnects automatically.",
  ),
  "lame-duck": operator(
    "{server} is about to shut down and asks its clients to leave.",
    "No action needed: the page moves to a new connection automatically.",
  ),
  stale: operator(
    "{server} stopped answering on an open connection.",
    "Check the network and the server's load; the page reconnects automatically.",
  ),
  protocol: operator(
    "{server} sent data that isn't valid NATS protocol.",
    "Check proxies between the browser and NATS, and the server's version.",
  ),
  "token-source": operator(
    "The worker issued no credentials for NATS.",
    "Check the worker's logs and its secrets.",
  ),
  "passphrase-needed": viewer(
    "Live data requires a passphrase.",
    "Enter it, or ask the operator of this page for it.",
  ),
  "passphrase-wrong": viewer("The passphrase is wrong.", "Enter it again, or ask the operator of this page."),
  "access-ended": viewer("You are no longer signed in.", "Reload the page and sign in again."),
  "no-crypto": viewer(
    "This page was opened over plain http, where browsers don't offer the cryptography that signing in needs.",
    "Open it over https, or on the machine that serves it.",
  ),
  "no-ed25519": viewer(
    "This browser can't create the Ed25519 signatures that NATS requires.",
    "Use a newer browser: Chrome 137, Firefox 129, Safari 17 or later.",
  ),
  "token-limited": viewer(
    "Credentials were requested too often from this network.",
    "Wait a minute; the page keeps trying.",
  ),
  "not-loaded": viewer("Part of this page couldn't be loaded.", "Reload the page."),
  unknown: operator(
    "The connection to {server} failed for an unknown reason.",
    "Check the details and nats-server's log.",
  ),
};

/** Builds the explanations of another language; `who` is taken from the English ones. */
export function explanationsIn(
  words: { readonly [K in ExplanationKey]: readonly [what: string, fix: string] },
): typeof EXPLANATIONS {
  const translated = Object.entries(words).map(([key, [what, fix]]) => {
    return [key, { what, fix, who: EXPLANATIONS[key as ExplanationKey].who }];
  });
  return Object.fromEntries(translated);
}

/** Replaces `{server}` with the server's address, or with "NATS" when the address is unknown. */
export function fillServer(text: string, server: string | undefined): string {
  return text.replaceAll("{server}", server ?? "NATS");
}
