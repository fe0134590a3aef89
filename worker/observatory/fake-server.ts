import { inject, onTestFinished, vi } from "vitest";

/** A server that lets in pages of some origins alone, and has nothing else to do. */
export interface FakeServer {
  readonly url: string;
  /** Null: it lets everybody in. */
  allowed: readonly string[] | null;
  /** Whether it resets the connection of those that come from a page and would be let in. */
  resetsPages: boolean;
  /** How long each upgrade takes, milliseconds of a clock that stands otherwise; one that may not take so long breaks off. */
  upgradeMs: number;
  /** The origins under which somebody came, null for none, and those that it refused: nats-server logs each. */
  readonly came: (string | null)[];
  readonly refused: string[];
  /** Lets time pass. */
  later(ms: number): void;
}

let servers = 0;

/**
 * Starts one in the place of what `fetch` reaches, on a clock that moves only when it is told to, until the test ends.
 * It is so late by then that nothing is remembered of the one before.
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
    came: [],
    refused: [],
    later: (ms) => {
      nowMs += ms;
    },
  };
  const timers = vi.spyOn(globalThis, "setTimeout");
  const fetched = vi.spyOn(globalThis, "fetch").mockImplementation(async (_input, init) => {
    const origin = new Headers(init?.headers).get("Origin");
    server.came.push(origin);
    const limitMs = timers.mock.lastCall?.[1] ?? 0;
    server.later(Math.min(limitMs, server.upgradeMs));
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
