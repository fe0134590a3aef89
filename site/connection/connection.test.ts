import { effect } from "@preact/signals";
import { expect, onTestFinished, test, vi } from "vitest";
import { type ConnectionState, colourOf, fault, type MyceliumClient, Timeline } from "../../client/index.ts";
import { stubMemory } from "../testing.ts";
import { startClock } from "../ui/clock.ts";
import { Connection } from "./connection.ts";

/** Does nothing but note what it was asked for, and say what it is told to. */
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

test("the switch shows the wish at once, and each wish is handed on", () => {
  const { client, connection } = connected();
  for (const on of [true, false, true]) {
    connection.switchTo(on);
    expect(connection.wanted.value).toBe(on);
  }
  expect(client.asked).toEqual(["start", "stop", "start"]);
});

test("what the reader chooses is remembered, and what a link or the operator says isn't", () => {
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

test("with the clock set back meanwhile it was live all the same, as long ago and as long as it was", () => {
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
  // As it is when it has moved to another link.
  live();
  expect(connection.liveSpans).toEqual([before, { fromMs: HOUR_MS - 1000, toMs: null }]);
  client.become({ status: "stopping", sinceMs: Date.now() });
  expect(connection.liveSpans).toEqual([before, { fromMs: HOUR_MS - 1000, toMs: HOUR_MS }]);
});

test("a first connect is one until it is live, also once only slow attempts are left, and after the next switch", () => {
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
  // Retry now begins anew, as a link that says so may, and what was interrupted by then still is.
  connection.retryNow();
  connection.switchTo(true);
  expect([become("connecting"), become("failed")]).toEqual([false, false]);
  connection.switchTo(false);
  connection.switchTo(true);
  expect([become("connecting"), become("failed")]).toEqual([true, true]);
});

test("retry dials now while live data is wanted", () => {
  const { client, connection } = connected();
  connection.switchTo(true);
  connection.retryNow();
  expect(client.asked).toEqual(["start", "reconnect"]);
});

test("of the timeline a status that another entry tells better is left out, and counted nowhere", () => {
  const { client, connection } = connected();
  const statuses = ["live", "failed", "stopping"] as const;
  // The client keeps 500.
  for (let turn = 0; turn < 300; turn += 1) {
    for (const status of statuses) client.timeline.add({ type: "status", status }, 0);
  }
  expect(connection.entryCount).toBe(600);
  const kept = connection.entries.value.map((entry) => entry.type === "status" && entry.status);
  expect([kept.length, new Set(kept)]).toEqual([334, new Set(["failed", "stopping"])]);
});

test("how far a link is behind is known with its state and as time goes on, and makes it amber", () => {
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

test("the timeline comes as a signal", () => {
  const { client, connection } = connected();
  client.timeline.add({ type: "network", online: false }, 5);
  expect(connection.entries.value).toMatchObject([{ type: "network", atMs: 5 }]);
});
