import {
  createAccount,
  createOperator,
  encodeAccount,
  encodeOperator,
  encodeUser,
  fmtCreds,
  newScopedSigner,
} from "@nats-io/jwt";
import { createUser } from "@nats-io/nkeys";
import { type Feed, viewerPermissions } from "../../worker/config.ts";

const UNLIMITED = { subs: -1, payload: -1, data: -1 } as const;
const OPEN_ACCOUNT = { conn: -1, leaf: -1, imports: -1, exports: -1, wildcards: true, ...UNLIMITED } as const;

/** Who trusts whom: an operator, its account, and the one key that the worker gets. */
export interface Trust {
  readonly operatorJwt: string;
  readonly account: SignedAccount;
  /** nats-server's own account: operator mode wants one. */
  readonly systemAccount: SignedAccount;
  /** Secret, `SO…`: signs accounts; needed again only to change one. */
  readonly operatorSeed: string;
  /** Secret, `SA…`: the account's own. */
  readonly accountSeed: string;
  /** Secret, `SA…`: can sign viewers and nothing else. */
  readonly signingSeed: string;
  /** Secret: a credentials file for whoever publishes the feeds. */
  readonly publisherCreds: string;
}

/** An account as nats-server's configuration holds it. */
export interface SignedAccount {
  /** `A…`. */
  readonly publicKey: string;
  readonly jwt: string;
}

/** Makes new keys, and an account whose scoped signing key makes viewers of `feeds`. */
export async function makeTrust(feeds: readonly Feed[]): Promise<Trust> {
  const [operator, account, system] = [createOperator(), createAccount(), createAccount()];
  const [signingKey, publisher] = [createAccount(), createUser()];
  // nats-server puts each viewer's own key in the place of the template's (2.9 and later).
  const role = newScopedSigner(signingKey, "viewer", template(feeds));
  const accountJwt = await encodeAccount(
    "mycelium",
    account,
    { signing_keys: [role], limits: OPEN_ACCOUNT },
    { signer: operator },
  );
  const systemJwt = await encodeAccount("system", system, {}, { signer: operator });
  const publisherJwt = await encodeUser("publisher", publisher, account, UNLIMITED);
  const systemKey = system.getPublicKey();
  const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
  return {
    operatorJwt: await encodeOperator("mycelium", operator, { system_account: systemKey }),
    account: { publicKey: account.getPublicKey(), jwt: accountJwt },
    systemAccount: { publicKey: systemKey, jwt: systemJwt },
    operatorSeed: text(operator.getSeed()),
    accountSeed: text(account.getSeed()),
    signingSeed: text(signingKey.getSeed()),
    publisherCreds: text(fmtCreds(publisherJwt, publisher)),
  };
}

/** The worker's own idea of a viewer, in the form of the official library, which wants both lists. */
function template(feeds: readonly Feed[]): Parameters<typeof newScopedSigner>[2] {
  const { pub, sub, subs, data, payload, allowed_connection_types } = viewerPermissions(
    feeds,
    "{{subject()}}",
  );
  return {
    pub: { allow: [], deny: [], ...copyOf(pub) },
    sub: { deny: [], ...copyOf(sub) },
    ...{ subs, data, payload },
    allowed_connection_types: [...allowed_connection_types],
  };
}

function copyOf<T extends object>(lists: T): { [Name in keyof T]: string[] } {
  return structuredClone(lists) as { [Name in keyof T]: string[] };
}
