import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { decode } from "@nats-io/jwt";
import {
  type ConnectionOptions,
  credsAuthenticator,
  type NatsConnection,
  TimeoutError,
  wsconnect,
} from "@nats-io/nats-core";
import { connect } from "@nats-io/transport-node";
import type { SignedAccount } from "./accounts.ts";
import { checkUpgrade } from "./check/upgrade.ts";
import { CREDENTIALS } from "./deployment.ts";
import { SetupError } from "./error.ts";
import { KEY_FILES, type Keys } from "./keys.ts";

/** Milliseconds to wait for a connection or an answer. */
const ANSWER_LIMIT_MS = 5000;

/** Milliseconds to wait for the answer of each further server after the first. */
const OTHERS_LIMIT_MS = 1000;

/**
 * Connects to one of the servers, over WebSocket or TCP as the URLs say.
 * @param how credentials used, as words for the error message
 * @throws SetupError with the reason why no server accepts the connection
 */
export async function connectTo(
  servers: readonly string[],
  options: Pick<ConnectionOptions, "authenticator" | "inboxPrefix">,
  how = "",
): Promise<NatsConnection> {
  const isWebSocket = servers.every((url) => /^wss?:/.test(url));
  const reach = isWebSocket ? wsconnect : connect;
  try {
    return await reach({ ...options, servers: [...servers], reconnect: false, timeout: ANSWER_LIMIT_MS });
  } catch (error) {
    // A failed WebSocket gives no reason, so the upgrade is examined.
    const upgrades = isWebSocket ? await Promise.all(servers.map((url) => checkUpgrade(url, null))) : [];
    const reached = servers.filter((_, index) => upgrades[index]?.level === "ok");
    // The error may come from an unreachable server; a refusal by a reachable one is more useful.
    if (reached.length > 0 && reached.length < servers.length) return connectTo(reached, options, how);
    const [first] = upgrades;
    if (first !== undefined && reached.length === 0) throw new SetupError(`${first.what}: ${first.fix}`);
    throw new SetupError(`can't connect to ${servers.join(", ")}${how}: ${(error as Error).message}`);
  }
}

/** Connects with a credentials file. @throws SetupError */
export async function connectWith(file: string, servers: readonly string[]): Promise<NatsConnection> {
  const creds = await readFile(file).catch(({ code }: NodeJS.ErrnoException) => {
    throw new SetupError(
      `${file} can't be read (${code}): give a credentials file that npm run setup or nsc wrote`,
    );
  });
  return connectTo(servers, { authenticator: credsAuthenticator(creds) }, ` with ${file}`);
}

/** Runs `work` with a connection of `role`'s credentials, and closes the connection. @throws SetupError */
export async function asUser<T>(
  role: keyof typeof CREDENTIALS,
  { folder, servers }: { readonly folder: string; readonly servers: readonly string[] },
  work: (nats: NatsConnection) => Promise<T>,
): Promise<T> {
  const nats = await connectWith(join(folder, CREDENTIALS[role]), servers);
  try {
    return await work(nats);
  } finally {
    await nats.close();
  }
}

interface UpdateAnswer {
  readonly server: { readonly name: string };
  readonly data?: { readonly message: string };
  readonly error?: { readonly description: string };
}

/**
 * Pushes accounts to all running servers, which store them (nats-server, `$SYS.REQ.CLAIMS.UPDATE`).
 * @param system a connection of the system account
 * @returns the number of servers that accepted all accounts
 * @throws SetupError with a server's reason for rejecting an account
 */
export async function pushAccounts(
  system: NatsConnection,
  accounts: readonly SignedAccount[],
): Promise<number> {
  const counts = accounts.map(async ({ name, jwt }) => {
    const answers = await requestAll<UpdateAnswer>(system, "$SYS.REQ.CLAIMS.UPDATE", jwt);
    const refused = answers.find(({ error }) => error !== undefined);
    if (refused === undefined) return answers.length;
    const { server, error } = refused;
    throw new SetupError(`${server.name} rejects the account ${name}: ${error?.description}`);
  });
  return Math.min(...(await Promise.all(counts)));
}

/** The JWT of an account on the servers; null when they don't know it. @throws SetupError when no server can tell */
export async function accountOnServer(system: NatsConnection, publicKey: string): Promise<string | null> {
  try {
    const answer = await system.request(`$SYS.REQ.ACCOUNT.${publicKey}.CLAIMS.LOOKUP`, "", {
      timeout: ANSWER_LIMIT_MS,
    });
    return answer.string() || null;
  } catch (error) {
    // nats-server 2.9.10 doesn't answer for an unknown account. Without a full resolver the error is "no responders".
    if (error instanceof TimeoutError) return null;
    throw noResolver(`no server reports its accounts (${(error as Error).message})`);
  }
}

/**
 * Checks that the servers trust this operator's key. They accept pushed accounts of another operator too, but after
 * a restart nobody could connect.
 * @throws SetupError when another key signed the servers' accounts
 */
export async function checkOperator(system: NatsConnection, { operator, system: own }: Keys): Promise<void> {
  // The system account is never pushed, so the servers still have the one that they were set up with.
  const jwt = await accountOnServer(system, own.getPublicKey());
  if (jwt === null || decode(jwt).iss === operator.getPublicKey()) return;
  throw new SetupError(
    `${KEY_FILES.operator} isn't the key of the operator that NATS trusts: restore the file that npm run setup wrote`,
  );
}

function noResolver(what: string): SetupError {
  return new SetupError(`${what}: configure a resolver of type full`);
}

/** The answers of all servers. @throws SetupError when there is none, as from a resolver that accepts no pushes */
async function requestAll<T>(nats: NatsConnection, subject: string, body: string): Promise<readonly T[]> {
  const answers: T[] = [];
  const stream = await nats.requestMany(subject, body, {
    strategy: "stall",
    maxWait: ANSWER_LIMIT_MS,
    stall: OTHERS_LIMIT_MS,
  });
  try {
    for await (const message of stream) answers.push(message.json<T>());
  } catch (error) {
    throw noResolver(`no server accepts pushed accounts (${(error as Error).message})`);
  }
  if (answers.length > 0) return answers;
  throw noResolver("no server accepts pushed accounts");
}

/** Milliseconds to wait for JetStream to become available after a start or an account update. */
const SETTLING_LIMIT_MS = 15_000;
const RETRY_AFTER_MS = 250;

/** Error codes of JetStream's answers. */
const NOT_FOUND = 404;
const UNAVAILABLE = 503;

/**
 * Sends a JetStream API request; retries while JetStream isn't ready, as after a start or an account update.
 * @returns null when there is no such stream
 * @throws SetupError with JetStream's error
 */
export async function requestJetStream<T>(
  nats: NatsConnection,
  api: string,
  body?: object,
): Promise<T | null> {
  const deadline = performance.now() + SETTLING_LIMIT_MS;
  for (;;) {
    const answer = await requestApi<T>(nats, `$JS.API.${api}`, body);
    if (!("error" in answer)) return answer.value;
    const { code, description } = answer.error;
    if (code === NOT_FOUND) return null;
    if (code !== UNAVAILABLE || performance.now() > deadline) {
      throw new SetupError(`JetStream refuses ${api}: ${description}`);
    }
    await new Promise((resolve) => setTimeout(resolve, RETRY_AFTER_MS));
  }
}

interface ApiError {
  readonly code: number;
  readonly description: string;
}

async function requestApi<T>(
  nats: NatsConnection,
  subject: string,
  body: object | undefined,
): Promise<{ readonly value: T } | { readonly error: ApiError }> {
  try {
    const payload = body === undefined ? "" : JSON.stringify(body);
    const answer = await nats.request(subject, payload, { timeout: ANSWER_LIMIT_MS });
    const found = answer.json<T & { error?: ApiError }>();
    return found.error === undefined ? { value: found } : { error: found.error };
  } catch (error) {
    // No responders or a timeout: JetStream isn't available, now or at all.
    return { error: { code: UNAVAILABLE, description: (error as Error).message } };
  }
}
