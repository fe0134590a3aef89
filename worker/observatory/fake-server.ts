import { inject, onTestFinished, vi } from "vitest";

/** How a fake server deals with one upgrade; the one under an Origin that it lets in, or under none, unless told. */
type Dealing = "open" | "forbidden" | "reset" | "closes";

/** A server that lets in pages of some origins alone, and has nothing else to do. */
export interface FakeServer {
  readonly url: string;
  /** Null: it lets everybody in. */
  allowed: readonly string[] | null;
  /** How it deals with whom it would let in. */
  deal: (origin: string | null) => Dealing;
  /** What names it since it was started; of several behind one address, the next. */
  serverIds: readonly string[];
  /** How long each upgrade takes, milliseconds of a clock that stands otherwise; one that may not take so long breaks off. */
  upgradeMs: number;
  /** The origins under which somebody came, null for none, and those that it refused: nats-server logs each. */
  readonly came: (string | null)[];
  readonly refused: string[];
  /** Lets time pass. */
  later(ms: number): void;
}

let servers = 0;

/** Starts one in the place of what `fetch` reaches, on a clock that moves only when it is told to, until the test ends. */
export function fakeServer(allowed: readonly string[] | null): FakeServer {
  servers += 1;
  let nowMs = Date.now();
  const clock = vi.spyOn(Date, "now").mockImplementation(() => nowMs);
  const server: FakeServer = {
    url: `ws://${inject("servers").nobody}/fake-${servers}`,
    allowed,
    deal: () => "open",
    serverIds: ["FAKE"],
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
    if (!isLetIn) server.refused.push(origin);
    const dealing = isLetIn ? server.deal(origin) : "forbidden";
    if (dealing === "reset") throw new Error("Network connection lost.");
    if (dealing === "forbidden") return new Response("Forbidden\n", { status: 403 });
    const { 0: webSocket, 1: own } = new WebSocketPair();
    const serverId = server.serverIds[server.came.length % server.serverIds.length] ?? "";
    speakNats(own, serverId, dealing === "closes");
    return new Response(null, { status: 101, webSocket });
  });
  onTestFinished(() => {
    clock.mockRestore();
    timers.mockRestore();
    fetched.mockRestore();
  });
  return server;
}

function speakNats(socket: WebSocket, serverId: string, closes: boolean): void {
  const send = (text: string): void => socket.send(new TextEncoder().encode(text));
  socket.binaryType = "arraybuffer";
  socket.accept();
  send(`INFO {"server_id":"${serverId}","version":"2.12.0","max_payload":1048576}\r\n`);
  if (closes) {
    socket.close(1001, "Going Away");
    return;
  }
  socket.addEventListener("message", ({ data }) => {
    const pings = new TextDecoder().decode(data as ArrayBuffer).match(/^PING\r$/gm)?.length ?? 0;
    if (pings > 0) send("PONG\r\n".repeat(pings));
  });
}
