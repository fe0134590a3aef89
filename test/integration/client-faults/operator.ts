/** Faults on real servers in operator mode: credentials that expire, are revoked, or exceed a connection limit. */
import { createUser } from "@nats-io/nkeys";
import { connect, jwtAuthenticator } from "@nats-io/transport-node";
import { webSocketClients } from "../../support/servers/monitor.ts";
import { makeOperatorMode } from "../../support/servers/worker-operator.ts";
import { untilEqual } from "../../support/tools/until.ts";
import { type Reached, type RealFaultCause, type Stage, whileDraining } from "./cell.ts";

/** As long as a dial may take, because the server must accept the token first; of it, up to a second is lost by rounding. */
const LIFETIME_MS = 5000;

/** Far enough in the future to revoke every token issued so far. */
const SOON_MS = 60_000;

/** @param lifetimeMs counted from the first dial, because the server may start slowly */
async function makeUser(lifetimeMs?: number) {
  const operator = await makeOperatorMode([]);
  const user = createUser();
  let issued: Promise<string> | undefined;
  // The client isn't told when the credentials expire, otherwise it would renew them.
  const credentials = async () => {
    issued ??= operator.userJwt(user, lifetimeMs === undefined ? undefined : Date.now() + lifetimeMs);
    return { type: "jwt", jwt: await issued, sign: async (nonce: Uint8Array) => user.sign(nonce) } as const;
  };
  return { operator, user, client: { credentials }, options: { config: operator.config } };
}

const gone = ({ server }: Stage<Reached>): Promise<void> =>
  untilEqual(async () => webSocketClients(await server.broker.connz()).length, 0);

/** A server refuses an expired token with the same error as any other invalid one. */
export async function expiredBefore(): Promise<RealFaultCause> {
  const { client, options } = await makeUser(-SOON_MS);
  return { client, options, seenAs: "auth-rejected", cause: () => {} };
}

export async function expires(): Promise<RealFaultCause> {
  const { client, options } = await makeUser(LIFETIME_MS);
  return { client, options, cause: () => {} };
}

export async function expiresWhileDraining(): Promise<RealFaultCause> {
  const { client, options } = await makeUser(LIFETIME_MS);
  return whileDraining(gone, { client: { ...client, drainTimeoutMs: 10_000 }, options });
}

async function makeRevocable() {
  const { operator, user, ...made } = await makeUser();
  const revoked = () =>
    operator.configWith({ revokedUntilMs: { [user.getPublicKey()]: Date.now() + SOON_MS } });
  const revoke = async ({ server }: Stage<Reached>) => server.broker.reload(await revoked());
  return { made, revoked, revoke };
}

/** Refused in the same way as an expired token. */
export async function revokedBefore(): Promise<RealFaultCause> {
  const { made, revoked } = await makeRevocable();
  return { ...made, options: { config: await revoked() }, seenAs: "auth-rejected", cause: () => {} };
}

export async function revoked(): Promise<RealFaultCause> {
  const { made, revoke } = await makeRevocable();
  return { ...made, evidence: { errText: "User Authentication Revoked", closeCode: 1008 }, cause: revoke };
}

export async function revokedWhileDraining(): Promise<RealFaultCause> {
  const { made, revoke } = await makeRevocable();
  return whileDraining(revoke, made);
}

/**
 * Reduces the account's connection limit to one. 2.15 keeps the oldest connection and 2.9 the newest, so of
 * three the middle one is always closed.
 */
async function makeCrowd() {
  const { operator, options, client } = await makeUser();
  const { jwt, seed } = operator.publisher;
  const enter = async ({ server }: Stage<Reached>): Promise<void> => {
    const authenticator = jwtAuthenticator(jwt, seed);
    await connect({ servers: server.broker.tcpUrl, authenticator, reconnect: false });
  };
  const crowd = async (stage: Stage<Reached>): Promise<void> => {
    await enter(stage);
    await stage.server.broker.reload(await operator.configWith({ connections: 1 }));
  };
  return { crowd, made: { options, client, before: enter } };
}

export async function crowdedOut(): Promise<RealFaultCause> {
  const { crowd, made } = await makeCrowd();
  const evidence = { errText: "maximum account active connections exceeded", closeCode: 1008 };
  return { ...made, evidence, cause: crowd };
}

export async function crowdedOutWhileDraining(): Promise<RealFaultCause> {
  const { crowd, made } = await makeCrowd();
  return whileDraining(crowd, made);
}
