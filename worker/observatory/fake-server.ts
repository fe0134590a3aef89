import { inject, onTestFinished, vi } from "vitest";

/** A NATS server that accepts only pages of some origins. */
export interface FakeServer {
  readonly url: string;
  /** The accepted origins; null for all. */
  allowed: readonly string[] | null;
  /** Whether it resets connections with an accepted Origin. */
  resetsPages: boolean;
  /** How long each upgrade takes, in milliseconds of the fake clock; one with a shorter limit is aborted. */
  upgradeMs: number;
  /** The origins of all connections, null for none, and the refused ones, each of which nats-server logs. */
  readonly origins: (string | null)[];
  readonly refused: string[];
  /** Advances the fake clock. */
  advance(ms: number): void;
}

let servers = 0;

/**
 * Replaces `fetch` with a fake server, and the clock with one that only `advance` moves, until the test ends. Each fake
 * server starts a day after the one before, so that no cached result applies to it.
 */
export function fakeServer(allowed: readonly string[] | null): FakeServer {
  servers += 1;
  let nowMs = Date.now() + servers * 24 * 60 * 60_000;
  const clock = vi.spyOn(Date, "now").mockImplementation(() => nowMs);
  const server: FakeServer = {
    url: `ws://${inject("servers").nobody}/fake-${servers}`,
    allowed,
    resetsPages: false,
    upgradeMs: 0,
    origins: [],
    refused: [],
    advance: (ms) => {
      nowMs += ms;
    },
  };
  const timers = vi.spyOn(globalThis, "setTimeout");
  const fetched = vi.spyOn(globalThis, "fetch").mockImplementation(async (_input, init) => {
    const origin = new Headers(init?.headers).get("Origin");
    server.origins.push(origin);
    const limitMs = timers.mock.lastCall?.[1] ?? 0;
    server.advance(Math.min(limitMs, server.upgradeMs));
    if (limitMs < server.upgradeMs) {
      return new Promise((_, reject) => init?.signal?.addEventListener("abort", reject));
    }
    const isLetIn = origin === null || server.allowed === null || server.allowed.includes(origin);
    if (!isLetIn) {
      server.refused.push(origin);
      return new Response("Forbidden\n", { status: 403 });
    }
    if (origin !== null && server.resetsPages) throw new Error("Network connection lost.");
    const { 0: webSocket, 1: own } = new WebSocketPair();
    speakNats(own);
    return new Response(null, { status: 101, webSocket });
  });
  onTestFinished(() => {
    clock.mockRestore();
    timers.mockRestore();
    fetched.mockRestore();
  });
  return server;
}

function speakNats(socket: WebSocket): void {
  const send = (text: string): void => socket.send(new TextEncoder().encode(text));
  socket.binaryType = "arraybuffer";
  socket.accept();
  send('INFO {"server_id":"FAKE","version":"2.12.0","max_payload":1048576}\r\n');
  socket.addEventListener("message", ({ data }) => {
    const pings = new TextDecoder().decode(data as ArrayBuffer).match(/^PING\r$/gm)?.length ?? 0;
    if (pings > 0) send("PONG\r\n".repeat(pings));
  });
}
