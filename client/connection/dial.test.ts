import type { Subscription } from "nats.ws";
import { expect, onTestFinished, test, vi } from "vitest";
import { systemClock } from "../clock.ts";
import { FaultError } from "../errors.ts";
import type { Credentials, SocketFactory } from "../options.ts";
import { type DialParts, dial } from "./dial.ts";

const NONE: Credentials = { type: "none" };

function partsWith(webSocket: SocketFactory, credentials = NONE): DialParts {
  const url = "ws://127.0.0.1:9";
  const parts = { url, name: undefined, credentials, timeoutMs: 5000, clock: systemClock, webSocket };
  return { ...parts, onEvent: () => {} };
}

/** A dial that must fail before it makes a socket. */
function dialWithoutSocket(signal: AbortSignal) {
  const sockets: string[] = [];
  const webSocket = (url: string) => {
    sockets.push(url);
    throw new Error("no socket must be made");
  };
  return { sockets, end: dial(partsWith(webSocket), signal) };
}

/** An open socket that receives what the test passes to `receive`; it answers PINGs. */
class QuietSocket extends EventTarget {
  binaryType = "";
  readyState = 1;
  hasListeners = false;
  override addEventListener(...args: Parameters<EventTarget["addEventListener"]>): void {
    super.addEventListener(...args);
    this.hasListeners = true;
  }
  send(data: ArrayBuffer | Uint8Array<ArrayBuffer>): void {
    if (new TextDecoder().decode(data).endsWith("PING\r\n")) this.receive("PONG\r\n");
  }
  close(): void {
    this.readyState = 3;
  }
  receive(text: string): void {
    const data = new TextEncoder().encode(text).buffer;
    this.dispatchEvent(new MessageEvent("message", { data }));
  }
}

/** Loads nats.ws before the timers are faked: `waitUntil` moves them, and a slow load would time the dial out. */
const loaded = () => import("nats.ws");
const settled = () => new Promise((settle) => setImmediate(settle));
const faultOf = (end: Promise<unknown>) =>
  end.then(
    () => expect.unreachable("the dial succeeded"),
    (reason: unknown) => (reason as FaultError).fault,
  );

test("a dial that is aborted before nats.ws has loaded makes no socket", async () => {
  const abort = new AbortController();
  const { sockets, end } = dialWithoutSocket(abort.signal);
  abort.abort(new Error("stopped"));
  await expect(end).rejects.toThrow("stopped");
  await import("nats.ws");
  // Lets whatever the dial has begun run to its end.
  await settled();
  expect(sockets).toEqual([]);
});

test("if nats.ws can't be loaded, the fault is not-loaded and blames no server", async () => {
  vi.doMock("nats.ws", () => {
    throw new Error("404");
  });
  onTestFinished(() => void vi.doUnmock("nats.ws"));
  const { sockets, end } = dialWithoutSocket(new AbortController().signal);
  const reason = await end.then(
    () => null,
    (error: unknown) => error,
  );
  expect(reason).toBeInstanceOf(FaultError);
  const { fault } = reason as FaultError;
  expect(fault).toMatchObject({ kind: "unknown", explanation: "not-loaded", retryable: true });
  expect(fault.evidence.detail).toBeTruthy();
  expect(sockets).toEqual([]);
});

test.each([undefined, {}, "ws://a"])(
  "a webSocket() that returns %j is named in the fault",
  async (socket) => {
    const webSocket = (() => socket) as unknown as SocketFactory;
    const seen = await faultOf(dial(partsWith(webSocket), new AbortController().signal));
    expect(seen.evidence.detail).toBe("addEventListener of the webSocket() result must be of type function");
  },
);

test("a socket made after the dial timed out is closed, and no timer is left", async () => {
  await loaded();
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
  onTestFinished(() => void vi.useRealTimers());
  const socket = new QuietSocket();
  let make = (_: QuietSocket): void => {};
  const made = new Promise<QuietSocket>((resolve) => {
    make = resolve;
  });
  const webSocket = vi.fn(() => made);
  const reason = faultOf(dial(partsWith(webSocket), new AbortController().signal));
  await vi.waitUntil(() => webSocket.mock.calls.length > 0, 30_000);
  await vi.advanceTimersByTimeAsync(6000);
  expect(await reason).toMatchObject({ kind: "timeout" });
  await settled();
  expect(vi.getTimerCount()).toBe(0);
  make(socket);
  await settled();
  expect(socket.readyState).toBe(3);
  expect(vi.getTimerCount()).toBe(0);
});

test.each([
  [
    "throws",
    () => {
      throw new Error("no key");
    },
  ],
  ["rejects", async () => Promise.reject(new Error("no key"))],
  ["returns nothing", (async () => undefined) as unknown as () => Promise<Uint8Array>],
  ["returns text", (async () => "signed") as unknown as () => Promise<Uint8Array>],
])("a sign() that %s causes a token-source fault", async (_, sign) => {
  const socket = new QuietSocket();
  const parts = partsWith(() => socket, { type: "jwt", jwt: "j", sign });
  const reason = faultOf(dial(parts, new AbortController().signal));
  await expect.poll(() => socket.hasListeners).toBe(true);
  socket.receive(`INFO {"server_id":"x","version":"2.15.0","max_payload":1,"nonce":"n"}\r\n`);
  expect(await reason).toMatchObject({ kind: "token-source" });
});

/** A dial whose sign() never settles. */
async function dialUnsigned(socket: QuietSocket) {
  await loaded();
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
  onTestFinished(() => void vi.useRealTimers());
  const sign = vi.fn(() => new Promise<Uint8Array>(() => {}));
  const parts = partsWith(() => socket, { type: "jwt", jwt: "j", sign });
  const reason = faultOf(dial(parts, new AbortController().signal));
  await vi.waitUntil(() => socket.hasListeners, 30_000);
  socket.receive(`INFO {"server_id":"x","version":"2.15.0","max_payload":1,"nonce":"n"}\r\n`);
  await vi.waitUntil(() => sign.mock.calls.length > 0, 30_000);
  return { reason };
}

test("a sign() that never settles causes a token-source fault, not a server timeout", async () => {
  const { reason } = await dialUnsigned(new QuietSocket());
  await vi.advanceTimersByTimeAsync(6000);
  const expected = { kind: "token-source", confidence: "likely", evidence: { waitedMs: 5000 } };
  expect(await reason).toMatchObject(expected);
});

test.each([
  ["Authentication Timeout", "token-source"],
  ["Server Shutdown", "server-shutdown"],
])("a server that closes with %s while sign() is pending causes a %s fault", async (text, kind) => {
  const socket = new QuietSocket();
  const { reason } = await dialUnsigned(socket);
  socket.receive(`-ERR '${text}'\r\n`);
  socket.readyState = 3;
  socket.dispatchEvent(Object.assign(new Event("close"), { code: 1008, reason: text }));
  expect(await reason).toMatchObject({ kind, evidence: { errText: text, closeCode: 1008 } });
});

test("an invalid inbox prefix ends the dial at once, and the fault names it", async () => {
  const socket = new QuietSocket();
  const sign = async () => new Uint8Array(1);
  const parts = partsWith(() => socket, { type: "jwt", jwt: "j", sign, inboxPrefix: "_INBOX.*" });
  const reason = faultOf(dial(parts, new AbortController().signal));
  await expect.poll(() => socket.hasListeners).toBe(true);
  socket.receive(`INFO {"server_id":"x","version":"2.15.0","max_payload":1,"nonce":"n"}\r\n`);
  const detail = expect.stringContaining("inbox prefixes");
  expect(await reason).toMatchObject({ kind: "unknown", evidence: { detail } });
  expect(socket.readyState).toBe(3);
});

test.each([
  [null, ""],
  ["q", ' using queue "q"'],
])("a refused subscription is closed in nats.ws, with the queue group %s", async (queue, using) => {
  const socket = new QuietSocket();
  const opened = dial(
    partsWith(() => socket),
    new AbortController().signal,
  );
  await expect.poll(() => socket.hasListeners).toBe(true);
  socket.receive(`INFO {"server_id":"x","version":"2.15.0","max_payload":1}\r\n`);
  const connection = await opened;
  onTestFinished(() => void connection.cut());
  const subscription = connection.subscribe("a", queue, () => {}) as unknown as Subscription;
  expect(subscription.isClosed()).toBe(false);
  socket.receive(`-ERR 'Permissions Violation for Subscription to "a"${using}'\r\n`);
  await expect.poll(() => subscription.isClosed()).toBe(true);
});
