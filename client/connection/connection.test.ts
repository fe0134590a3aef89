import { expect, test } from "vitest";
import { systemClock } from "../clock.ts";
import { Connection } from "./connection.ts";

test("a dial that is aborted before nats.ws has loaded makes no socket", async () => {
  const abort = new AbortController();
  let sockets = 0;
  const dial = Connection.open(
    {
      url: "ws://127.0.0.1:9",
      name: undefined,
      credentials: { type: "none" },
      timeoutMs: 5000,
      clock: systemClock,
      webSocket: () => {
        sockets += 1;
        throw new Error("nobody should have asked for one");
      },
      onEvent: () => {},
    },
    abort.signal,
  );
  abort.abort(new Error("stopped"));
  await expect(dial).rejects.toThrow("stopped");
  await import("nats.ws");
  // Whatever the dial had still begun has had its turn by then.
  await new Promise((settle) => setImmediate(settle));
  expect(sockets).toBe(0);
});
