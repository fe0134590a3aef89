import { readFileSync } from "node:fs";
import { join as joinPath } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { until } from "../../test/support/tools/until.ts";
import type { FaultRule } from "../index.ts";
import { upgrade, WebSocketPeer } from "./support/frames.ts";
import { connectLine, Peer } from "./support/peer.ts";
import { join, joinWebSocket, start, stopAll, withRule } from "./support/simulated.ts";

afterEach(stopAll);

describe("a script's rules", () => {
  test("accept: the connection is closed, or reset, before a byte", async () => {
    for (const action of [{ do: "close" }, { do: "reset" }] as const) {
      const { simulator, tcp } = await withRule({ at: "accept", action });
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
      const { simulator, webSocket } = await withRule({
        at: "upgrade",
        action: { do: "http-status", status },
      });
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
      const { simulator, webSocket } = await withRule({
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
    const { simulator, tcp } = await withRule({ at: "before-pong", action: { do: "silent" } });
    const peer = await Peer.dial(tcp);
    await peer.info();
    peer.send(`${connectLine()}PING\r\n`);
    await until("the fault has happened", () =>
      simulator.events.entries.some(({ event }) => event === "fault"),
    );
    expect(peer.received.length).toBe(0);
    expect(peer.isEnded).toBe(false);
    peer.close();
  });

  test("live: cut some time after the first PONG", async () => {
    const { webSocket } = await withRule({ at: "live", action: { do: "reset" }, afterMs: 100 });
    const startedAtMs = performance.now();
    const peer = await joinWebSocket(webSocket);
    expect(await peer.end()).toEqual({ heard: "", code: undefined, reason: "" });
    expect(performance.now() - startedAtMs).toBeGreaterThan(98);
  });

  test("draining: cut when the last subscription has ended", async () => {
    const { tcp } = await withRule({ at: "draining", action: { do: "reset" } });
    const peer = await join(tcp, "SUB a 1\r\nSUB b 2\r\n");
    peer.send("UNSUB 1\r\nPING\r\n");
    expect(await peer.untilPong()).toBe("PONG\r\n");
    peer.send("UNSUB 2\r\nPING\r\n");
    expect(await peer.rest()).toBe("");
  });

  test("message: dropped, sent twice, sent late; the totals tell", async () => {
    const { simulator, tcp } = await start({
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
    expect(simulator.events.totals).toMatchObject({
      droppedMessages: 1,
      duplicatedMessages: 1,
      reorderedMessages: 1,
    });
  });

  test("a share is drawn with the seed: the same seed gives the same faults", async () => {
    const run = async (seed: number): Promise<string> => {
      const { simulator, tcp } = await start({
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

  test("a rule that makes no sense is refused with the reason, and with it its whole script", async () => {
    const { simulator, tcp } = await start();
    const lunch = { at: "lunch", action: { do: "close" } } as unknown as FaultRule;
    const rules: FaultRule[] = [{ at: "accept", action: { do: "reset" } }, lunch];
    const refusal = "fault rule: at is lunch; give one of accept, tls";
    expect(() => simulator.faults.add(lunch)).toThrow(refusal);
    expect(() => simulator.faults.load({ rules })).toThrow(refusal);
    (await join(tcp)).close();
  });

  test("the nth connection is the nth accepted, however late it upgrades", async () => {
    const { webSocket } = await withRule({
      at: "before-info",
      action: { do: "close-code", code: 4001 },
      target: { connection: 1 },
    });
    // Accepted first, and upgraded once two more are there.
    const first = await Peer.dial(webSocket);
    const others = [await joinWebSocket(webSocket), await joinWebSocket(webSocket)];
    first.send(
      "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
    );
    const heard = await first.rest();
    expect(heard).toContain(" 101 ");
    expect(heard).not.toContain("INFO");
    for (const peer of others) peer.close();
  });

  test("over TLS a reset is one too, at the upgrade and later", async () => {
    const folder = joinPath(import.meta.dirname, "support/tls");
    const [cert, key] = ["cert.pem", "key.pem"].map((name) =>
      readFileSync(joinPath(folder, name), "utf8"),
    ) as [string, string];
    const { simulator } = await start({
      tls: { websocket: { cert, key } },
      scenario: {
        rules: (["upgrade", "before-info", "live"] as const).map((at, index) => ({
          at,
          action: { do: "reset" },
          target: { connection: index + 1 },
        })),
      },
    });
    for (let turn = 0; turn < 3; turn++) {
      const client = new WebSocket(simulator.webSocketUrl, { ca: cert });
      client.on("error", () => {});
      client.on("message", () => client.send(`${connectLine()}PING\r\n`));
      expect(await new Promise((resolve) => client.once("close", resolve))).toBe(1006);
    }
    expect(simulator.events.entries.filter(({ event }) => event === "fault")).toHaveLength(3);
  });

  test("silent stays silent: no error when its time is up, nothing done of what came with it", async () => {
    for (const at of ["before-info", "after-info", "connect", "before-pong", "live"] as const) {
      const { simulator, tcp } = await start({
        auth: { type: "token", token: "t" },
        authTimeoutMs: 200,
        pingIntervalMs: 20,
        scenario: { rules: [{ at, action: { do: "silent" }, target: { connection: 2 } }] },
      });
      const hears = connectLine({ auth_token: "t" });
      const witness = await Peer.dial(tcp);
      witness.send(`${hears}SUB > 1\r\nPING\r\n`);
      await witness.untilPong();
      const mute = await Peer.dial(tcp);
      mute.send(`${hears}PING\r\nPUB a 0\r\n\r\n`);
      await until("it has happened", () => simulator.events.entries.some(({ event }) => event === "fault"));
      await simulator.faults.freeze().clear();
      await mute.endOr(400);
      expect({ at, isEnded: mute.isEnded, heard: mute.received.toString("latin1") }).toEqual({
        at,
        isEnded: false,
        heard: expect.not.stringMatching(/-ERR|PING/),
      });
      expect(witness.received.toString("latin1")).not.toContain("MSG");
      mute.close();
      witness.close();
      await simulator.stop();
    }
  });

  test("a cleared rule does nothing more", async () => {
    const { simulator, tcp } = await start();
    const fault = simulator.faults.add({ at: "accept", action: { do: "reset" } });
    expect(await (await Peer.dial(tcp)).rest()).toBe("");
    await fault.clear();
    (await join(tcp)).close();
  });

  test("live: a silent connection keeps its frames to itself", async () => {
    const { webSocket } = await withRule({ at: "live", action: { do: "silent" } });
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
});
