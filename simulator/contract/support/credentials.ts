import { createAccount, createUser, encodeUser, type KeyPair, newScopedSigner } from "@nats-io/jwt";
import { trustIn, UNLIMITED } from "../../../test/support/servers/operator.ts";
import type { Info } from "./peer.ts";

/** The credentials in a CONNECT. */
export type Proof = Record<string, string>;

/** An operator with one account of users, and the configuration that trusts it. */
export interface Realm {
  /** In nats-server's configuration format. */
  readonly config: string;
  readonly account: KeyPair;
  readonly signingKey: KeyPair;
  /** Its users may publish to `mine.<name>` and subscribe to everything. */
  readonly scopedKey: KeyPair;
  readonly user: KeyPair;
  /** Every token of this user up to now is revoked. */
  readonly revokedUser: KeyPair;
}

/** Epoch seconds. */
export const now = (): number => Math.floor(Date.now() / 1000);

/** Creates new keys and tokens. The account's token expires at `exp`, epoch seconds, if that is given. */
export async function createRealm(accountTimes: { exp?: number } = {}): Promise<Realm> {
  const [account, signingKey, scopedKey] = [createAccount(), createAccount(), createAccount()];
  const [user, revokedUser] = [createUser(), createUser()];
  const scope = newScopedSigner(scopedKey, "role", {
    pub: { allow: ["mine.{{name()}}"], deny: [] },
    sub: { allow: [">"], deny: [] },
    ...UNLIMITED,
  });
  const trusting = await trustIn(account);
  const claims = {
    signing_keys: [signingKey.getPublicKey(), scope],
    revocations: { [revokedUser.getPublicKey()]: now() + 3600 },
  };
  const config = await trusting(claims, accountTimes);
  return { config, account, signingKey, scopedKey, user, revokedUser };
}

/**
 * A user's token with exactly these claims: the library's defaults would hide the effect of a missing claim.
 * @param nats the token's `nats` claims; null for a token without them
 */
export async function userToken(
  realm: Realm,
  nats: object | null,
  {
    issuer = realm.account,
    user = realm.user,
    times = {},
  }: { issuer?: KeyPair; user?: KeyPair; times?: object } = {},
): Promise<string> {
  const [head = "", body = ""] = (await encodeUser("me", user, issuer, {})).split(".");
  const claims = JSON.parse(Buffer.from(body, "base64url").toString()) as Record<string, unknown>;
  const isOwn = issuer.getPublicKey() === realm.account.getPublicKey();
  const signer = isOwn ? {} : { issuer_account: realm.account.getPublicKey() };
  const given = nats === null ? undefined : { type: "user", version: 2, ...signer, ...nats };
  const changed = { ...claims, ...times, nats: given };
  const signed = `${head}.${Buffer.from(JSON.stringify(changed)).toString("base64url")}`;
  return `${signed}.${Buffer.from(issuer.sign(Buffer.from(signed))).toString("base64url")}`;
}

/** Signs the INFO's nonce. */
export function sign(info: Info, key: KeyPair): string {
  return Buffer.from(key.sign(Buffer.from(info.nonce ?? ""))).toString("base64url");
}
