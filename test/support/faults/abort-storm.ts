import { request as requestHttp } from "node:http";
import { connect, type Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";

/** The requested paths: each of the worker's routes, a file of the page, and an unknown path. */
export const ROUTES = [
  "/",
  "/icon.svg",
  "/api/config",
  "/api/openapi.json",
  "/api/status",
  "/api/token",
  "/livez",
  "/readyz",
  "/metrics",
  "/badge",
  "/not/there",
] as const;

const METHODS = ["GET", "POST", "HEAD", "PUT"] as const;

/** Size of request bodies in bytes, for routes that read at most a kilobyte. */
const BODY_BYTES = 65_000;

/** Milliseconds after which a silent open socket is given up. */
const HALF_OPEN_MS = 50;

/** When a request is aborted. */
const MOMENTS = [
  "before a byte",
  "in the request line",
  "in the headers",
  "after the headers",
  "in the body",
  "after the body",
  "in the answer",
  "half-open",
] as const;

/** Options of a storm. */
export interface StormOptions {
  readonly port: number;
  readonly requests: number;
  /** Number of concurrent requests. */
  readonly atOnce: number;
  /** Makes a storm reproducible. */
  readonly random: () => number;
  /** Called now and then with the number of finished requests. */
  onProgress?(over: number): Promise<void>;
}

const PROGRESS_EVERY = 1000;

/** Aborted requests per lane before it sends a regular request and waits for the answer. */
const ABORTS_PER_REQUEST = 4;

/** Time limit for that answer, to detect a dead server; not a performance target. */
const ANSWER_LIMIT_MS = 60_000;

/**
 * Sends requests and aborts each at a random moment by a close or a reset, with regular requests between them.
 * @throws Error when a regular request isn't answered
 */
export async function abortStorm(options: StormOptions): Promise<void> {
  const { port, requests, atOnce, random, onProgress } = options;
  let begun = 0;
  let finished = 0;
  const lane = async (): Promise<void> => {
    while (begun < requests) {
      begun += 1;
      await requestAndAbort(port, random);
      finished += 1;
      // Other lanes increment `finished` while this one awaits.
      const mine = finished;
      if (mine % ABORTS_PER_REQUEST === 0) await requestNormally(port, pickFrom(ROUTES, random));
      if (mine % PROGRESS_EVERY === 0) await onProgress?.(mine);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
}

/** Uses a new connection each time: the server may close a kept-alive one at the moment it is reused. */
function requestNormally(port: number, path: string): Promise<void> {
  const method = path === "/api/token" ? "POST" : "GET";
  const signal = AbortSignal.timeout(ANSWER_LIMIT_MS);
  return new Promise((resolve, reject) => {
    const asked = requestHttp({ host: "127.0.0.1", port, path, method, agent: false, signal }, (response) => {
      response.resume().once("end", resolve).once("error", reject);
    });
    asked.once("error", reject);
    asked.end(method === "POST" ? "{}" : undefined);
  });
}

function pickFrom<T>(list: readonly T[], random: () => number): T {
  return list[Math.floor(random() * list.length)] as T;
}

async function requestAndAbort(port: number, random: () => number): Promise<void> {
  const pick = <T>(list: readonly T[]): T => pickFrom(list, random);
  const moment = pick(MOMENTS);
  const isReset = random() < 0.5;
  const { head, body } = request(port, pick(METHODS), pick(ROUTES), random() < 0.3);
  const part = (text: string): string => text.slice(0, 1 + Math.floor(random() * (text.length - 1)));
  // Many source addresses, because one has too few ports for all connections in TIME_WAIT.
  const localAddress = `127.0.0.${2 + Math.floor(random() * 250)}`;
  const socket = connect({ port, host: "127.0.0.1", localAddress });
  // The server may close first.
  socket.on("error", () => {});
  await new Promise((resolve) => socket.once("connect", resolve).once("close", resolve));
  switch (moment) {
    case "before a byte":
      break;
    case "in the request line":
      await send(socket, part(head.slice(0, head.indexOf("\r\n"))));
      break;
    case "in the headers":
      await send(socket, part(head));
      break;
    case "after the headers":
      await send(socket, head);
      break;
    case "in the body":
      await send(socket, head + part(body));
      break;
    case "after the body":
      await send(socket, head + body);
      break;
    case "in the answer":
      await send(socket, head + body);
      await Promise.race([
        new Promise((resolve) => socket.once("data", resolve)),
        closed(socket),
        wait(1000),
      ]);
      break;
    case "half-open":
      socket.end(part(head + body));
      await Promise.race([closed(socket), wait(HALF_OPEN_MS)]);
      break;
  }
  if (isReset) socket.resetAndDestroy();
  else socket.destroy();
}

/** A complete request, with a body if its method has one. */
function request(
  port: number,
  method: string,
  path: string,
  isChunked: boolean,
): { readonly head: string; readonly body: string } {
  const hasBody = method === "POST" || method === "PUT";
  const lines = [
    `${method} ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    `Origin: http://127.0.0.1:${port}`,
    "Content-Type: application/json",
  ];
  const content = "\0".repeat(BODY_BYTES);
  if (hasBody) lines.push(isChunked ? "Transfer-Encoding: chunked" : `Content-Length: ${BODY_BYTES}`);
  const body = isChunked ? `${BODY_BYTES.toString(16)}\r\n${content}\r\n0\r\n\r\n` : content;
  return { head: `${lines.join("\r\n")}\r\n\r\n`, body: hasBody ? body : "" };
}

function send(socket: Socket, text: string): Promise<void> {
  if (socket.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    socket.once("close", resolve);
    socket.write(text, "latin1", () => resolve());
  });
}

function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once("close", () => resolve()));
}
