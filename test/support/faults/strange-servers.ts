import { createServer as createHttp, type Server as HttpServer } from "node:http";
import { type AddressInfo, createServer as createTcp, type Server, type Socket } from "node:net";
import { networkInterfaces } from "node:os";
import { createServer as createTls } from "node:tls";
import { gzipSync } from "node:zlib";
import { type WebSocket, WebSocketServer } from "ws";
import { seededRandom } from "../tools/seeded-random.ts";
import { UNTRUSTED } from "./untrusted-certificate.ts";

/** Servers that send endlessly, or more than a client should read. */
const HOSTILE = {
  "sends MSG without end": () => ws((socket) => flood(socket, "MSG a 1 1\r\nx\r\n")),
  "sends +OK without end": () => ws((socket) => flood(socket, "+OK\r\n")),
  "sends PING without end": () => ws((socket) => flood(socket, "PING\r\n")),
  "sends 31 MB of MSG in a frame": () => ws((socket) => burst(socket, "MSG a 1 1\r\nx\r\n")),
  "sends 31 MB of +OK in a frame": () => ws((socket) => burst(socket, "+OK\r\n")),
  "sends 31 MB of PING in a frame": () => ws((socket) => burst(socket, "PING\r\n")),
  "sends 100 MB of INFO": () =>
    ws((socket) => {
      send(socket, 'INFO {"server_id":"');
      flood(socket, "x", 100 * 1024 * 1024);
    }),
  "names a million servers in INFO": () =>
    ws((socket) => send(socket, `INFO {"connect_urls":[${'"203.0.113.9:4222",'.repeat(1_000_000)}""]}\r\n`)),
};

/** Each server resets different connections, but the same ones in every run. */
const SHAKY = Object.fromEntries(
  [1, 2, 3].map((seed) => [`resets one connection in ten, seed ${seed}`, () => shaky(seed - 1)]),
);

/** Servers in the place of NATS that each misbehave in one way. */
const STRANGE_SERVERS = {
  "resets whoever speaks": () => tcp((socket) => socket.once("data", () => socket.resetAndDestroy())),
  "accepts and says nothing": () => tcp(() => {}),
  "greets like NATS over TCP, then waits": () => tcp((socket) => socket.write('INFO {"server_id":"x"}\r\n')),
  "has an untrusted certificate": () =>
    createTls(UNTRUSTED, (socket) => socket.on("error", () => {})).on("tlsClientError", () => {}),
  "answers 200": () => http(200),
  "answers 302": () => http(302, { Location: "http://169.254.169.254/latest/meta-data/" }),
  "answers 403": () => http(403),
  "answers 503": () => http(503),
  "answers 526": () => http(526),
  "says that it wants HTTPS": () => http(400, {}, "Client sent an HTTP request to an HTTPS server.\n"),
  "opens and says nothing": () => ws(() => {}),
  "opens and closes": () => ws((socket) => socket.close(1000)),
  "greets, asks and closes": () =>
    ws((socket) => {
      send(socket, `${INFO}PING\r\n`);
      socket.close(1000);
    }),
  "shuts down": () => ws((socket) => socket.close(1001, "Server Shutdown")),
  "sends text": () => ws((socket) => socket.send("hello")),
  "sends another protocol": () => ws((socket) => send(socket, "SSH-2.0-OpenSSH_9.9\r\n")),
  "sends INFO without end": () => ws((socket) => send(socket, `INFO {"server_id":"${"x".repeat(70_000)}`)),
  "sends INFO byte by byte": () => ws((socket) => drip(socket, INFO, 400)),
  "splits INFO over frames": () => ws((socket) => speakNats(socket, [...INFO])),
  "sends INFO that isn't JSON": () => ws((socket) => send(socket, "INFO <html>\r\n")),
  "never answers PING": () => ws((socket) => send(socket, INFO)),
  "falls silent after the first PONG": () => ws((socket) => speakNats(socket, [INFO], 1)),
  "falls silent after the second PONG": () => ws((socket) => speakNats(socket, [INFO], 2)),
  "answers slowly": () => slowToUpgrade(SLOW_UPGRADE_MS),
  "says that its user has expired": () => ws((socket) => refuse(socket, "User Authentication Expired")),
  "allows too few subscriptions": () =>
    ws((socket) =>
      speakNats(socket, [INFO], 2, () => send(socket, "-ERR 'maximum subscriptions exceeded'\r\n")),
    ),
  "refuses with HTML in -ERR": () =>
    ws((socket) => send(socket, `-ERR '<script>SUAHOSTILE\\u2028 eyJ0'\r\n`)),
  "refuses with lines in -ERR": () =>
    ws((socket) => send(socket, "-ERR 'x\r\n# EOF\nprobe_forged 1\r\nSet-Cookie: forged=1\r\n'\r\n")),
  "greets with an attack in INFO": () =>
    ws((socket) => speakNats(socket, [`INFO ${JSON.stringify(ATTACK)}\r\n`])),
  "is full": () => ws((socket) => send(socket, "-ERR 'maximum connections exceeded'\r\n")),
  "closes a revoked user": () => ws((socket) => socket.close(1008, "Credentials Revoked")),
  "garbles what follows INFO": () =>
    ws((socket) => {
      send(socket, INFO);
      socket.once("message", () => send(socket, "PUNG\r\n"));
    }),
  "answers 530 with 1033": () => http(530, {}, "error code: 1033"),
  "answers 530 with 1016": () => http(530, {}, "error code: 1016"),
  "answers 403 with 1003": () => http(403, {}, "error code: 1003"),
  "answers 502": () => http(502),
  "answers 504": () => http(504),
  "misses the Upgrade header": () => http(400, {}, "invalid value for header 'Upgrade'\n"),
  "is silent from the second connection on": () => {
    let count = 0;
    return ws((socket) => {
      count += 1;
      if (count === 1) speakNats(socket, [INFO]);
    });
  },
  "is 1.9 s late with the first connection": () => {
    let count = 0;
    return ws((socket) => {
      count += 1;
      setTimeout(() => speakNats(socket, [INFO]), count === 1 ? 1900 : 0);
    });
  },
  "resets every third connection": () => {
    let count = 0;
    return wsBehind((socket) => {
      count += 1;
      if (count % 3 === 1) socket.resetAndDestroy();
    });
  },
  "redirects to itself": () => http(302, { Location: "/" }),
  "answers with a gzip bomb": () => http(400, { "Content-Encoding": "gzip" }, GZIP_BOMB),
  "sends PONG before its PING": () => ws((socket) => send(socket, `${INFO}${"PONG\r\n".repeat(5)}`)),
  ...SHAKY,
  ...HOSTILE,
};

/** The name of a strange server. */
export type StrangeServer = keyof typeof STRANGE_SERVERS;

export const HOSTILE_SERVERS = Object.keys(HOSTILE) as readonly (keyof typeof HOSTILE)[];
export const SHAKY_SERVERS = Object.keys(SHAKY);

/** 49 kB that decompress to 50 MB. */
const GZIP_BOMB = gzipSync(Buffer.alloc(50_000_000));

const FLOOD_FRAME_BYTES = 256 * 1024;
const BURST_BYTES = 31 * 1024 * 1024;

/** Sends the same text as fast as it is read, endlessly or up to a number of bytes. */
function flood(socket: WebSocket, words: string, limitBytes = Number.POSITIVE_INFINITY): void {
  if (words !== "x") send(socket, INFO);
  const frame = Buffer.from(words.repeat(Math.ceil(FLOOD_FRAME_BYTES / words.length)), "latin1");
  let sent = 0;
  const next = (): void => {
    if (socket.readyState !== socket.OPEN || sent >= limitBytes) return;
    sent += frame.length;
    socket.send(frame, () => setImmediate(next));
  };
  next();
}

/** Sends INFO, then one frame that is larger than any of NATS. */
function burst(socket: WebSocket, words: string): void {
  send(socket, INFO);
  socket.send(Buffer.from(words.repeat(Math.ceil(BURST_BYTES / words.length)), "latin1"));
}

const INFO = 'INFO {"server_id":"STRANGE","version":"0.0.0","max_payload":1048576}\r\n';

/** Text that would do harm if it were copied into a header, metrics or a page. */
const ATTACK = {
  server_id: "<script>forged</script>",
  server_name: 'forged"} 1\n# EOF\nprobe_forged 1\r\nSet-Cookie: forged=1',
  version: "0.0.0\r\nforged: 1",
  client_ip: "203.0.113.9",
  connect_urls: ["203.0.113.9:4222"],
  nonce: "forged",
  max_payload: 1_048_576,
};

/** Above the probe's limit for a quick server, below its timeout (worker/probe/server.ts), milliseconds. */
const SLOW_UPGRADE_MS = 1550;

/** Running servers. */
export interface Running {
  /** `127.0.0.1:port` of each server. */
  readonly addresses: Readonly<Record<StrangeServer, string>>;
  stop(): Promise<void>;
}

/** Starts all strange servers on free loopback ports. */
export async function startStrangeServers(): Promise<Running> {
  const names = Object.keys(STRANGE_SERVERS) as StrangeServer[];
  const servers = await Promise.all(
    names.map(async (name) => [name, await opened(STRANGE_SERVERS[name]())] as const),
  );
  const addressOf = (server: Server) => `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    addresses: Object.fromEntries(servers.map(([name, { server }]) => [name, addressOf(server)])) as Record<
      StrangeServer,
      string
    >,
    stop: async () => {
      await Promise.all(servers.map(([, { close }]) => close()));
    },
  };
}

interface Opened {
  readonly server: Server;
  close(): Promise<void>;
}

/** A server at `[::1]:port` that sends INFO over TCP; null if this machine has no IPv6. */
export async function startOnIpv6(): Promise<{ readonly address: string; stop(): Promise<void> } | null> {
  const all = Object.values(networkInterfaces()).flat();
  if (!all.some((one) => one?.address === "::1")) return null;
  const name = "greets like NATS over TCP, then waits";
  const { server, close } = await opened(STRANGE_SERVERS[name](), "::1");
  return { address: `[::1]:${(server.address() as AddressInfo).port}`, stop: close };
}

function opened(server: Server, host = "127.0.0.1"): Promise<Opened> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.once("close", () => sockets.delete(socket));
  });
  return new Promise((resolve) => {
    const close = (): Promise<void> =>
      new Promise((settle) => {
        server.close(() => settle());
        for (const socket of sockets) socket.destroy();
      });
    server.listen(0, host, () => resolve({ server, close }));
  });
}

function tcp(greet: (socket: Socket) => void): Server {
  return createTcp(greet);
}

function http(status: number, headers: Record<string, string> = {}, body: string | Buffer = ""): HttpServer {
  const server = createHttp((_request, response) => response.writeHead(status, headers).end(body));
  const lines = Object.entries({ ...headers, "Content-Length": String(body.length), Connection: "close" });
  const head = [`HTTP/1.1 ${status} Strange`, ...lines.map(([name, value]) => `${name}: ${value}`)].join(
    "\r\n",
  );
  server.on("upgrade", (_request, socket) =>
    socket.end(Buffer.concat([Buffer.from(`${head}\r\n\r\n`), Buffer.from(body)])),
  );
  return server;
}

function ws(greet: (socket: WebSocket) => void): HttpServer {
  const server = createHttp();
  const sockets = new WebSocketServer({ server });
  sockets.on("connection", (socket) => {
    socket.on("error", () => {});
    greet(socket);
  });
  return server;
}

/** NATS, with some connections intercepted before they send anything. */
function wsBehind(intercept: (socket: Socket) => void): HttpServer {
  const server = ws((socket) => speakNats(socket, [INFO]));
  server.prependListener("connection", intercept);
  return server;
}

/** A working NATS server behind a network that resets one connection in ten. */
function shaky(seed: number): HttpServer {
  const random = seededRandom(seed);
  return wsBehind((socket) => {
    if (random() < 0.1) socket.resetAndDestroy();
  });
}

/** Answers the upgrade slowly and everything else quickly. */
function slowToUpgrade(afterMs: number): HttpServer {
  const sockets = new WebSocketServer({ noServer: true });
  return createHttp().on("upgrade", (request, socket, head) => {
    setTimeout(() => {
      sockets.handleUpgrade(request, socket, head, (opened) => speakNats(opened, [INFO]));
    }, afterMs);
  });
}

function send(socket: WebSocket, text: string): void {
  socket.send(Buffer.from(text, "latin1"));
}

function drip(socket: WebSocket, text: string, everyMs: number): void {
  let next = 0;
  const timer = setInterval(() => send(socket, text[next++] ?? ""), everyMs);
  socket.once("close", () => clearInterval(timer));
}

/** Sends INFO, and refuses every CONNECT. */
function refuse(socket: WebSocket, reason: string): void {
  send(socket, INFO);
  socket.once("message", () => send(socket, `-ERR '${reason}'\r\n`));
}

/** Sends INFO in `frames` and answers PINGs as NATS does, up to a number of PINGs. */
function speakNats(
  socket: WebSocket,
  frames: readonly string[],
  pings = Number.POSITIVE_INFINITY,
  otherwise: () => void = () => {},
): void {
  let left = pings;
  for (const frame of frames) send(socket, frame);
  socket.on("message", (data: Buffer) => {
    for (const _ping of data.toString("latin1").matchAll(/PING\r\n/g)) {
      if (left > 0) send(socket, "PONG\r\n");
      else otherwise();
      left -= 1;
    }
  });
}
