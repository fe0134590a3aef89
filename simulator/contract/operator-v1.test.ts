import { createAccount, createOperator, createUser, encodeAccount, encodeUser } from "@nats-io/jwt";
import { expect, test } from "vitest";
import { sign } from "./support/credentials.ts";
import { enter, WELCOME } from "./support/enter.ts";
import { TARGETS } from "./support/target.ts";

const UNLIMITED = {
  conn: -1,
  leaf: -1,
  imports: -1,
  exports: -1,
  wildcards: true,
  subs: -1,
  payload: -1,
  data: -1,
};

/** An operator's JWT of the first version, as nsc wrote them: its signature is over the claims alone. */
function firstVersion(operator: ReturnType<typeof createOperator>): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const key = operator.getPublicKey();
  const claims = part({ jti: "ID", iat: 1_500_000_000, iss: key, name: "O", sub: key, type: "operator" });
  const signature = Buffer.from(operator.sign(Buffer.from(claims))).toString("base64url");
  return `${part({ typ: "jwt", alg: "ed25519" })}.${claims}.${signature}`;
}

test.each(TARGETS)("$name: an operator of the first version is trusted", async (target) => {
  const [operator, account, user] = [createOperator(), createAccount(), createUser()];
  const accountJwt = await encodeAccount("A", account, { limits: UNLIMITED }, { signer: operator });
  const top = `operator: ${firstVersion(operator)}
    resolver: MEMORY
    resolver_preload: { ${account.getPublicKey()}: ${accountJwt} }`;
  const server = await target.start({ top });
  const jwt = await encodeUser("me", user, account, { subs: -1, payload: -1, data: -1 });
  expect(await enter(server.tcpPort, (info) => ({ jwt, sig: sign(info, user) }))).toEqual(WELCOME);
  await server.stop();
});
