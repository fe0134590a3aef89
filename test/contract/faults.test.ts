import { createConnection } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import {
  type FaultRule,
  type Simulator,
  type SimulatorOptions,
  startSimulator,
} from "../../dev/simulator/index.ts";
import { until } from "../support/until.ts";
import { upgrade, WebSocketPeer } from "./support/frames.ts";
import { connectLine, Peer } from "./support/peer.ts";

let simulator: Simulator;
afterEach(() => simulator.stop());

async function start(options: SimulatorOptions = {}): Promise<{ tcp: number; webSocket: number }> {
  simulator = await startSimulator(options);
  return {
    tcp: Number(new URL(simulator.tcpUrl).port),
    webSocket: Number(new URL(simulator.webSocketUrl).port),
  };
}

const withRule = (rule: FaultRule): Promise<{ tcp: number; webSocket: number }> =>
  start({ scenario: { rules: [rule] } });

async function join(port: number, commands = ""): Promise<Peer> {
  const peer = await Peer.dial(port);
  await peer.info();
  peer.send(`${connectLine()}${commands}PING\r\n`);
  await peer.untilPong();
  return peer;
}

async function joinWebSocket(port: number): Promise<WebSocketPeer> {
  const peer = await WebSocketPeer.dial(port);
  peer.say(`${connectLine()}PING\r\n`);
  await peer.hear("PONG\r\n");
  return peer;
}

/** Whether a connection attempt is refused by the operating system. */
function isRefused(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(port, "127.0.0.1");
    socket.once("connect", () => resolve(false));
    socket.once("error", (error: NodeJS.ErrnoException) => resolve(error.code === "ECONNREFUSED"));
    socket.once("connect", () => socket.destroy());
  });
}

describe("a script's rules", () => {
  test("accept: the connection is closed, or reset, before a byte", async () => {
    for (const action of [{ do: "close" }, { do: "reset" }] as const) {
      const { tcp } = await withRule({ at: "accept", action });
      expect(await (await Peer.dial(tcp)).rest()).toBe("");
      await simulator.stop();
    }
  });

  test("accept: silent keeps the connection and says nothing", async () => {
    const { tcp } = await withRule({ at: "accept", action: { do: "silent" }, times: 1 });
    const mute = await Peer.dial(tcp);
    const other = await join(tcp);
    expect({ received: mute.received.length, ended: mute.isEnded }).toEqual({ received: 0, ended: false });
    for (const peer of [mute, other]) peer.close();
  });

  test("accept: bytes that aren't NATS", async () => {
    const { tcp } = await withRule({
      at: "accept",
      action: { do: "bytes", bytes: "SSH-2.0-OpenSSH_9.6\r\n" },
    });
    expect(await (await Peer.dial(tcp)).rest()).toBe("SSH-2.0-OpenSSH_9.6\r\n");
  });

  test("upgrade: any HTTP status", async () => {
    for (const status of [401, 403, 404, 429, 503]) {
      const { webSocket } = await withRule({ at: "upgrade", action: { do: "http-status", status } });
      const { peer, head } = await upgrade(webSocket, {});
      peer.close();
      expect(head.slice(0, 12)).toBe(`HTTP/1.1 ${status}`);
      await simulator.stop();
    }
  });

  test("upgrade: silent, closed and reset", async () => {
    const { webSocket } = await start({
      scenario: {
        rules: [
          { at: "upgrade", action: { do: "close" }, target: { connection: 1 } },
          { at: "upgrade", action: { do: "reset" }, target: { connection: 2 } },
        ],
      },
    });
    for (let turn = 0; turn < 2; turn++) expect((await upgrade(webSocket, {})).head).toBe("");
    (await joinWebSocket(webSocket)).close();
  });

  test("before-info: garbled, split and endless INFO", async () => {
    const { tcp } = await start({
      scenario: {
        rules: [
          { at: "before-info", action: { do: "info", form: "garbled" }, target: { connection: 1 } },
          { at: "before-info", action: { do: "info", form: "split" }, target: { connection: 2 } },
          { at: "before-info", action: { do: "info", form: "endless" }, target: { connection: 3 } },
        ],
      },
    });
    const garbled = await Peer.dial(tcp);
    const line = await garbled.line();
    expect(() => JSON.parse(line.slice(5))).toThrow();
    const split = await Peer.dial(tcp);
    expect(await split.info()).toMatchObject({ headers: true });
    const endless = await Peer.dial(tcp);
    await endless.waitFor(() => endless.received.length > 4000);
    expect(endless.received.includes("\n")).toBe(false);
    for (const peer of [garbled, split, endless]) peer.close();
  });

  test("before-info: an error instead of INFO, with a close code", async () => {
    const { webSocket } = await withRule({
      at: "before-info",
      action: { do: "error", text: "maximum connections exceeded", code: 1008 },
    });
    const { peer } = await upgrade(webSocket, {});
    await peer.waitFor(() => peer.isEnded);
    expect(peer.received.toString("latin1")).toContain("-ERR 'maximum connections exceeded'\r\n");
    expect(peer.received.toString("latin1")).not.toContain("INFO");
  });

  test("after-info: any close code and reason", async () => {
    for (const code of [1001, 1002, 1008, 1009, 1011, 1012, 4001]) {
      const { webSocket } = await withRule({
        at: "after-info",
        action: { do: "close-code", code, reason: "why not" },
      });
      const peer = await WebSocketPeer.dial(webSocket);
      expect(await peer.end()).toEqual({ heard: "", code, reason: "why not" });
      await simulator.stop();
    }
  });

  test("connect: any -ERR, and the connection goes on if no code is given", async () => {
    const { tcp } = await withRule({
      at: "connect",
      action: { do: "error", text: "Whatever Next" },
      times: 1,
    });
    const peer = await Peer.dial(tcp);
    await peer.info();
    peer.send(`${connectLine()}${connectLine()}PING\r\n`);
    expect(await peer.untilPong()).toBe("-ERR 'Whatever Next'\r\nPONG\r\n");
    peer.close();
  });

  test("before-pong: the PONG that never comes", async () => {
    const { tcp } = await withRule({ at: "before-pong", action: { do: "half-open" } });
    const peer = await Peer.dial(tcp);
    await peer.info();
    peer.send(`${connectLine()}PING\r\n`);
    await until("the fault has struck", () =>
      simulator.ledger.entries.some(({ event }) => event === "fault"),
    );
    expect(peer.received.length).toBe(0);
    expect(peer.isEnded).toBe(false);
    peer.close();
  });

  test("live: cut some time after the first PONG", async () => {
    const { webSocket } = await withRule({ at: "live", action: { do: "reset" }, afterMs: 100 });
    const peer = await joinWebSocket(webSocket);
    const joinedAtMs = performance.now();
    expect(await peer.end()).toEqual({ heard: "", code: undefined, reason: "" });
    expect(performance.now() - joinedAtMs).toBeGreaterThan(80);
  });

  test("draining: cut when the last subscription has ended", async () => {
    const { tcp } = await withRule({ at: "draining", action: { do: "reset" } });
    const peer = await join(tcp, "SUB a 1\r\nSUB b 2\r\n");
    peer.send("UNSUB 1\r\nPING\r\n");
    expect(await peer.untilPong()).toBe("PONG\r\n");
    peer.send("UNSUB 2\r\nPING\r\n");
    expect(await peer.rest()).toBe("");
  });

  test("message: dropped, sent twice, sent late; the ledger tells", async () => {
    const { tcp } = await start({
      scenario: {
        rules: [
          { at: "message", action: { do: "drop" }, target: { subject: "drop.*" } },
          { at: "message", action: { do: "duplicate" }, target: { subject: "twice.>" } },
          { at: "message", action: { do: "reorder" }, target: { subject: "late.1" } },
        ],
      },
    });
    const peer = await join(tcp, "SUB > 1\r\n");
    const say = (subject: string): string => `PUB ${subject} 1\r\nx\r\n`;
    const hear = (subject: string): string => `MSG ${subject} 1 1\r\nx\r\n`;
    peer.send(`${say("drop.1")}${say("twice.1")}${say("late.1")}${say("late.2")}${say("plain")}PING\r\n`);
    const wanted = ["twice.1", "twice.1", "late.2", "late.1", "plain"].map(hear).join("");
    expect(await peer.untilPong()).toBe(`${wanted}PONG\r\n`);
    peer.close();
    expect(simulator.ledger.totals).toMatchObject({
      droppedMessages: 1,
      duplicatedMessages: 1,
      reorderedMessages: 1,
    });
  });

  test("a share is drawn with the seed: the same seed gives the same faults", async () => {
    const run = async (seed: number): Promise<string> => {
      const { tcp } = await start({
        scenario: { seed, rules: [{ at: "message", action: { do: "drop" }, share: 0.5 }] },
      });
      const peer = await join(tcp, "SUB n 1\r\n");
      peer.send(`${Array.from({ length: 40 }, (_, n) => `PUB n 2\r\n${10 + n}\r\n`).join("")}PING\r\n`);
      const heard = await peer.untilPong();
      peer.close();
      await simulator.stop();
      return heard;
    };
    const [first, again, other] = [await run(7), await run(7), await run(8)];
    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });

  test("a rule that makes no sense is refused with the reason", async () => {
    await start();
    const add = (rule: object) => () => simulator.faults.add(rule as FaultRule);
    expect(add({ at: "lunch", action: { do: "close" } })).toThrow("at is lunch; give one of accept, tls");
    expect(add({ at: "live", action: { do: "drop" } })).toThrow("drop can't be done at live");
    expect(add({ at: "accept", action: { do: "freeze" } })).toThrow("freeze can't be done at accept");
    expect(add({ at: "connect", action: { do: "http-status", status: 500 } })).toThrow(
      "only be done at upgrade",
    );
    expect(add({ at: "live", action: { do: "reset" }, share: 2 })).toThrow("share is 2; give 0 to 1");
  });

  test("a cleared rule strikes no more", async () => {
    const { tcp } = await start();
    const fault = simulator.faults.add({ at: "accept", action: { do: "reset" } });
    expect(await (await Peer.dial(tcp)).rest()).toBe("");
    await fault.clear();
    (await join(tcp)).close();
  });
});

describe("faults of the whole server", () => {
  test("kill cuts everybody without a word, refuses, and comes back on the same port", async () => {
    const { tcp, webSocket } = await start();
    const [one, two] = [await join(tcp), await joinWebSocket(webSocket)];
    const kill = simulator.faults.kill({ downMs: 150 });
    expect(await one.rest()).toBe("");
    expect(await two.end()).toEqual({ heard: "", code: undefined, reason: "" });
    expect([await isRefused(tcp), await isRefused(webSocket)]).toEqual([true, true]);
    await kill.over;
    (await join(tcp)).close();
  });

  test("refuse leaves live connections alone, until it is cleared", async () => {
    const { tcp } = await start();
    const live = await join(tcp);
    const refusal = simulator.faults.refuse();
    expect(await isRefused(tcp)).toBe(true);
    live.send("PING\r\n");
    expect(await live.untilPong()).toBe("PONG\r\n");
    await refusal.clear();
    (await join(tcp)).close();
    live.close();
  });

  test("freeze takes connections and bytes and says nothing; thaw answers it all", async () => {
    const { tcp, webSocket } = await start();
    const live = await join(tcp);
    const freeze = simulator.faults.freeze();
    live.send("PING\r\nPING\r\n");
    const fresh = await Peer.dial(tcp);
    const upgrading = upgrade(webSocket, {});
    const outcome = await Promise.race([
      live.untilPong().then(() => "answered"),
      fresh.info().then(() => "answered"),
      new Promise((resolve) => setTimeout(() => resolve("silent"), 100)),
    ]);
    expect(outcome).toBe("silent");
    await freeze.clear();
    await live.waitFor(() => live.received.includes("PONG\r\nPONG\r\n") || live.received.length === 0);
    await fresh.waitFor(() => fresh.received.length === 0);
    const { peer, head } = await upgrading;
    expect(head).toContain("101");
    for (const one of [live, fresh, peer]) one.close();
  });

  test("slow delays every answer and drips the bytes", async () => {
    const { tcp } = await start();
    const peer = await join(tcp, "SUB foo 1\r\n");
    const slow = simulator.faults.slow({ latencyMs: 100, bytesPerSecond: 0 });
    const askedAtMs = performance.now();
    peer.send("PING\r\n");
    await peer.untilPong();
    expect(performance.now() - askedAtMs).toBeGreaterThan(90);
    await slow.clear();
    const drip = simulator.faults.slow({ latencyMs: 0, bytesPerSecond: 10_000 });
    const sentAtMs = performance.now();
    peer.send(`PUB foo 3000\r\n${"x".repeat(3000)}\r\nPING\r\n`);
    await peer.untilPong();
    expect(performance.now() - sentAtMs).toBeGreaterThan(200);
    await drip.clear();
    peer.close();
  });

  test("reject-token refuses every CONNECT, also on a server that asks for nothing", async () => {
    const { webSocket } = await start();
    const rejection = simulator.faults.rejectToken();
    const peer = await WebSocketPeer.dial(webSocket);
    peer.say(connectLine());
    expect(await peer.end()).toEqual({
      heard: "-ERR 'Authorization Violation'\r\n",
      code: 1008,
      reason: "Authentication Failure",
    });
    await rejection.clear();
    (await joinWebSocket(webSocket)).close();
  });

  test("expire-token ends every live connection as an expiry does", async () => {
    const { webSocket } = await start();
    const peer = await joinWebSocket(webSocket);
    simulator.faults.expireToken();
    expect(await peer.end()).toEqual({
      heard: "-ERR 'User Authentication Expired'\r\n",
      code: 1008,
      reason: "Authentication Expired",
    });
  });

  test("announce sends a new INFO to those who can take one", async () => {
    const { tcp } = await start();
    const peer = await Peer.dial(tcp);
    await peer.info();
    peer.send(`${connectLine({ protocol: 1 })}PING\r\n`);
    await peer.untilPong();
    const announced = simulator.faults.announce({ connect_urls: ["10.0.0.1:4222"], max_payload: 5 });
    await peer.waitFor(() => peer.received.includes("connect_urls"));
    expect(peer.received.toString("latin1")).toContain('"connect_urls":["10.0.0.1:4222"]');
    const late = await Peer.dial(tcp);
    expect(await late.info()).toMatchObject({ connect_urls: ["10.0.0.1:4222"], max_payload: 5 });
    await announced.clear();
    for (const one of [peer, late]) one.close();
  });

  test("lame duck: says so, refuses, closes one by one with 1001", async () => {
    const { tcp, webSocket } = await start();
    const peers = [await joinWebSocket(webSocket), await joinWebSocket(webSocket)];
    for (const peer of peers) {
      peer.say(`${connectLine({ protocol: 1 })}PING\r\n`);
      await peer.hear("PONG\r\n");
    }
    const over = simulator.faults.lameDuck({ graceMs: 50, durationMs: 150 });
    expect(await isRefused(tcp)).toBe(true);
    const ends = await Promise.all(peers.map((peer) => peer.end()));
    expect(await over).toBe("over");
    for (const { heard, code, reason } of ends) {
      expect(heard).toContain('"ldm":true');
      expect({ code, reason }).toEqual({ code: 1001, reason: "Server Shutdown" });
    }
    await simulator.faults.revive();
    (await join(tcp)).close();
  });

  test("clear ends every fault at once", async () => {
    const { tcp } = await start();
    simulator.faults.add({ at: "before-info", action: { do: "reset" } });
    simulator.faults.slow({ latencyMs: 5000, bytesPerSecond: 1 });
    simulator.faults.rejectToken();
    simulator.faults.refuse();
    simulator.faults.freeze();
    await simulator.faults.clear();
    (await join(tcp)).close();
  });
});

describe("the live control", () => {
  const post = (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`${simulator.controlUrl}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });

  test("is off unless asked for", async () => {
    await start();
    expect(simulator.controlUrl).toBe("");
  });

  test("brings each of the panel's faults about, and ends it", async () => {
    const { tcp } = await start({ controlPort: 0 });
    for (const name of ["freeze", "refuse", "reject-token", "slow"]) {
      expect(await (await post(`/fault/${name}`, {})).json()).toEqual({ fault: name, active: [name] });
      expect(await (await post(`/fault/${name}`, { clear: true })).json()).toEqual({
        fault: name,
        active: [],
      });
      (await join(tcp)).close();
    }
    const peer = await join(tcp);
    await post("/fault/expire-token", {});
    expect(await peer.rest()).toContain("User Authentication Expired");
    for (const [name, body] of [
      ["kill", { downMs: 50 }],
      ["lame-duck", { graceMs: 10, durationMs: 20, downMs: 50 }],
    ] as const) {
      expect(await (await post(`/fault/${name}`, body)).json()).toEqual({ fault: name, active: [name] });
      await until(`${name} is over`, async () => {
        const { active } = (await (await fetch(`${simulator.controlUrl}/faults`)).json()) as {
          active: string[];
        };
        return active.length === 0;
      });
      (await join(tcp)).close();
    }
  });

  test("takes a rule of a script, and shows the ledger", async () => {
    const { tcp } = await start({ controlPort: 0 });
    await post("/fault/rule", { at: "accept", action: { do: "reset" } });
    expect(await (await Peer.dial(tcp)).rest()).toBe("");
    await post("/clear", {});
    (await join(tcp)).close();
    const { entries } = (await (await fetch(`${simulator.controlUrl}/ledger`)).json()) as {
      entries: { detail: string }[];
    };
    expect(entries.map(({ detail }) => detail)).toContain("accept: reset");
  });

  test("says what is wrong with a request", async () => {
    await start({ controlPort: 0 });
    for (const [path, body, error] of [
      ["/fault/earthquake", {}, /\/fault\/earthquake is not a fault; give \/fault\/ and one of kill, freeze/],
      ["/fault/kill", { downMs: "soon" }, /downMs is "soon"; give a number/],
      ["/fault/slow", [], /the body must be a JSON object/],
    ] as const) {
      const response = await post(path, body);
      expect(response.status).toBe(400);
      expect(((await response.json()) as { error: string }).error).toMatch(error);
    }
  });

  test("answers pages of this machine and no others", async () => {
    await start({ controlPort: 0 });
    const local = await post("/clear", {}, { origin: "http://localhost:8787" });
    expect(local.headers.get("access-control-allow-origin")).toBe("http://localhost:8787");
    const preflight = await fetch(`${simulator.controlUrl}/fault/kill`, {
      method: "OPTIONS",
      headers: { origin: "http://127.0.0.1:8787" },
    });
    expect([preflight.status, preflight.headers.get("access-control-allow-headers")]).toEqual([
      200,
      "content-type",
    ]);
    for (const origin of ["https://evil.example", "http://localhost.evil.example", "null"]) {
      const response = await post("/fault/kill", {}, { origin });
      expect([response.status, response.headers.get("access-control-allow-origin")]).toEqual([403, null]);
    }
  });
});

test("a half-open connection keeps its frames to itself", async () => {
  const { webSocket } = await withRule({ at: "live", action: { do: "half-open" } });
  const peer = await joinWebSocket(webSocket);
  peer.say("PING\r\nPING\r\n");
  const answer = peer.hear("PONG\r\n").then(
    () => "answered",
    () => "gave up",
  );
  const outcome = await Promise.race([
    answer,
    new Promise((resolve) => setTimeout(() => resolve("silent"), 150)),
  ]);
  expect(outcome).toBe("silent");
  peer.close();
});
