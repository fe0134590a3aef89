import { createUser } from "@nats-io/jwt";
import { expect, test } from "vitest";
import { sign } from "./support/credentials.ts";
import { enter, REFUSED, WELCOME } from "./support/enter.ts";
import { WebSocketPeer } from "./support/frames.ts";
import { connectLine, type Info, Peer } from "./support/peer.ts";
import { describeTargets } from "./support/rules.ts";
import { join } from "./support/simulated.ts";

describeTargets("a token", { top: "authorization { token: s3cret, timeout: 60 }" }, (server) => {
  test("INFO says that authentication is required", async () => {
    const peer = await Peer.dial(server().tcpPort);
    const info = await peer.info();
    peer.close();
    expect(info).toMatchObject({ auth_required: true });
    expect(info).not.toHaveProperty("nonce");
  });

  test("the right token is accepted", async () => {
    expect(await enter(server().tcpPort, { auth_token: "s3cret" })).toEqual(WELCOME);
  });

  test.each([{ auth_token: "wrong" }, { auth_token: "" }, {}, { user: "s3cret" }, { pass: "s3cret" }])(
    "%j doesn't",
    async (proof) => {
      expect(await enter(server().tcpPort, proof as Record<string, string>)).toEqual(REFUSED);
    },
  );

  test("any command before CONNECT is a violation, at its first byte", async () => {
    const peer = await Peer.dial(server().tcpPort);
    await peer.info();
    peer.send("P");
    expect(await peer.rest()).toBe("-ERR 'Authorization Violation'\r\n");
  });

  test("over WebSocket a violation is 1008 Authentication Failure", async () => {
    const peer = await WebSocketPeer.dial(server().webSocketPort);
    peer.sendText(connectLine({ auth_token: "wrong" }));
    expect(await peer.end()).toEqual({
      heard: "-ERR 'Authorization Violation'\r\n",
      code: 1008,
      reason: "Authentication Failure",
    });
  });
});

// Apart, because a busy machine may take longer than this to let a client speak.
describeTargets("a time limit", { top: "authorization { token: s3cret, timeout: 1 }" }, (server) => {
  test("who says nothing is timed out", async () => {
    const peer = await Peer.dial(server().tcpPort);
    await peer.info();
    expect(await peer.rest()).toBe("-ERR 'Authentication Timeout'\r\n");
  });

  test("over WebSocket a timeout is 1008 Authentication Timeout", async () => {
    const peer = await WebSocketPeer.dial(server().webSocketPort);
    expect(await peer.end()).toEqual({
      heard: "-ERR 'Authentication Timeout'\r\n",
      code: 1008,
      reason: "Authentication Timeout",
    });
  });
});

describeTargets("one user and password", { top: "authorization { user: ann, password: pw }" }, (server) => {
  test("the right user and password are accepted", async () => {
    expect(await enter(server().tcpPort, { user: "ann", pass: "pw" })).toEqual(WELCOME);
  });

  test.each([
    { user: "ann", pass: "wrong" },
    { user: "bob", pass: "pw" },
    { user: "ann" },
    { auth_token: "pw" },
    {},
  ])("%j don't", async (proof) => {
    expect(await enter(server().tcpPort, proof as Record<string, string>)).toEqual(REFUSED);
  });
});

const nkey = createUser();
const USERS = `
  authorization {
    default_permissions { publish { deny: "secret.>" } }
    users = [
      { user: ann, password: a }
      { user: reader, password: r, permissions { subscribe: ["news.>", "_INBOX.>"], publish { deny: ">" } } }
      { user: writer, password: w, permissions { publish: "news.*", subscribe { allow: ">", deny: ["news.private", "hush.>"] } } }
      { user: worker, password: q, permissions { subscribe { allow: "jobs v1.*", deny: "jobs v1.old" } } }
      { user: browser, password: b, allowed_connection_types: ["WEBSOCKET"] }
      { nkey: ${nkey.getPublicKey()} }
      { user: nobody, password: n, permissions { subscribe: "public" } }
    ]
  }
  no_auth_user: nobody
`;

describeTargets("users and permissions", { top: USERS }, (server) => {
  const run = (user: string, pass: string, commands: string) =>
    enter(server().tcpPort, { user, pass }, commands).then(({ heard }) =>
      heard.slice("PONG\r\n".length, -"PONG\r\n".length),
    );
  const publishing = (subject: string): string =>
    `-ERR 'Permissions Violation for Publish to "${subject}"'\r\n`;
  const subscribing = (subject: string, queue = ""): string =>
    `-ERR 'Permissions Violation for Subscription to "${subject}"${queue && ` using queue "${queue}"`}'\r\n`;

  test.each([
    {
      rule: "without a list everything is allowed",
      user: "ann",
      pass: "a",
      sends: "SUB any 1\r\nPUB any 1\r\nx\r\n",
      receives: "MSG any 1 1\r\nx\r\n",
    },
    {
      rule: "default_permissions are for users without their own",
      user: "ann",
      pass: "a",
      sends: "PUB secret.a 1\r\nx\r\n",
      receives: publishing("secret.a"),
    },
    {
      rule: "a forbidden subscription is denied, even with an invalid subject",
      user: "reader",
      pass: "r",
      sends: "SUB foo..bar 1\r\n",
      receives: subscribing("foo..bar"),
    },
    {
      rule: "publish deny > makes a reader",
      user: "reader",
      pass: "r",
      sends: "PUB news.a 1\r\nx\r\n",
      receives: publishing("news.a"),
    },
    {
      rule: "a denied publication reaches nobody",
      user: "reader",
      pass: "r",
      sends: "SUB news.a 1\r\nPUB news.a 1\r\nx\r\n",
      receives: publishing("news.a"),
    },
    {
      rule: "a subject under subscribe allow is allowed",
      user: "reader",
      pass: "r",
      sends: "SUB news.a 1\r\nSUB news.> 2\r\n",
      receives: "",
    },
    {
      rule: "a subject outside subscribe allow is refused",
      user: "reader",
      pass: "r",
      sends: "SUB sports.a 1\r\n",
      receives: subscribing("sports.a"),
    },
    {
      rule: "a wildcard wider than subscribe allow is refused",
      user: "reader",
      pass: "r",
      sends: "SUB > 1\r\nSUB *.a 2\r\n",
      receives: subscribing(">") + subscribing("*.a"),
    },
    {
      rule: "a queue subscription is refused with its queue",
      user: "reader",
      pass: "r",
      sends: "SUB sports.a q 1\r\n",
      receives: subscribing("sports.a", "q"),
    },
    {
      rule: "only subjects under publish allow may be published",
      user: "writer",
      pass: "w",
      sends: "PUB news.a 1\r\nx\r\nPUB news.a.b 1\r\nx\r\nPUB other 1\r\nx\r\n",
      receives: publishing("news.a.b") + publishing("other"),
    },
    {
      rule: "subscribe deny wins over allow",
      user: "writer",
      pass: "w",
      sends: "SUB news.private 1\r\nSUB hush.a 2\r\n",
      receives: subscribing("news.private") + subscribing("hush.a"),
    },
    {
      rule: "a wildcard around a denied subject is allowed, without the denied messages",
      user: "writer",
      pass: "w",
      sends: "SUB news.* 1\r\nPUB news.private 1\r\nx\r\nPUB news.open 1\r\nx\r\n",
      receives: "MSG news.open 1 1\r\nx\r\n",
    },
    {
      rule: "a queue in a rule restricts the name of the queue",
      user: "worker",
      pass: "q",
      sends: "SUB jobs v1.a 1\r\nSUB jobs v2.a 2\r\n",
      receives: subscribing("jobs", "v2.a"),
    },
    {
      rule: "a rule with a queue doesn't allow a plain subscription",
      user: "worker",
      pass: "q",
      sends: "SUB jobs 1\r\n",
      receives: subscribing("jobs"),
    },
    {
      rule: "a queue may be denied",
      user: "worker",
      pass: "q",
      sends: "SUB jobs v1.old 1\r\n",
      receives: subscribing("jobs", "v1.old"),
    },
  ])("$rule", async ({ user, pass, sends, receives }) => {
    expect(await run(user, pass, sends)).toBe(receives);
  });

  test("a violation ends neither the connection nor other subscriptions", async () => {
    expect(
      await enter(server().tcpPort, { user: "reader", pass: "r" }, "SUB news.a 1\r\nSUB no 2\r\n"),
    ).toMatchObject({
      ended: false,
    });
  });

  test("a client without credentials is no_auth_user", async () => {
    const { heard } = await enter(server().tcpPort, {}, "SUB public 1\r\nSUB other 2\r\n");
    expect(heard).toBe(`PONG\r\n${subscribing("other")}PONG\r\n`);
  });

  test("a user bound to WebSocket is rejected over TCP", async () => {
    expect(await enter(server().tcpPort, { user: "browser", pass: "b" })).toEqual(REFUSED);
    const peer = await WebSocketPeer.dial(server().webSocketPort);
    peer.sendText(`${connectLine({ user: "browser", pass: "b" })}PING\r\n`);
    expect(await peer.readUntil("PONG\r\n")).toBe("PONG\r\n");
    peer.close();
  });

  test("an nkey that signs the INFO's nonce is accepted", async () => {
    const prove = (info: Info) => ({ nkey: nkey.getPublicKey(), sig: sign(info, nkey) });
    expect(await enter(server().tcpPort, prove)).toEqual(WELCOME);
  });

  test.each([
    {
      rule: "another key's signature",
      prove: (info: Info) => ({ nkey: nkey.getPublicKey(), sig: sign(info, createUser()) }),
    },
    { rule: "no signature", prove: () => ({ nkey: nkey.getPublicKey(), sig: "" }) },
    {
      rule: "the signature of another nonce",
      prove: () => ({ nkey: nkey.getPublicKey(), sig: sign({ nonce: "old" }, nkey) }),
    },
    { rule: "a signature that is no base64", prove: () => ({ nkey: nkey.getPublicKey(), sig: "***" }) },
    {
      rule: "an unknown key",
      prove: (info: Info) => {
        const other = createUser();
        return { nkey: other.getPublicKey(), sig: sign(info, other) };
      },
    },
  ])("an nkey isn't let in with $rule", async ({ prove }) => {
    expect(await enter(server().tcpPort, prove)).toEqual(REFUSED);
  });

  test("each connection has its own nonce", async () => {
    const peers = [await Peer.dial(server().tcpPort), await Peer.dial(server().tcpPort)];
    const nonces = await Promise.all(peers.map(async (peer) => (await peer.info()).nonce));
    for (const peer of peers) peer.close();
    expect(new Set(nonces).size).toBe(2);
    for (const nonce of nonces) expect(nonce).toMatch(/^[\w-]{15}$/);
  });
});

const ACCOUNTS = `
  accounts {
    RED { users: [ { user: r1, password: r }, { user: r2, password: r } ] }
    BLUE { users: [ { user: b1, password: b } ] }
  }
`;

describeTargets("accounts", { top: ACCOUNTS }, (server) => {
  test("a publication stays in its account", async () => {
    const joinAs = (user: string, pass: string) => join(server().tcpPort, "SUB > 1\r\n", { user, pass });
    const [red, blue] = [await joinAs("r2", "r"), await joinAs("b1", "b")];
    expect((await enter(server().tcpPort, { user: "r1", pass: "r" }, "PUB foo 1\r\nx\r\n")).ended).toBe(
      false,
    );
    for (const peer of [red, blue]) peer.send("PING\r\n");
    expect(await red.untilPong()).toBe("MSG foo 1 1\r\nx\r\nPONG\r\n");
    expect(await blue.untilPong()).toBe("PONG\r\n");
    red.close();
    blue.close();
  });
});
