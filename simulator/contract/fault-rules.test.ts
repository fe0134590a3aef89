import { readFileSync } from "node:fs";
import { join as joinPath } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { until } from "../../test/support/tools/until.ts";
import { upgrade, WebSocketPeer } from "./support/frames.ts";
import { connectLine, Peer } from "./support/peer.ts";
import { join, joinWebSocket, start, stopAll, withRules } from "./support/simulated.ts";

afterEach(stopAll);

describe("a script's rules", () => {
  test("accept: the connection is closed, or reset, before a byte", async () => {
    for (const action of [{ do: "close" }, { do: "reset" }] as const) {
      const { simulator, tcp } = await withRules({ at: "accept", action });
      expect(await (await Peer.dial(tcp)).rest()).toBe("");
      await simulator.stop();
    }
  });

  test("accept: silent keeps the connection open and sends nothing", async () => {
    const { tcp } = await withRules({ at: "accept", action: { do: "silent" }, times: 1 });
    const mute = await Peer.dial(tcp);
    const other = await join(tcp);
    expect({ received: mute.received.length, ended: mute.isEnded }).toEqual({ received: 0, ended: false });
    for (const peer of [mute, other]) peer.close();
  });

  test("accept: bytes that aren't NATS", async () => {
    const { tcp } = await withRules({
      at: "accept",
      action: { do: "bytes", bytes: "SSH-2.0-OpenSSH_9.6\r\n" },
    });
    expect(await (await Peer.dial(tcp)).rest()).toBe("SSH-2.0-OpenSSH_9.6\r\n");
  });

  test("upgrade: any HTTP status", async () => {
    for (const status of [401, 403, 404, 429, 503]) {
      const { simulator, webSocket } = await withRules({
        at: "upgrade",
        action: { do: "http-status", status },
      });
      const { peer, head } = await upgrade(webSocket, {});
      peer.close();
      expect(head.slice(0, 12)).toBe(`HTTP/1.1 ${status}`);
      await simulator.stop();
    }
  });

  test("upgrade: closed and reset, and in order once both have been used up", async () => {
    const { webSocket } = await withRules(
      { at: "upgrade", action: { do: "close" }, times: 1 },
      { at: "upgrade", action: { do: "reset" }, times: 1 },
    );
    for (let turn = 0; turn < 2; turn++) expect((await upgrade(webSocket, {})).head).toBe("");
    (await joinWebSocket(webSocket)).close();
  });

  test("before-info: an error instead of INFO, with a close code", async () => {
    const { webSocket } = await withRules({
      at: "before-info",
      action: { do: "error", text: "maximum connections exceeded", code: 1008 },
    });
    const { peer } = await upgrade(webSocket, {});
    await peer.waitFor(() => peer.isEnded);
    expect(peer.received.toString("latin1")).toContain("-ERR 'maximum connections exceeded'\r\n");
    expect(peer.received.toString("latin1")).not.toContain("INFO");
  });

  test("before-info: any close code and reason", async () => {
    for (const code of [1001, 1002, 1008, 1009, 1011, 1012, 4001]) {
      const { simulator, webSocket } = await withRules({
        at: "before-info",
        action: { do: "close-code", code, reason: "why not" },
      });
      const peer = await WebSocketPeer.dial(webSocket);
      expect(await peer.end()).toEqual({ heard: "", code, reason: "why not" });
      await simulator.stop();
    }
  });

  test("connect: any -ERR, and the connection goes on if no code is given", async () => {
    const { tcp } = await withRules({
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

  test("before-pong: the PONG is never sent", async () => {
    const { simulator, tcp } = await withRules({ at: "before-pong", action: { do: "silent" } });
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

  test("draining: cut when the last subscription has ended", async () => {
    const { tcp } = await withRules({ at: "draining", action: { do: "reset" } });
    const peer = await join(tcp, "SUB a 1\r\nSUB b 2\r\n");
    peer.send("UNSUB 1\r\nPING\r\n");
    expect(await peer.untilPong()).toBe("PONG\r\n");
    peer.send("UNSUB 2\r\nPING\r\n");
    expect(await peer.rest()).toBe("");
  });

  test("over TLS too, reset resets the connection, at the upgrade and later", async () => {
    const folder = joinPath(import.meta.dirname, "support/tls");
    const [cert, key] = ["cert.pem", "key.pem"].map((name) =>
      readFileSync(joinPath(folder, name), "utf8"),
    ) as [string, string];
    const { simulator } = await start({ tls: { websocket: { cert, key } } });
    for (const at of ["upgrade", "before-info", "before-pong"] as const) {
      simulator.faults.add({ at, action: { do: "reset" }, times: 1 });
    }
    for (let turn = 0; turn < 3; turn++) {
      const client = new WebSocket(simulator.webSocketUrl, { ca: cert });
      client.on("error", () => {});
      client.on("message", () => client.send(`${connectLine()}PING\r\n`));
      expect(await new Promise((resolve) => client.once("close", resolve))).toBe(1006);
    }
    expect(simulator.events.entries.filter(({ event }) => event === "fault")).toHaveLength(3);
  });

  test("silent stays silent: no error at the authentication timeout, no PING, no publication", async () => {
    for (const at of ["before-info", "connect", "before-pong"] as const) {
      const { simulator, tcp } = await start({
        auth: { type: "token", token: "t" },
        authTimeoutMs: 200,
        pingIntervalMs: 20,
      });
      const connectWithToken = connectLine({ auth_token: "t" });
      const witness = await Peer.dial(tcp);
      witness.send(`${connectWithToken}SUB > 1\r\nPING\r\n`);
      await witness.untilPong();
      simulator.faults.add({ at, action: { do: "silent" } });
      const mute = await Peer.dial(tcp);
      mute.send(`${connectWithToken}PING\r\nPUB a 0\r\n\r\n`);
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

  test("a cleared rule has no further effect", async () => {
    const { simulator, tcp } = await start();
    const fault = simulator.faults.add({ at: "accept", action: { do: "reset" } });
    expect(await (await Peer.dial(tcp)).rest()).toBe("");
    await fault.clear();
    (await join(tcp)).close();
  });

  test("before-pong: a silent connection sends no frames", async () => {
    const { simulator, webSocket } = await start();
    const peer = await joinWebSocket(webSocket);
    simulator.faults.add({ at: "before-pong", action: { do: "silent" } });
    peer.sendText("PING\r\nPING\r\n");
    const answer = peer.readUntil("PONG\r\n").then(
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
