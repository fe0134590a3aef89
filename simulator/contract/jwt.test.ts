import { createAccount, createUser, type KeyPair } from "@nats-io/jwt";
import { expect, test } from "vitest";
import { UNLIMITED } from "../../test/support/servers/operator.ts";
import { createRealm, now, sign, userToken } from "./support/credentials.ts";
import { enter, REFUSED, WELCOME } from "./support/enter.ts";
import { WebSocketPeer } from "./support/frames.ts";
import { connectLine, type Info, Peer } from "./support/peer.ts";
import { describeTargets } from "./support/rules.ts";
import { TARGETS } from "./support/target.ts";

const realm = await createRealm();
const { account, signingKey, scopedKey, user, revokedUser } = realm;

/** CONNECT options with the token and the nonce signed with the key; an undefined key leaves the signature empty. */
function prove(jwt: string, key: KeyPair | undefined = user): (info: Info) => Record<string, string> {
  return (info) => ({ jwt, sig: key === undefined ? "" : sign(info, key) });
}

const TOO_MANY = "-ERR 'maximum subscriptions exceeded'\r\n";
const TOO_LARGE = "-ERR 'Maximum Payload Violation'\r\n";

describeTargets("user JWTs", { top: realm.config }, (server) => {
  test("INFO asks for a signature", async () => {
    const peer = await Peer.dial(server().tcpPort);
    expect(await peer.info()).toMatchObject({
      auth_required: true,
      nonce: expect.stringMatching(/^[\w-]{15}$/),
    });
    peer.close();
  });

  test.each([
    { rule: "the account", issuer: account },
    { rule: "a signing key of the account", issuer: signingKey },
  ])("a token signed by $rule lets in", async ({ issuer }) => {
    expect(await enter(server().tcpPort, prove(await userToken(realm, UNLIMITED, { issuer })))).toEqual(
      WELCOME,
    );
  });

  test("a bearer token needs no signature", async () => {
    const jwt = await userToken(realm, { ...UNLIMITED, bearer_token: true });
    expect(await enter(server().tcpPort, { jwt })).toEqual(WELCOME);
  });

  test("a token for TCP is accepted over TCP", async () => {
    const jwt = await userToken(realm, { ...UNLIMITED, allowed_connection_types: ["STANDARD"] });
    expect(await enter(server().tcpPort, prove(jwt))).toEqual(WELCOME);
  });

  const foreignUser = createUser();
  test.each([
    { rule: "without a token", proof: () => ({ sig: "" }) },
    { rule: "with garbage for a token", proof: prove("abc") },
    { rule: "without a signature", proof: async () => ({ jwt: await userToken(realm, UNLIMITED) }) },
    {
      rule: "with another user's signature",
      proof: async (info: Info) => ({ jwt: await userToken(realm, UNLIMITED), sig: sign(info, foreignUser) }),
    },
    {
      rule: "with a token of another account",
      proof: async (info: Info) => ({
        jwt: await userToken(realm, UNLIMITED, { issuer: createAccount() }),
        sig: sign(info, user),
      }),
    },
    {
      rule: "with a revoked token",
      proof: async (info: Info) => ({
        jwt: await userToken(realm, UNLIMITED, { user: revokedUser }),
        sig: sign(info, revokedUser),
      }),
    },
    {
      rule: "with an expired token",
      proof: async (info: Info) => ({
        jwt: await userToken(realm, UNLIMITED, { times: { exp: now() - 5 } }),
        sig: sign(info, user),
      }),
    },
    {
      rule: "with a token for later",
      proof: async (info: Info) => ({
        jwt: await userToken(realm, UNLIMITED, { times: { nbf: now() + 60 } }),
        sig: sign(info, user),
      }),
    },
    {
      rule: "over TCP with a token for WebSocket",
      proof: async (info: Info) => ({
        jwt: await userToken(realm, { ...UNLIMITED, allowed_connection_types: ["WEBSOCKET"] }),
        sig: sign(info, user),
      }),
    },
    ...[
      { rule: "with a token that has no claims of NATS's", nats: null },
      { rule: "with a token whose allow is no list", nats: { ...UNLIMITED, pub: { allow: "x" } } },
      {
        rule: "with a token for no kind of connection",
        nats: { ...UNLIMITED, allowed_connection_types: [5] },
      },
    ].map(({ rule, nats }) => ({
      rule,
      proof: async (info: Info) => ({ jwt: await userToken(realm, nats), sig: sign(info, user) }),
    })),
    {
      rule: "with permissions beside a scoped key",
      proof: async (info: Info) => ({
        jwt: await userToken(realm, { pub: { allow: ["z"] } }, { issuer: scopedKey }),
        sig: sign(info, user),
      }),
    },
  ])("nobody is let in $rule", async ({ proof }) => {
    const peer = await Peer.dial(server().tcpPort);
    peer.send(connectLine((await proof(await peer.info())) as object));
    expect({ heard: await peer.rest(), ended: true }).toEqual(REFUSED);
  });

  test("a token that was tampered with is rejected", async () => {
    const [head, body = "", signature] = (await userToken(realm, UNLIMITED)).split(".");
    const claims = JSON.parse(Buffer.from(body, "base64url").toString()) as object;
    const forged = Buffer.from(JSON.stringify({ ...claims, name: "root" })).toString("base64url");
    expect(await enter(server().tcpPort, prove(`${head}.${forged}.${signature}`))).toEqual(REFUSED);
  });

  test("an expired token ends the connection that used it", async () => {
    const peer = await WebSocketPeer.dial(server().webSocketPort);
    const bearer = await userToken(
      realm,
      { ...UNLIMITED, bearer_token: true },
      { times: { exp: now() + 5 } },
    );
    peer.sendText(`${connectLine({ jwt: bearer })}PING\r\n`);
    expect(await peer.readUntil("PONG\r\n")).toContain("PONG");
    const { heard, code, reason } = await peer.end();
    expect({ heard: heard.replace(/^(INFO .*\r\n|PING\r\n)*/, ""), code, reason }).toEqual({
      heard: "-ERR 'User Authentication Expired'\r\n",
      code: 1008,
      reason: "Authentication Expired",
    });
  });

  const deny = { pub: { deny: [">"] }, sub: { allow: ["egos.>", "_INBOX.me.>"], deny: ["egos.secret"] } };
  test.each([
    {
      rule: "pub.deny > forbids every publication",
      claims: { ...UNLIMITED, ...deny },
      sends: "PUB a 1\r\nx\r\n",
      receives: `-ERR 'Permissions Violation for Publish to "a"'\r\n`,
    },
    {
      rule: "an empty pub.allow allows everything",
      claims: { ...UNLIMITED, pub: { allow: [] } },
      sends: "PUB a 1\r\nx\r\n",
      receives: "",
    },
    {
      rule: "sub.allow bounds subscriptions",
      claims: { ...UNLIMITED, ...deny },
      sends: "SUB egos.a 1\r\nSUB egos.> 2\r\nSUB foo 3\r\n",
      receives: `-ERR 'Permissions Violation for Subscription to "foo"'\r\n`,
    },
    {
      rule: "sub.deny wins",
      claims: { ...UNLIMITED, ...deny },
      sends: "SUB egos.secret 1\r\n",
      receives: `-ERR 'Permissions Violation for Subscription to "egos.secret"'\r\n`,
    },
    {
      rule: "a rule takes a subscription's > for a token: foo.* allows foo.>",
      claims: { ...UNLIMITED, sub: { allow: ["foo.*"] } },
      sends: "SUB foo.> 1\r\n",
      receives: "",
    },
    {
      rule: "subs bounds subscriptions",
      claims: { ...UNLIMITED, subs: 1 },
      sends: "SUB a 1\r\nSUB b 2\r\n",
      receives: TOO_MANY,
    },
  ])("$rule", async ({ claims, sends, receives }) => {
    const { heard } = await enter(server().tcpPort, prove(await userToken(realm, claims)), sends);
    expect(heard).toBe(`PONG\r\n${receives}PONG\r\n`);
  });

  test("the payload claim limits publications", async () => {
    const jwt = await userToken(realm, { ...UNLIMITED, payload: 10 });
    const { heard, ended } = await enter(server().tcpPort, prove(jwt), "PUB a 11\r\n");
    expect({ heard, ended }).toEqual({ heard: `PONG\r\n${TOO_LARGE}`, ended: true });
  });

  test("payload left out means that every publication with one ends the connection", async () => {
    const jwt = await userToken(realm, { subs: -1, data: -1 });
    const { heard, ended } = await enter(server().tcpPort, prove(jwt), "PUB a 1\r\nx\r\n");
    expect({ heard, ended }).toEqual({ heard: `PONG\r\n${TOO_LARGE}`, ended: true });
  });

  test("subs left out means no subscription, and so the end", async () => {
    const peer = await Peer.dial(server().tcpPort);
    const info = await peer.info();
    peer.send(`${connectLine(prove(await userToken(realm, { payload: -1, data: -1 }))(info))}PING\r\n`);
    // Whether the PONG or the error comes first is a race inside the real servers.
    expect((await peer.rest()).replace("PONG\r\n", "")).toBe(TOO_MANY);
  });

  test.each(["me", "$&"])("a scoped key's template determines its users' permissions: %s", async (name) => {
    const jwt = await userToken(realm, {}, { issuer: scopedKey, times: { name } });
    const sends = `PUB mine.${name} 1\r\na\r\nPUB mine.you 1\r\na\r\nSUB any 1\r\n`;
    const { heard } = await enter(server().tcpPort, prove(jwt), sends);
    expect(heard).toBe(`PONG\r\n-ERR 'Permissions Violation for Publish to "mine.you"'\r\nPONG\r\n`);
  });
});

test.each(TARGETS)("$name: an account's expired token ends its users' connections", async (target) => {
  // Long enough for a busy machine to start a server and accept a user before the token expires.
  const short = await createRealm({ exp: now() + 10 });
  const server = await target.start({ top: short.config });
  const peer = await Peer.dial(server.tcpPort);
  await peer.info();
  peer.send(`${connectLine({ jwt: await userToken(short, { ...UNLIMITED, bearer_token: true }) })}PING\r\n`);
  expect(await peer.rest()).toMatch(/^PONG\r\n(PING\r\n)?-ERR 'Account Authentication Expired'\r\n$/);
  await server.stop();
});
