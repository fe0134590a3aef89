import {
  createAccount,
  createOperator,
  encodeAccount,
  encodeOperator,
  encodeUser,
  type KeyPair,
  newScopedSigner,
} from "@nats-io/jwt";
import { createUser } from "@nats-io/nkeys";

const UNLIMITED = { subs: -1, payload: -1, data: -1 };

/** An operator, its account and the keys that the worker would hold. */
export interface OperatorMode {
  /** In nats-server's configuration format. */
  readonly config: string;
  readonly account: string;
  readonly signingSeed: string;
  readonly scopedSeed: string;
  /** A scoped key whose role allows publishing. */
  readonly publishingSeed: string;
  /** May do anything in the account: the publisher of the tests. */
  readonly publisher: { readonly jwt: string; readonly seed: Uint8Array };
}

/** Makes an operator and an account with a plain and a scoped signing key, by the official library. */
export async function makeOperatorMode(feedSubjects: readonly string[]): Promise<OperatorMode> {
  const [operator, account, system] = [createOperator(), createAccount(), createAccount()];
  const [signingKey, scopedKey, publisher] = [createAccount(), createAccount(), createUser()];
  const publishingKey = createAccount();
  const sub = { allow: [...feedSubjects, "_INBOX.{{subject()}}.>"], deny: [] };
  const scopes = [
    newScopedSigner(scopedKey, "viewer", { pub: { allow: [], deny: [">"] }, sub, ...UNLIMITED }),
    newScopedSigner(publishingKey, "careless", { pub: { allow: [">"], deny: [] }, sub, ...UNLIMITED }),
  ];
  const accountJwt = await encodeAccount(
    "EGOS",
    account,
    {
      signing_keys: [signingKey.getPublicKey(), ...scopes],
      limits: { conn: -1, leaf: -1, imports: -1, exports: -1, wildcards: true, ...UNLIMITED },
    },
    { signer: operator },
  );
  const systemJwt = await encodeAccount("SYS", system, {}, { signer: operator });
  const operatorJwt = await encodeOperator("O", operator, { system_account: system.getPublicKey() });
  return {
    config: `
      operator: ${operatorJwt}
      system_account: ${system.getPublicKey()}
      resolver: MEMORY
      resolver_preload: {
        ${account.getPublicKey()}: ${accountJwt}
        ${system.getPublicKey()}: ${systemJwt}
      }
    `,
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

function seedOf(key: KeyPair): string {
  return new TextDecoder().decode(key.getSeed());
}
