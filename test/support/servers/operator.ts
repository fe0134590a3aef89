import { type Account, createAccount, createOperator, encodeAccount, encodeOperator } from "@nats-io/jwt";
import type { KeyPair } from "@nats-io/nkeys";

/** Limits of a user or an account that has none. */
export const UNLIMITED = { subs: -1, payload: -1, data: -1 } as const;

/** Makes nats-server's configuration for an account with these claims; `exp` is its token's expiry in epoch seconds. */
export type Trusting = (claims: Partial<Account>, times?: { readonly exp?: number }) => Promise<string>;

/** Creates an operator for one account. The account has no limits except those in the claims. */
export async function trustIn(account: KeyPair): Promise<Trusting> {
  const [operator, system] = [createOperator(), createAccount()];
  const [accountKey, systemKey] = [account.getPublicKey(), system.getPublicKey()];
  const operatorJwt = await encodeOperator("O", operator, { system_account: systemKey });
  const systemJwt = await encodeAccount("SYS", system, {}, { signer: operator });
  const open = { conn: -1, leaf: -1, imports: -1, exports: -1, wildcards: true, ...UNLIMITED };
  return async ({ limits, ...claims }, times = {}) => {
    const all = { ...claims, limits: { ...open, ...limits } };
    const accountJwt = await encodeAccount("A", account, all, { signer: operator, ...times });
    return `
      operator: ${operatorJwt}
      system_account: ${systemKey}
      resolver: MEMORY
      resolver_preload: {
        ${accountKey}: ${accountJwt}
        ${systemKey}: ${systemJwt}
      }
    `;
  };
}
