/** A worker that makes tokens both ways. workerd's clock stops during computations, so the caller measures the time. */
import { encodeUser, fromSeed } from "@nats-io/jwt";
import { DEFAULT_FEEDS } from "../../../worker/default-feeds.ts";
import { viewerPermissions } from "../../../worker/token/claims.ts";
import { signUserJwt } from "../../../worker/token/user-jwt.ts";

/** Input of both ways. */
export interface TokenOrder {
  readonly way: "ours" | "theirs";
  readonly count: number;
  readonly signingSeed: string;
  readonly account: string;
  readonly userKey: string;
}

const LIFETIME_MS = 600_000;

export default {
  async fetch(request: Request): Promise<Response> {
    const order = (await request.json()) as TokenOrder;
    const make = order.way === "ours" ? ours : theirs;
    let length = 0;
    for (let i = 0; i < order.count; i += 1) length = (await make(order)).length;
    return Response.json({ length });
  },
};

/** Includes the import of the key, which each request needs. */
async function ours({ signingSeed, account, userKey }: TokenOrder): Promise<string> {
  const { jwt } = await signUserJwt(signingSeed, {
    userKey,
    account,
    permissions: viewerPermissions(DEFAULT_FEEDS, userKey),
    issuedAtMs: Date.now(),
    lifetimeMs: LIFETIME_MS,
  });
  return jwt;
}

async function theirs({ signingSeed, account, userKey }: TokenOrder): Promise<string> {
  const { pub, sub, subs, data, payload } = viewerPermissions(DEFAULT_FEEDS, userKey);
  const user = {
    issuer_account: account,
    pub: { allow: [], deny: [], ...pub },
    sub: { deny: [], ...sub },
    ...{ subs, data, payload },
  };
  const signer = fromSeed(new TextEncoder().encode(signingSeed));
  const exp = Math.floor((Date.now() + LIFETIME_MS) / 1000);
  // The library's types require mutable lists, but it doesn't change them.
  return encodeUser("mycelium-viewer", userKey, signer, user as object, { exp });
}
