import { afterEach, describe, expect, test } from "vitest";
import { upgrade, WebSocketPeer } from "./support/frames.ts";
import { connectLine, Peer } from "./support/peer.ts";
import { isRefused, join, joinWebSocket, start, stopAll } from "./support/simulated.ts";

afterEach(stopAll);

describe("faults of the whole server", () => {
  test("kill cuts all connections without an error, refuses new ones, and comes back on the same port", async () => {
    const { simulator, tcp, webSocket } = await start();
    const [one, two] = [await join(tcp), await joinWebSocket(webSocket)];
    const kill = simulator.faults.kill({ downMs: 60_000 });
    expect(await one.rest()).toBe("");
    expect(await two.end()).toEqual({ heard: "", code: undefined, reason: "" });
    expect([await isRefused(tcp), await isRefused(webSocket)]).toEqual([true, true]);
    await kill.clear();
    (await join(tcp)).close();
    await simulator.faults.kill({ downMs: 50 }).over;
    (await join(tcp)).close();
  });

  test("refuse leaves live connections alone, until it is cleared", async () => {
    const { simulator, tcp } = await start();
    const live = await join(tcp);
    const refusal = simulator.faults.refuse();
    expect(await isRefused(tcp)).toBe(true);
    live.send("PING\r\n");
    expect(await live.untilPong()).toBe("PONG\r\n");
    await refusal.clear();
    (await join(tcp)).close();
    live.close();
  });

  test("freeze accepts connections and bytes without an answer; thaw answers them all", async () => {
    const { simulator, tcp, webSocket } = await start();
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

  test("reject-token refuses every CONNECT, even without authentication", async () => {
    const { simulator, webSocket } = await start();
    const rejection = simulator.faults.rejectToken();
    const peer = await WebSocketPeer.dial(webSocket);
    peer.sendText(connectLine());
    expect(await peer.end()).toEqual({
      heard: "-ERR 'Authorization Violation'\r\n",
      code: 1008,
      reason: "Authentication Failure",
    });
    await rejection.clear();
    (await joinWebSocket(webSocket)).close();
  });

  test("expire-token ends every live connection as an expiry does", async () => {
    const { simulator, webSocket } = await start();
    const peer = await joinWebSocket(webSocket);
    simulator.faults.expireToken();
    expect(await peer.end()).toEqual({
      heard: "-ERR 'User Authentication Expired'\r\n",
      code: 1008,
      reason: "Authentication Expired",
    });
  });

  test("announce sends a new INFO to clients that can receive one", async () => {
    const { simulator, tcp } = await start();
    const peer = await join(tcp, "", { protocol: 1 });
    const announced = simulator.faults.announce({ connect_urls: ["10.0.0.1:4222"], max_payload: 5 });
    await peer.waitFor(() => peer.received.includes("connect_urls"));
    expect(peer.received.toString("latin1")).toContain('"connect_urls":["10.0.0.1:4222"]');
    // Fields that only the first INFO or the answer to a CONNECT has must be missing here.
    expect(peer.received.toString("latin1")).not.toMatch(/connect_info|remote_account|nonce/);
    const late = await Peer.dial(tcp);
    expect(await late.info()).toMatchObject({ connect_urls: ["10.0.0.1:4222"], max_payload: 5 });
    await announced.clear();
    for (const one of [peer, late]) one.close();
  });

  test("lame duck: announces itself, refuses connections, closes clients one by one with 1001", async () => {
    const { simulator, tcp, webSocket } = await start();
    const peers = [await joinWebSocket(webSocket), await joinWebSocket(webSocket)];
    for (const peer of peers) {
      peer.sendText(`${connectLine({ protocol: 1 })}PING\r\n`);
      await peer.readUntil("PONG\r\n");
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

  test("waiting for the end of a kill resolves when it is cleared, or the server stops", async () => {
    const { simulator, tcp } = await start();
    const cleared = simulator.faults.kill({ downMs: 60_000 });
    await simulator.faults.clear();
    await cleared.over;
    (await join(tcp)).close();
    const stopped = simulator.faults.kill({ downMs: 60_000 });
    await simulator.stop();
    await stopped.over;
  });

  test("a lame duck that replaces another ends it: once cleared, no client is closed", async () => {
    const { simulator, tcp } = await start();
    const peer = await join(tcp);
    const first = simulator.faults.lameDuck({ graceMs: 100, durationMs: 100 });
    const second = simulator.faults.lameDuck({ graceMs: 60_000, durationMs: 60_000 });
    expect(await first).toBe("cleared");
    await simulator.faults.clear();
    expect(await second).toBe("cleared");
    peer.send("PING\r\n");
    expect(await peer.untilPong()).toContain("PONG\r\n");
    peer.close();
  });

  test("an announcement that is cleared withdraws its own fields, and sends connected clients an INFO", async () => {
    const { simulator, tcp } = await start();
    const peer = await join(tcp, "", { protocol: 1 });
    const urls = simulator.faults.announce({ connect_urls: ["10.0.0.1:4222"] });
    simulator.faults.announce({ max_payload: 5 });
    await urls.clear();
    const fresh = await Peer.dial(tcp);
    expect(await fresh.info()).toMatchObject({ max_payload: 5 });
    await simulator.faults.clear();
    const last = (): string => peer.received.toString("latin1").trim().split("\r\n").at(-1) ?? "";
    await peer.waitFor(() => last().includes('"max_payload":1048576'));
    expect(last()).not.toContain("connect_urls");
    for (const one of [peer, fresh]) one.close();
  });

  test("clear ends every fault at once", async () => {
    const { simulator, tcp } = await start();
    simulator.faults.add({ at: "before-info", action: { do: "reset" } });
    simulator.faults.rejectToken();
    simulator.faults.refuse();
    simulator.faults.freeze();
    await simulator.faults.clear();
    (await join(tcp)).close();
  });
});
