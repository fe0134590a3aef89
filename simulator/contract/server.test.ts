import { describe, expect, test } from "vitest";
import { until } from "../../test/support/tools/until.ts";
import { WebSocketPeer } from "./support/frames.ts";
import { connectLine, Peer } from "./support/peer.ts";
import { describeTargets, holdToRules } from "./support/rules.ts";
import { join as joinAs, joinWebSocket } from "./support/simulated.ts";
import { TARGETS } from "./support/target.ts";

const join = (port: number, ...commands: string[]): Promise<Peer> =>
  joinAs(port, commands.join(""), { name: "probe", lang: "test", version: "1" });

const LIMITS = "max_payload: 100\nmax_control_line: 512\nmax_subscriptions: 2";

holdToRules(
  "limits of the configuration",
  [
    {
      rule: "max_payload",
      sends: "PUB foo 101\r\n",
      receives: "-ERR 'Maximum Payload Violation'\r\n",
      leaves: "closed",
    },
    {
      rule: "max_payload itself is allowed",
      sends: `SUB foo 1\r\nPUB foo 100\r\n${"x".repeat(100)}\r\n`,
      receives: `MSG foo 1 100\r\n${"x".repeat(100)}\r\n`,
      leaves: "open",
    },
    {
      rule: "max_control_line",
      sends: `SUB ${"a".repeat(600)} 1\r\n`,
      receives: "-ERR 'maximum control line exceeded'\r\n",
      leaves: "closed",
    },
    {
      rule: "max_subscriptions leaves the connection and the earlier ones",
      sends: "SUB a 1\r\nSUB b 2\r\nSUB c 3\r\nPUB a 1\r\nx\r\n",
      receives: "-ERR 'maximum subscriptions exceeded'\r\nMSG a 1 1\r\nx\r\n",
      leaves: "open",
    },
    {
      rule: "an ended subscription makes room",
      sends: "SUB a 1\r\nSUB b 2\r\nUNSUB 1\r\nSUB c 3\r\n",
      receives: "",
      leaves: "open",
    },
  ],
  { top: LIMITS },
);

describeTargets("max_connections", { top: "max_connections: 2" }, (server) => {
  test("a connection above the limit gets an error and is closed; when one ends, another is accepted", async () => {
    const peers = [await join(server().tcpPort), await join(server().tcpPort)];
    const late = await Peer.dial(server().tcpPort);
    expect(await late.rest()).toMatch(/-ERR 'maximum connections exceeded'\r\n$/);
    const later = await WebSocketPeer.dial(server().webSocketPort);
    expect(await later.end()).toEqual({
      heard: "-ERR 'maximum connections exceeded'\r\n",
      code: 1008,
      reason: "Maximum Connections Exceeded",
    });
    for (const peer of peers) peer.close();
    await until("room for one more", async () => {
      const peer = await Peer.dial(server().tcpPort);
      await peer.info();
      peer.send(`${connectLine()}PING\r\n`);
      const heard = await peer.untilPong();
      peer.close();
      return heard === "PONG\r\n";
    });
  });
});

describeTargets("stale connections", { top: 'ping_interval: "500ms"\nping_max: 1' }, (server, target) => {
  test("a client that doesn't answer PING is stale", async () => {
    const peer = await Peer.dial(server().tcpPort);
    await peer.info();
    // No PONG is waited for: on a busy machine the server's PING may come before it.
    peer.send(connectLine());
    expect(await peer.rest()).toBe("PING\r\n-ERR 'Stale Connection'\r\n");
  });

  test("over WebSocket too", async () => {
    const peer = await WebSocketPeer.dial(server().webSocketPort);
    peer.sendText(connectLine());
    // 2.9.10 sends 1006, which RFC 6455 forbids in a close frame.
    const code = target === "nats-server 2.9.10" ? 1006 : 1001;
    expect(await peer.end()).toEqual({
      heard: "PING\r\n-ERR 'Stale Connection'\r\n",
      code,
      reason: "Stale Connection",
    });
  });
});

// Apart, with twice the time, because here a busy machine must answer in time.
describeTargets("live connections", { top: 'ping_interval: "1s"\nping_max: 1' }, (server) => {
  test("a client that answers PING stays connected", async () => {
    const peer = await Peer.dial(server().tcpPort);
    await peer.info();
    peer.send(connectLine());
    // In place of the second PING, a client that hadn't answered the first would be told that it is stale.
    for (let round = 0; round < 2; round++) {
      expect(await peer.line()).toBe("PING\r\n");
      peer.send("PONG\r\n");
    }
    expect(peer.isEnded).toBe(false);
    peer.close();
  });
});

describeTargets(
  "slow consumers",
  { top: 'max_payload: 65536\nmax_pending: 262144\nwrite_deadline: "500ms"' },
  (server) => {
    test("a client that doesn't read is disconnected when too much is pending for it", async () => {
      const lazy = await WebSocketPeer.dial(server().webSocketPort);
      lazy.sendText(`${connectLine()}SUB flood 1\r\nPING\r\n`);
      await lazy.readUntil("PONG\r\n");
      lazy.peer.pause();
      const publisher = await join(server().tcpPort);
      const message = `PUB flood 60000\r\n${"x".repeat(60_000)}\r\n`;
      await until("the slow consumer is cut", async () => {
        publisher.send(`${message.repeat(20)}PING\r\n`);
        await publisher.untilPong();
        const { slow_consumers } = (await (await fetch(`${server().monitorUrl}/varz`)).json()) as {
          slow_consumers: number;
        };
        return slow_consumers > 0;
      });
      await until("its connection is gone", async () => {
        const { connections } = (await (await fetch(`${server().monitorUrl}/varz`)).json()) as {
          connections: number;
        };
        return connections === 1;
      });
      publisher.close();
      lazy.close();
    });
  },
);

describeTargets("monitoring", undefined, (server) => {
  const ask = async (path: string): Promise<Record<string, unknown>> =>
    (await (await fetch(`${server().monitorUrl}${path}`)).json()) as Record<string, unknown>;

  test("/varz reports the limits in nats-server's units", async () => {
    expect(await ask("/varz")).toMatchObject({
      host: "127.0.0.1",
      port: server().tcpPort,
      max_connections: 65_536,
      ping_interval: 120_000_000_000,
      ping_max: 2,
      max_control_line: 4096,
      max_payload: 1_048_576,
      max_pending: 67_108_864,
      proto: 1,
      websocket: { port: server().webSocketPort },
    });
  });

  test("/connz lists a client with its name, kind and subscriptions", async () => {
    const peer = await join(server().tcpPort, "SUB foo.* 1\r\n", "SUB bar q 2\r\n");
    const { connections } = await ask("/connz?subs=1");
    expect(connections).toMatchObject([
      {
        kind: "Client",
        type: "nats",
        ip: "127.0.0.1",
        name: "probe",
        lang: "test",
        version: "1",
        subscriptions: 2,
      },
    ]);
    const [{ subscriptions_list }] = connections as [{ subscriptions_list: string[] }];
    expect([...subscriptions_list].sort()).toEqual(["bar", "foo.*"]);
    peer.close();
    await until("nobody is left", async () => (await ask("/connz")).num_connections === 0);
  });

  test("/connz without subs doesn't list subjects", async () => {
    const peer = await join(server().tcpPort, "SUB foo 1\r\n");
    const { connections } = await ask("/connz");
    expect((connections as object[])[0]).not.toHaveProperty("subscriptions_list");
    peer.close();
    await until("nobody is left", async () => (await ask("/connz")).num_connections === 0);
  });

  test("/healthz is ok", async () => {
    expect(await ask("/healthz")).toEqual({ status: "ok" });
  });

  test("an unknown path is 404", async () => {
    expect((await fetch(`${server().monitorUrl}/nothing`)).status).toBe(404);
  });
});

test.each(TARGETS)("$name: a shutdown ends WebSocket clients with 1001 Server Shutdown", async (target) => {
  const server = await target.start();
  const peer = await joinWebSocket(server.webSocketPort);
  const [end] = await Promise.all([peer.end(), server.stop()]);
  expect(end).toEqual({ heard: "", code: 1001, reason: "Server Shutdown" });
});

test.each(TARGETS)("$name: a shutdown ends TCP clients without a word", async (target) => {
  const server = await target.start();
  const peer = await join(server.tcpPort);
  const [rest] = await Promise.all([peer.rest(), server.stop()]);
  expect(rest).toBe("");
});

describe.each(TARGETS)("$name: what can't be read as a configuration is refused", (target) => {
  test.each([
    {
      rule: "two fields on a line",
      top: "authorization { users [ { user: a, password: a permissions: {} } ] }",
    },
    {
      rule: "two users on a line",
      top: "authorization { users [ { user: a, password: a } { user: b, password: b } ] }",
    },
    { rule: "two settings on a line", top: "max_payload: 10 max_subscriptions: 2" },
  ])("$rule", async ({ top }) => {
    await expect(target.start({ top })).rejects.toThrow(/[Pp]arse error/);
  });
});
