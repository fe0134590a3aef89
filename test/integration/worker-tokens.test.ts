import { decode } from "@nats-io/jwt";
import { type ConnectionOptions, jwtAuthenticator, type NatsConnection, wsconnect } from "@nats-io/nats-core";
import { createUser, fromSeed, type KeyPair } from "@nats-io/nkeys";
import { connect } from "@nats-io/transport-node";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { DEFAULT_FEEDS } from "../../worker/default-feeds.ts";
import { viewerPermissions } from "../../worker/token/claims.ts";
import { signUserJwt, type UserJwtInput } from "../../worker/token/user-jwt.ts";
import type { Broker } from "../support/servers/broker.ts";
import { startNatsServer } from "../support/servers/nats-server.ts";
import { makeOperatorMode, type OperatorMode } from "../support/servers/worker-operator.ts";

const SUBJECTS = DEFAULT_FEEDS.map(({ subject }) => subject);

let operator: OperatorMode;
let broker: Broker;
beforeAll(async () => {
  operator = await makeOperatorMode(SUBJECTS);
  broker = await startNatsServer({ config: operator.config });
});
afterAll(() => broker?.stop());

const open: NatsConnection[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((connection) => connection.close()));
});

/** A token as the worker issues it. */
async function issue(
  user: KeyPair,
  change: Partial<UserJwtInput> = {},
  seed: string = operator.signingSeed,
): Promise<string> {
  const userKey = user.getPublicKey();
  const { jwt } = await signUserJwt(seed, {
    userKey,
    account: operator.account,
    permissions: viewerPermissions(DEFAULT_FEEDS, userKey),
    issuedAtMs: Date.now(),
    lifetimeMs: 600_000,
    ...change,
  });
  return jwt;
}

const options = (jwt: string, seed: Uint8Array): ConnectionOptions => ({
  authenticator: jwtAuthenticator(jwt, seed),
  reconnect: false,
});

async function enter(jwt: string, user: KeyPair): Promise<NatsConnection> {
  const connection = await wsconnect({
    ...options(jwt, user.getSeed()),
    servers: broker.webSocketUrl,
    inboxPrefix: `_INBOX.${user.getPublicKey()}`,
  });
  open.push(connection);
  return connection;
}

async function enterAsPublisher(): Promise<NatsConnection> {
  const { jwt, seed } = operator.publisher;
  const connection = await connect({ ...options(jwt, seed), servers: broker.tcpUrl });
  open.push(connection);
  return connection;
}

/** The server's answer to an attempt. */
async function answerTo(connection: NatsConnection, attempt: () => void): Promise<string> {
  const answer = (async () => {
    for await (const status of connection.status()) if (status.type === "error") return status.error.message;
    return "closed";
  })();
  attempt();
  return answer;
}

describe("the worker's token in the official library", () => {
  test("decodes with the claims that restrict a viewer", async () => {
    const user = createUser();
    const claims = decode<Record<string, unknown>>(await issue(user));
    expect(claims.sub).toBe(user.getPublicKey());
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(600);
    expect(claims.nats).toEqual({
      type: "user",
      version: 2,
      issuer_account: operator.account,
      pub: { deny: [">"] },
      sub: { allow: [...SUBJECTS, `_INBOX.${user.getPublicKey()}.>`] },
      subs: 14,
      data: -1,
      payload: 4096,
      allowed_connection_types: ["WEBSOCKET"],
    });
  });

  test("fails to decode after a change", async () => {
    const [head, , signature] = (await issue(createUser())).split(".");
    const [, otherBody] = (await issue(createUser())).split(".");
    expect(() => decode(`${head}.${otherBody}.${signature}`)).toThrow();
  });
});

describe.each([
  ["a plain signing key", false],
  ["a scoped signing key", true],
] as const)("nats-server accepts a token of %s", (_name, isScoped) => {
  const issueFor = (user: KeyPair) =>
    isScoped ? issue(user, { permissions: null }, operator.scopedSeed) : issue(user);

  test("and delivers every feed", async () => {
    const user = createUser();
    const viewer = await enter(await issueFor(user), user);
    const received: string[] = [];
    const all = new Promise<void>((resolve) => {
      for (const subject of SUBJECTS) {
        viewer.subscribe(subject, {
          callback: (_error, message) => {
            received.push(message.subject);
            if (received.length === SUBJECTS.length) resolve();
          },
        });
      }
    });
    await viewer.flush();
    const publisher = await enterAsPublisher();
    for (const subject of SUBJECTS) publisher.publish(subject, "{}");
    await all;
    expect(received.sort()).toEqual([...SUBJECTS].sort());
  });

  test("and refuses everything else", async () => {
    const user = createUser();
    const viewer = await enter(await issueFor(user), user);
    for (const subject of SUBJECTS) {
      expect(await answerTo(viewer, () => viewer.publish(subject, "{}"))).toMatch(
        /permissions violation for publish/i,
      );
    }
    const other = createUser().getPublicKey();
    for (const subject of ["anything", `_INBOX.${other}.x`, "$SYS.REQ.SERVER.PING", "$JS.API.STREAM.LIST"]) {
      const answer = await answerTo(viewer, () => viewer.publish(subject, ""));
      expect(answer, subject).toMatch(/permissions violation for publish/i);
    }
    for (const subject of [">", "*", "egos.>", "$SYS.>", "_INBOX.>", `_INBOX.${other}.>`]) {
      const answer = await answerTo(viewer, () => viewer.subscribe(subject, { callback: () => {} }));
      expect(answer, subject).toMatch(/permissions violation for subscription/i);
    }
  });
});

describe("a real server refuses the worker's token", () => {
  const refused = (attempt: Promise<NatsConnection>) =>
    expect(attempt).rejects.toThrow(/authorization violation|expired/i);

  test("without the user's seed", async () => {
    await refused(enter(await issue(createUser()), createUser()));
  });

  test("that has expired", async () => {
    const user = createUser();
    await refused(enter(await issue(user, { issuedAtMs: Date.now() - 700_000 }), user));
  });

  test("that isn't valid yet", async () => {
    const user = createUser();
    const key = fromSeed(Buffer.from(operator.signingSeed));
    const notYet = Math.floor(Date.now() / 1000) + 300;
    const [head = "", body = ""] = (await issue(user)).split(".");
    const claims = JSON.parse(Buffer.from(body, "base64url").toString()) as Record<string, unknown>;
    const text = `${head}.${Buffer.from(JSON.stringify({ ...claims, nbf: notYet })).toString("base64url")}`;
    const signature = Buffer.from(key.sign(Buffer.from(text))).toString("base64url");
    await refused(enter(`${text}.${signature}`, user));
  });

  test("over plain TCP, because it is for browsers only", async () => {
    const user = createUser();
    const jwt = await issue(user);
    await refused(connect({ ...options(jwt, user.getSeed()), servers: broker.tcpUrl }));
  });

  test("of another account", async () => {
    const user = createUser();
    const { account } = await makeOperatorMode(SUBJECTS);
    await refused(enter(await issue(user, { account }), user));
  });

  test("from a scoped key when the token has permissions of its own", async () => {
    const user = createUser();
    await refused(enter(await issue(user, {}, operator.scopedSeed), user));
  });
});
