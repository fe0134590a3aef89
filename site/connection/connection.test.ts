import { effect } from "@preact/signals";
import { expect, onTestFinished, test, vi } from "vitest";
import { type ConnectionState, colourOf, fault, type MyceliumClient, Timeline } from "../../client/index.ts";
import { stubMemory } from "../testing.ts";
import { startClock } from "../ui/clock.ts";
import { Connection } from "./connection.ts";

/** A client that records its calls and reports what a test sets. */
class FakeClient {
  lag: MyceliumClient["lag"] = null;
  readonly timeline = new Timeline();
  readonly asked: string[] = [];
  #listener: (state: ConnectionState) => void = () => {};
  onState(listener: (state: ConnectionState) => void): () => void {
    this.#listener = listener;
    return () => {};
  }
  become(state: ConnectionState): void {
    this.#listener(state);
  }
  async start(): Promise<"live"> {
    this.asked.push("start");
    return "live";
  }
  async stop(): Promise<"drained"> {
    this.asked.push("stop");
    return "drained";
  }
  async reconnect(): Promise<"live"> {
    this.asked.push("reconnect");
    return "live";
  }
}

function connected() {
  const client = new FakeClient();
  return { client, connection: new Connection(client as unknown as MyceliumClient) };
}

test("the switch changes at once, and each change reaches the client", () => {
  const { client, connection } = connected();
  for (const on of [true, false, true]) {
    connection.switchTo(on);
    expect(connection.wanted.value).toBe(on);
  }
  expect(client.asked).toEqual(["start", "stop", "start"]);
});

test("a reader's choice is remembered; that of a link or of the operator isn't", () => {
  const kept = stubMemory();
  const { connection } = connected();
  connection.switchTo(true);
  expect(kept.size).toBe(0);
  connection.choose(false);
  expect(kept.get("mycelium.live")).toBe("off");
  connection.retryNow();
  expect(connection.wanted.value).toBe(true);
  expect(kept.get("mycelium.live")).toBe("on");
});

test("live spans keep their age and length when the clock is set back", () => {
  const HOUR_MS = 3_600_000;
  vi.useFakeTimers({ now: 2 * HOUR_MS });
  onTestFinished(() => void vi.useRealTimers());
  const { client, connection } = connected();
  const live = () => {
    const state = { status: "live", sinceMs: Date.now(), server: {}, credentialsExpireAtMs: null };
    client.become(state as unknown as ConnectionState);
  };
  live();
  vi.advanceTimersByTime(1000);
  client.become({ status: "stopping", sinceMs: Date.now() });
  client.become({ status: "stopped", sinceMs: Date.now(), outcome: "drained" });
  vi.advanceTimersByTime(1000);
  live();
  vi.advanceTimersByTime(1000);
  vi.setSystemTime(HOUR_MS);
  const before = { fromMs: HOUR_MS - 3000, toMs: HOUR_MS - 2000 };
  // As after moving to another link.
  live();
  expect(connection.liveSpans).toEqual([before, { fromMs: HOUR_MS - 1000, toMs: null }]);
  client.become({ status: "stopping", sinceMs: Date.now() });
  expect(connection.liveSpans).toEqual([before, { fromMs: HOUR_MS - 1000, toMs: HOUR_MS }]);
});

test("a connect counts as the first until it is live, through failed attempts, and again after live data is turned off and on", () => {
  const { client, connection } = connected();
  connection.switchTo(true);
  const retrying = {
    sinceMs: 0,
    failedAttempts: 8,
    attempt: 9,
    nextAttemptAtMs: null,
    waitingForNetwork: false,
  };
  const become = (status: "connecting" | "reconnecting" | "failed" | "live") => {
    const state =
      status === "live" ? { status, sinceMs: 0 } : { status, fault: fault("unreachable"), ...retrying };
    client.become(state as ConnectionState);
    return connection.isFirst;
  };
  expect([become("connecting"), become("failed")]).toEqual([true, true]);
  expect([become("live"), become("reconnecting"), become("failed")]).toEqual([false, false, false]);
  // "Retry now", or a link, may start again; the interrupted connection still counts as interrupted.
  connection.retryNow();
  connection.switchTo(true);
  expect([become("connecting"), become("failed")]).toEqual([false, false]);
  connection.switchTo(false);
  connection.switchTo(true);
  expect([become("connecting"), become("failed")]).toEqual([true, true]);
});

test("retry dials at once while live data is on", () => {
  const { client, connection } = connected();
  connection.switchTo(true);
  connection.retryNow();
  expect(client.asked).toEqual(["start", "reconnect"]);
});

test("the timeline leaves out statuses that another entry covers, and doesn't count them", () => {
  const { client, connection } = connected();
  const statuses = ["live", "failed", "stopping"] as const;
  // The client keeps 500 entries.
  for (let turn = 0; turn < 300; turn += 1) {
    for (const status of statuses) client.timeline.add({ type: "status", status }, 0);
  }
  expect(connection.entryCount).toBe(600);
  const kept = connection.entries.value.map((entry) => entry.type === "status" && entry.status);
  expect([kept.length, new Set(kept)]).toEqual([334, new Set(["failed", "stopping"])]);
});

test("a link's lag is updated with its state and with time, and makes the colour amber", () => {
  vi.useFakeTimers();
  vi.stubGlobal("document", Object.assign(new EventTarget(), { visibilityState: "visible" }));
  onTestFinished(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });
  startClock();
  const { client, connection } = connected();
  const seen: unknown[] = [];
  effect(() => void seen.push(`${connection.behindMs.value} ${connection.colour.value}`));
  client.lag = { behindMs: 1500 };
  client.become({ status: "live", sinceMs: 0 } as ConnectionState);
  client.lag = { behindMs: 2500 };
  vi.advanceTimersByTime(1000);
  client.lag = null;
  client.become({ status: "stopping", sinceMs: 0 });
  expect(seen).toEqual(["null grey", "1500 amber", "2500 amber", `null ${colourOf(connection.state.value)}`]);
});

test("the timeline is a signal", () => {
  const { client, connection } = connected();
  client.timeline.add({ type: "network", online: false }, 5);
  expect(connection.entries.value).toMatchObject([{ type: "network", atMs: 5 }]);
});
