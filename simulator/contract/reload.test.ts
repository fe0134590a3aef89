import { createUser } from "@nats-io/jwt";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Peer } from "./support/peer.ts";
import { join as joinAs } from "./support/simulated.ts";
import { type Server, TARGETS } from "./support/target.ts";

const USERS = (permissions: string): string => `authorization { users [
  { user: a, password: a, permissions { ${permissions} } }
  { user: b, password: b }
] }`;

describe.each(TARGETS)("$name: a reload holds those who are in to the new configuration", (target) => {
  let server: Server;
  const peers: Peer[] = [];
  afterEach(async () => {
    for (const peer of peers.splice(0)) peer.close();
    await server.stop();
  });

  async function join(who: object, commands = ""): Promise<Peer> {
    const peer = await joinAs(server.tcpPort, commands, who);
    peers.push(peer);
    return peer;
  }

  const ask = async (peer: Peer, commands: string): Promise<string> => {
    peer.send(`${commands}PING\r\n`);
    return peer.untilPong();
  };

  describe("of users", () => {
    beforeEach(async () => {
      server = await target.start({ top: USERS('subscribe: ">"') });
    });

    test("a changed password ends a connection with an error, a removed user without, others stay", async () => {
      const [changed, stays] = [await join({ user: "a", pass: "a" }), await join({ user: "b", pass: "b" })];
      await server.reload({ top: USERS('subscribe: ">"').replace("password: a", "password: other") });
      expect(await changed.rest()).toBe("-ERR 'Authorization Violation'\r\n");
      expect(await ask(stays, "")).toBe("PONG\r\n");
      await server.reload({ top: "authorization { users [ { user: c, password: c } ] }" });
      expect(await stays.rest()).toBe("");
    });

    test("a subject that is newly denied ends its subscription, and only that", async () => {
      const peer = await join({ user: "a", pass: "a" }, "SUB own 1\r\nSUB open 2\r\n");
      await server.reload({ top: USERS('subscribe: { deny: "own" }') });
      const heard = await ask(peer, "PUB own 1\r\nx\r\nPUB open 1\r\ny\r\nSUB own 3\r\n");
      expect(heard).toBe(
        `-ERR 'Permissions Violation for Subscription to "own" (sid "1")'\r\nMSG open 2 1\r\ny\r\n` +
          `-ERR 'Permissions Violation for Subscription to "own"'\r\nPONG\r\n`,
      );
    });

    test("a subject that is newly forbidden to publish is refused, the connection stays", async () => {
      const peer = await join({ user: "a", pass: "a" });
      await server.reload({ top: USERS('publish: { deny: "own" }') });
      expect(await ask(peer, "PUB own 1\r\nx\r\n")).toBe(
        "-ERR 'Permissions Violation for Publish to \"own\"'\r\nPONG\r\n",
      );
    });
  });

  describe("of no_auth_user", () => {
    const anonymous = (permissions: string, password = "a", line = "no_auth_user: a"): string =>
      `${USERS(permissions).replace("password: a", `password: ${password}`)}\n${line}`;
    let peer: Peer;
    beforeEach(async () => {
      server = await target.start({ top: anonymous('subscribe: "own"') });
      peer = await join({});
    });

    test("its user's new permissions apply to connected clients that have no credentials", async () => {
      await server.reload({ top: anonymous('subscribe: "open"') });
      expect(await ask(peer, "SUB open 1\r\nSUB own 2\r\n")).toBe(
        "-ERR 'Permissions Violation for Subscription to \"own\"'\r\nPONG\r\n",
      );
    });

    test("its user's changed password ends connections that used the old one", async () => {
      await server.reload({ top: anonymous('subscribe: "own"', "other") });
      expect(await peer.rest()).toBe("-ERR 'Authorization Violation'\r\n");
      expect(await ask(await join({}), "")).toBe("PONG\r\n");
    });

    test.each(["no_auth_user: b", ""])("changing it alone needs a restart: %j", async (line) => {
      await expect(server.reload({ top: anonymous('subscribe: ">"', "a", line) })).rejects.toThrow(
        "config reload not supported for",
      );
      expect(await ask(peer, "SUB open 1\r\n")).toContain("Permissions Violation");
    });

    test.each([
      "authorization { users [ { user: b, password: b } ] }",
      "accounts { A { users [ { user: b, password: b } ] } }",
      "",
    ])(
      "it can be removed together with its user, which ends connections without credentials: %j",
      async (top) => {
        await server.reload({ top });
        expect(await peer.rest()).toBe("");
      },
    );

    test("it can't be removed while another account has a user of its name", async () => {
      const moved = "accounts { A { users [ { user: a, password: a } ] } }";
      await expect(server.reload({ top: moved })).rejects.toThrow("config reload not supported for");
      expect(await ask(peer, "")).toBe("PONG\r\n");
    });
  });

  // 2.9.10 accepts no nkey as no_auth_user.
  test.skipIf(target.name === "nats-server 2.9.10")(
    "of no_auth_user that is an nkey: it can be removed while its user stays",
    async () => {
      const nkey = createUser().getPublicKey();
      const users = `authorization { users [ { nkey: ${nkey} } ] }`;
      server = await target.start({ top: `${users}\nno_auth_user: ${nkey}` });
      const peer = await join({});
      await server.reload({ top: users });
      expect(await peer.rest()).toBe("-ERR 'Authorization Violation'\r\n");
    },
  );

  test("of a token", async () => {
    server = await target.start({ top: "authorization { token: old }" });
    const peer = await join({ auth_token: "old" });
    await server.reload({ top: "authorization { token: new }" });
    expect(await peer.rest()).toBe("-ERR 'Authorization Violation'\r\n");
  });

  test("of limits: a lower max_payload and max_control_line apply at once", async () => {
    server = await target.start({ top: "max_payload: 100\nmax_control_line: 1024" });
    const [large, long] = [await join({}), await join({})];
    await server.reload({ top: "max_payload: 10\nmax_control_line: 512" });
    large.send(`PUB foo 11\r\n${"x".repeat(11)}\r\n`);
    expect(await large.rest()).toBe("-ERR 'Maximum Payload Violation'\r\n");
    long.send(`SUB ${"a".repeat(600)} 1\r\n`);
    expect(await long.rest()).toBe("-ERR 'maximum control line exceeded'\r\n");
  });

  test("of settings that need a restart is refused, and none of it applies", async () => {
    server = await target.start({ top: "authorization { token: old }" });
    const webSocket =
      'websocket { listen: "127.0.0.1:-1", no_tls: true, allowed_origins: "https://a.example" }';
    await expect(server.reload({ top: `authorization { token: new }\n${webSocket}` })).rejects.toThrow(
      "config reload not supported for",
    );
    expect(await ask(await join({ auth_token: "old" }), "")).toBe("PONG\r\n");
  });
});
