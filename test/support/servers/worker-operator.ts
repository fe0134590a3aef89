import { createAccount, encodeUser, type KeyPair, newScopedSigner } from "@nats-io/jwt";
import { createUser } from "@nats-io/nkeys";
import { trustIn, UNLIMITED } from "./operator.ts";

const WITH_STREAMS = { mem_storage: -1, disk_storage: -1, streams: -1, consumer: -1 };

/** Changes to an account. */
interface AccountChange {
  /** Connection limit; default: none. */
  readonly connections?: number;
  /** By user (public key): epoch milliseconds up to which issued tokens are revoked. */
  readonly revokedUntilMs?: Readonly<Record<string, number>>;
}

/** An operator, its account and the worker's keys. */
export interface OperatorMode {
  /** For nats-server's configuration file. */
  readonly config: string;
  /** The configuration after a change to the account, for a reload. */
  configWith(change: AccountChange): Promise<string>;
  /** The token of a user with all permissions in the account; `expiresAtMs` is rounded down to a second. */
  userJwt(user: KeyPair, expiresAtMs?: number): Promise<string>;
  readonly account: string;
  readonly signingSeed: string;
  readonly scopedSeed: string;
  /** A scoped key whose role allows publishing. */
  readonly publishingSeed: string;
  /** The tests' publisher, with all permissions in the account. */
  readonly publisher: { readonly jwt: string; readonly seed: Uint8Array };
}

/** Makes an operator and an account with plain and scoped signing keys, with the official library. */
export async function makeOperatorMode(
  feedSubjects: readonly string[],
  { jetStream = false } = {},
): Promise<OperatorMode> {
  const [account, signingKey, scopedKey] = [createAccount(), createAccount(), createAccount()];
  const [publishingKey, publisher] = [createAccount(), createUser()];
  const sub = { allow: [...feedSubjects, "_INBOX.{{subject()}}.>"], deny: [] };
  const scopes = [
    newScopedSigner(scopedKey, "viewer", { pub: { allow: [], deny: [">"] }, sub, ...UNLIMITED }),
    newScopedSigner(publishingKey, "careless", { pub: { allow: [">"], deny: [] }, sub, ...UNLIMITED }),
  ];
  const trusting = await trustIn(account);
  const configWith = ({ connections = -1, revokedUntilMs = {} }: AccountChange): Promise<string> => {
    const revocations = Object.entries(revokedUntilMs).map(([user, atMs]) => [user, seconds(atMs)]);
    return trusting({
      signing_keys: [signingKey.getPublicKey(), ...scopes],
      limits: { conn: connections, ...(jetStream ? WITH_STREAMS : {}) },
      revocations: Object.fromEntries(revocations),
    });
  };
  return {
    config: await configWith({}),
    configWith,
    userJwt: (user, expiresAtMs) => {
      const expiry = expiresAtMs === undefined ? {} : { exp: seconds(expiresAtMs) };
      return encodeUser("user", user, account, UNLIMITED, expiry);
    },
    account: account.getPublicKey(),
    signingSeed: seedOf(signingKey),
    scopedSeed: seedOf(scopedKey),
    publishingSeed: seedOf(publishingKey),
    publisher: {
      jwt: await encodeUser("publisher", publisher, account, UNLIMITED),
      seed: publisher.getSeed(),
    },
  };
}

function seconds(atMs: number): number {
  return Math.floor(atMs / 1000);
}

function seedOf(key: KeyPair): string {
  return new TextDecoder().decode(key.getSeed());
}
