import { expect, onTestFinished, test, vi } from "vitest";
import { systemClock } from "../clock.ts";
import { FaultError } from "../errors.ts";
import { Connection } from "./connection.ts";

/** A dial to where nothing listens, which must not come to a socket. */
function dialled(signal: AbortSignal) {
  const sockets: string[] = [];
  const webSocket = (url: string) => {
    sockets.push(url);
    throw new Error("nobody should have asked for one");
  };
  const url = "ws://127.0.0.1:9";
  const credentials = { type: "none" } as const;
  const parts = { url, name: undefined, credentials, timeoutMs: 5000, clock: systemClock, webSocket };
  return { sockets, dial: Connection.open({ ...parts, onEvent: () => {} }, signal) };
}

test("a dial that is aborted before nats.ws has loaded makes no socket", async () => {
  const abort = new AbortController();
  const { sockets, dial } = dialled(abort.signal);
  abort.abort(new Error("stopped"));
  await expect(dial).rejects.toThrow("stopped");
  await import("nats.ws");
  // Whatever the dial had still begun has had its turn by then.
  await new Promise((settle) => setImmediate(settle));
  expect(sockets).toEqual([]);
});

test("where nats.ws can't be loaded, that is what failed, and no server", async () => {
  vi.doMock("nats.ws", () => {
    throw new Error("404");
  });
  onTestFinished(() => void vi.doUnmock("nats.ws"));
  const { sockets, dial } = dialled(new AbortController().signal);
  const reason = await dial.then(
    () => null,
    (error: unknown) => error,
  );
  expect(reason).toBeInstanceOf(FaultError);
  const { fault } = reason as FaultError;
  expect(fault).toMatchObject({ kind: "unknown", explanation: "not-loaded", retryable: true });
  expect(fault.evidence.detail).toBeTruthy();
  expect(sockets).toEqual([]);
});
