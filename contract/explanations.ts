import type { ExplanationKey } from "../client/faults/index.ts";

/** What a reader is told about a fault: what happened, what to do now, and who can do it. */
export interface Explanation {
  /** One plain sentence: what happened. `{server}` is replaced with the server's address. */
  readonly what: string;
  /** One plain sentence: what to do now. */
  readonly fix: string;
  /** Who can act on it: the person looking at the page, or whoever runs NATS. */
  readonly who: "viewer" | "operator";
}

/** The English explanations: the probe answers with them, and the page's English texts are these. */
export const EXPLANATIONS: { readonly [K in ExplanationKey]: Explanation } = {
  offline: {
    what: "This device is offline.",
    fix: "Check the network connection; the page reconnects by itself once it is back.",
    who: "viewer",
  },
  unreachable: {
    what: "{server} can't be reached from this browser.",
    fix: "Check that NATS is running and that its WebSocket port is open to this network.",
    who: "operator",
  },
  "blocked-here": {
    what: "The edge reaches {server}; this browser doesn't.",
    fix: "A proxy, firewall or browser extension on this network probably blocks WebSocket: try another network or switch the extension off.",
    who: "viewer",
  },
  "down-for-everyone": {
    what: "{server} is down for everyone: the edge can't reach it either.",
    fix: "Start NATS, or check its address and its WebSocket port.",
    who: "operator",
  },
  "origin-refused": {
    what: "{server} is reached, but refuses this page: its `allowed_origins` doesn't name it.",
    fix: "Add this page's address, as the browser shows it, to `allowed_origins` in nats-server's `websocket` block.",
    who: "operator",
  },
  "new-configuration": {
    what: "This page's configuration is out of date: {server} isn't one of its servers any more.",
    fix: "Reload the page.",
    who: "viewer",
  },
  "unnamed-proxy": {
    what: "The worker takes this page for somebody else's, so it gives no credentials.",
    fix: "A proxy before the worker probably changes its address: set the worker's PUBLIC_URL to the address that browsers show.",
    who: "operator",
  },
  refused: {
    what: "{server} refused the connection: nothing listens on that port.",
    fix: "Start nats-server, and check the port against its `websocket` block.",
    who: "operator",
  },
  dns: {
    what: "The name of {server} can't be resolved.",
    fix: "Check the host name in NATS_URL and its DNS record.",
    who: "operator",
  },
  tls: {
    what: "No TLS session could be made with {server}.",
    fix: "Check the certificate (name, chain, expiry) and that ws:// or wss:// matches the server's `websocket` block.",
    who: "operator",
  },
  timeout: {
    what: "{server} did not answer in time.",
    fix: "Check firewalls on the way, and whether the server is overloaded or frozen.",
    who: "operator",
  },
  "upgrade-rejected": {
    what: "{server} answered, but refused the WebSocket upgrade.",
    fix: "Check the path and the proxy in front of NATS, and `allowed_origins` in its `websocket` block.",
    who: "operator",
  },
  "not-nats": {
    what: "Something answers at {server}, but it doesn't speak NATS.",
    fix: "Point NATS_URL at nats-server's WebSocket port.",
    who: "operator",
  },
  "wrong-port": {
    what: "{server} is NATS's plain TCP port, which browsers can't use.",
    fix: "Point NATS_URL at the port of the `websocket` block, not at 4222.",
    who: "operator",
  },
  "mixed-content": {
    what: "A page served over https can't open ws:// connections.",
    fix: "Use wss:// in NATS_URL, with TLS on NATS or on a proxy in front of it.",
    who: "operator",
  },
  "auth-required": {
    what: "{server} wants credentials and none were sent.",
    fix: "Configure credentials for the page, or a `no_auth_user` on the server.",
    who: "operator",
  },
  "auth-rejected": {
    what: "{server} rejected the credentials.",
    fix: "Check the user, password, token or signing key that the worker is configured with.",
    who: "operator",
  },
  "auth-expired": {
    what: "The credentials expired.",
    fix: "New ones are fetched by themselves; if this comes back, check the clocks of NATS and of the worker.",
    who: "operator",
  },
  "auth-revoked": {
    what: "The credentials were revoked on {server}.",
    fix: "Ask the operator of NATS for access.",
    who: "operator",
  },
  permission: {
    what: "{server} doesn't allow this subject to these credentials.",
    fix: "Add the subject to the user's subscribe permissions.",
    who: "operator",
  },
  "max-connections": {
    what: "{server} has as many connections as it allows.",
    fix: "Raise `max_connections` or the account's limit; the page goes on trying.",
    who: "operator",
  },
  "slow-consumer": {
    what: "{server} cut the connection because this browser didn't read fast enough.",
    fix: "Switch off feeds you don't need, or use a faster network; the page reconnects by itself.",
    who: "viewer",
  },
  "payload-too-large": {
    what: "A message was larger than {server} allows.",
    fix: "Raise `max_payload`, or publish smaller messages.",
    who: "operator",
  },
  "too-many-subscriptions": {
    what: "The account on {server} allows no further subscription.",
    fix: "Raise the account's or user's subscription limit.",
    who: "operator",
  },
  "server-shutdown": {
    what: "{server} was shut down.",
    fix: "Start it again; the page reconnects by itself.",
    who: "operator",
  },
  "lame-duck": {
    what: "{server} is about to shut down and asks its clients to leave.",
    fix: "Nothing to do: the page moves over by itself.",
    who: "operator",
  },
  stale: {
    what: "{server} stopped answering on an open connection.",
    fix: "Check the network and the server's load; the page reconnects by itself.",
    who: "operator",
  },
  protocol: {
    what: "{server} sent something that isn't valid NATS.",
    fix: "Check proxies between the browser and NATS, and the server's version.",
    who: "operator",
  },
  "token-source": {
    what: "The worker gave no credentials for NATS.",
    fix: "Check the worker's logs and its secrets.",
    who: "operator",
  },
  "passphrase-needed": {
    what: "Live data is for those who know the passphrase.",
    fix: "Type it; whoever runs this page has it.",
    who: "viewer",
  },
  "passphrase-wrong": {
    what: "That isn't the passphrase.",
    fix: "Type it again, or ask whoever runs this page.",
    who: "viewer",
  },
  "access-ended": {
    what: "Your sign-in has ended.",
    fix: "Reload the page and sign in again.",
    who: "viewer",
  },
  "no-crypto": {
    what: "This page was opened over plain http, where browsers have no cryptography to prove who they are.",
    fix: "Open it over https, or on the machine that serves it.",
    who: "viewer",
  },
  "no-ed25519": {
    what: "This browser can't make the Ed25519 signatures that NATS asks for.",
    fix: "Use a newer browser: Chrome 137, Firefox 129, Safari 17 or later.",
    who: "viewer",
  },
  "token-limited": {
    what: "Credentials were asked for too often from this network.",
    fix: "Wait a minute; the page goes on trying.",
    who: "viewer",
  },
  "not-loaded": {
    what: "A part of this page couldn't be loaded.",
    fix: "Reload the page.",
    who: "viewer",
  },
  unknown: {
    what: "The connection to {server} failed for a reason that wasn't told.",
    fix: "Look at the details, and at nats-server's log.",
    who: "operator",
  },
};

/** Puts the server's address, or a stand-in, where an explanation names it. */
export function fillServer(text: string, server: string | undefined): string {
  return text.replaceAll("{server}", server ?? "NATS");
}
