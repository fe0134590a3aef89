/** The client recovers by itself after an operator has fixed a problem, and rarely asks the token source meanwhile. */
import type { NatsConnection } from "@nats-io/transport-node";
import { connect } from "@nats-io/transport-node";
import { afterEach, describe, expect, test } from "vitest";
import type { ClientOptions, Clock, Credentials } from "../../client/index.ts";
import { type ObservedClient, observedClient } from "../support/clients/client.ts";
import type { Broker } from "../support/servers/broker.ts";
import { startNatsServer } from "../support/servers/nats-server.ts";
import { until } from "../support/tools/until.ts";

/** A minute for the client is three seconds for the test. */
const FACTOR = 20;

/** A clock that runs `factor` times as fast as the wall clock. */
function scaledClock(factor: number): Clock {
  const startMs = Date.now();
  return {
    now: () => startMs + (Date.now() - startMs) * factor,
    after(delayMs, callback) {
      const timer = setTimeout(callback, delayMs / factor);
      return () => clearTimeout(timer);
    },
  };
}

/** The maximum, so that a busy machine doesn't count as dead. */
const PATIENT: Partial<ClientOptions> = {
  connectTimeoutMs: 120_000,
  pongTimeoutMs: 120_000,
  pingIntervalMs: 600_000,
  drainTimeoutMs: 60_000,
};

const users = (...list: readonly string[]): string => `authorization { users = [ ${list.join("\n")} ] }`;
const ADMIN = `{ user: admin, password: a }`;
const viewer = (password: string, subscribe = `"open.>"`): string =>
  `{ user: viewer, password: ${password}, permissions: { subscribe: { allow: [${subscribe}] } } }`;
const login = (pass = "right"): Credentials => ({ type: "userpass", user: "viewer", pass });

let broker: Broker;
const observed: ObservedClient[] = [];

const begin = (options: Partial<ClientOptions> = {}): ObservedClient => {
  const one = observedClient(broker.webSocketUrl, {
    clock: scaledClock(FACTOR),
    credentials: async () => login(),
    ...PATIENT,
    ...options,
  });
  observed.push(one);
  return one;
};

afterEach(async () => {
  await Promise.all(observed.splice(0).map(({ client }) => client.stop()));
  await broker.stop();
});

const admin = (): Promise<NatsConnection> =>
  connect({ servers: broker.tcpUrl, user: "admin", pass: "a", reconnect: false });

describe("a refused login", () => {
  test.each([
    ["the user is removed", users(ADMIN)],
    ["the password is changed", users(ADMIN, viewer("other"))],
  ])("%s for a while: the client is back within a minute, and receives its feed", async (_, refusing) => {
    broker = await startNatsServer({ config: users(ADMIN, viewer("right")) });
    const clock = scaledClock(FACTOR);
    const { client, reaches } = begin({ clock });
    let heard = 0;
    const subscription = client.subscribe("open.a", () => {
      heard += 1;
    });
    await client.start();
    await until("it is subscribed", () => subscription.status === "active");
    await broker.reload(refusing);
    await reaches(({ status }) => status === "failed");
    expect(client.state).toMatchObject({
      fault: { kind: "auth-rejected" },
      failedAttempts: expect.any(Number),
    });
    await until(
      "it has tried in vain",
      () => "failedAttempts" in client.state && client.state.failedAttempts > 0,
    );
    await broker.reload(users(ADMIN, viewer("right")));
    const { state, timeline } = client;
    const dueAtMs = "nextAttemptAtMs" in state ? state.nextAttemptAtMs : null;
    expect((dueAtMs ?? clock.now()) - clock.now()).toBeLessThanOrEqual(60_000);
    const dials = () => timeline.entries.filter(({ type }) => type === "dial").length;
    const dialsBefore = dials();
    await reaches("live");
    // Counts attempts, because the machine's own time would count twenty times here.
    expect(dials() - dialsBefore).toBeLessThanOrEqual(1);
    await until("it is subscribed", () => subscription.status === "active");
    const publisher = await admin();
    publisher.publish("open.a");
    await until("it is heard", () => heard === 1);
    await publisher.close();
  });

  test("announces its next attempt, and tries at once after a wake or a changed setting", async () => {
    broker = await startNatsServer({ config: users(ADMIN, viewer("right")) });
    const { client, reaches } = begin({ credentials: async () => login("wrong"), clock: scaledClock(1) });
    expect(await client.start()).toBe("failed");
    for (const push of [() => client.notifyWake(), () => client.configure({ drainTimeoutMs: 1000 })]) {
      const state = client.state;
      if (state.status !== "failed" || state.nextAttemptAtMs === null) throw new Error(JSON.stringify(state));
      const inMs = state.nextAttemptAtMs - Date.now();
      expect(inMs).toBeGreaterThan(20_000);
      expect(inMs).toBeLessThanOrEqual(60_000);
      push();
      await reaches((next) => next.status === "failed" && next.failedAttempts > state.failedAttempts);
    }
  });
});

test.each(['"open.>"', '"other.>", "open.>"'])(
  "subscribes to a denied subject again on the same link, with %s allowed",
  async (allowed) => {
    broker = await startNatsServer({ config: users(ADMIN, viewer("right", allowed)) });
    const clock = scaledClock(FACTOR);
    const { client } = begin({ clock });
    const subscription = client.subscribe("closed.a", () => {});
    const statuses: string[] = [];
    let activeAtMs = 0;
    subscription.onStatus((status) => {
      statuses.push(status);
      activeAtMs = clock.now();
    });
    await client.start();
    await until("it is denied", () => subscription.status === "denied");
    expect(subscription.fault).toMatchObject({ kind: "permission" });
    await broker.reload(users(ADMIN, viewer("right", `${allowed}, "closed.>"`)));
    const allowedAtMs = clock.now();
    await until("it is allowed", () => subscription.status === "active");
    // Within a minute, plus a second of the machine's time, which counts twenty times here.
    expect(activeAtMs - allowedAtMs).toBeLessThan(60_000 + FACTOR * 1000);
    expect(subscription.fault).toBeNull();
    // During the retry the status stays "denied", so that it changes only once.
    expect(statuses).toEqual(["denied", "active"]);
    expect(client.timeline.entries.filter(({ type }) => type === "subscription-denied")).toHaveLength(1);
    expect(client.timeline.entries.filter(({ type }) => type === "link-lost")).toEqual([]);
  },
);

test("a denied subject of any characters doesn't affect others", async () => {
  broker = await startNatsServer({ config: users(ADMIN, viewer("right")) });
  const { client } = begin();
  const odd = [
    'closed."quoted"',
    "closed.back\\slash",
    "closed.ação.日本",
    "closed.'single'",
    "closed.\u200bzero",
  ];
  const denied = odd.map((subject) => client.subscribe(subject, () => {}));
  const open = client.subscribe("open.a", () => {});
  await client.start();
  await until("all are refused", () => denied.every(({ status }) => status === "denied"));
  await until("the other is active", () => open.status === "active");
});

describe("credentials", () => {
  const TOKEN = `authorization { token: "t" }`;

  test("three clients ask for three tokens during an outage of 90 s, and never wait longer than 3 s", async () => {
    broker = await startNatsServer({ config: TOKEN });
    let asked = 0;
    const all = [0, 1, 2].map(() => {
      const clock = scaledClock(FACTOR);
      return begin({
        clock,
        credentials: async () => {
          asked += 1;
          return { type: "token", token: "t", expiresAtMs: clock.now() + 900_000 };
        },
      });
    });
    for (const { client } of all) expect(await client.start()).toBe("live");
    const { client: first } = all[0] as ObservedClient;
    await broker.kill();
    await until(
      "90 s of theirs have passed",
      () =>
        first.state.status === "reconnecting" && first.state.failedAttempts > 0 && downMs(all[0]) > 90_000,
      30_000,
    );
    await broker.restart();
    for (const { reaches } of all) await reaches("live");
    expect(asked).toBe(3);
    for (const { client } of all) {
      const { entries } = client.timeline;
      const lostAtMs = entries.find(({ type }) => type === "link-lost")?.atMs ?? Number.NaN;
      // At most 3 s up to the 90th second, then a thirtieth of the outage, which lasts until the servers have started.
      const waits = entries.flatMap((entry) =>
        "retryInMs" in entry && entry.retryInMs !== null
          ? [{ ms: entry.retryInMs, atMostMs: Math.max(3000, (entry.atMs - lostAtMs) / 30) }]
          : [],
      );
      expect(waits.length).toBeGreaterThan(10);
      expect(waits.filter(({ ms, atMostMs }) => !(ms <= atMostMs + 1))).toEqual([]);
    }
  });

  test("a failing token source doesn't hide that NATS is down, and is asked at growing intervals", async () => {
    broker = await startNatsServer({ config: TOKEN });
    let asked = 0;
    const clock = scaledClock(FACTOR);
    const { client, reaches } = begin({
      clock,
      credentials: async () => {
        asked += 1;
        if (asked > 1) throw new Error("no token today");
        return { type: "token", token: "t", expiresAtMs: clock.now() + 20_000 };
      },
    });
    await client.start();
    await broker.kill();
    await reaches((state) => state.status === "reconnecting" && state.failedAttempts > 12);
    expect(client.state).toMatchObject({ fault: { kind: expect.stringMatching(/unreachable|refused/) } });
    const waits = client.timeline.entries.flatMap((entry) =>
      entry.type === "dial-failed" && entry.fault.kind === "token-source" ? [entry.retryInMs ?? 0] : [],
    );
    expect(waits.at(-1)).toBeGreaterThan(waits[0] ?? 0);
    expect(Math.max(...waits)).toBeLessThanOrEqual(30_000);
    await broker.restart();
  });

  test("obeys a token source that says when to ask again", async () => {
    const { FaultError, fault } = await import("../../client/index.ts");
    broker = await startNatsServer({ config: TOKEN });
    const { client } = begin({
      credentials: async () => {
        throw new FaultError(fault("token-source", { httpStatus: 429, retryAfterMs: 17_000 }), "too often");
      },
    });
    expect(await client.start()).toBe("retrying");
    const failed = client.timeline.entries.findLast(({ type }) => type === "dial-failed");
    expect(failed).toMatchObject({ retryInMs: 17_000 });
  });

  test("connectTimeoutMs covers credentials and dial together", async () => {
    broker = await startNatsServer({ config: TOKEN });
    const { client } = begin({
      clock: scaledClock(1),
      connectTimeoutMs: 300,
      credentials: () => new Promise(() => {}),
    });
    expect(await client.start()).toBe("retrying");
    expect(client.state).toMatchObject({
      fault: { kind: "token-source", evidence: { detail: "no answer in 300 ms" } },
    });
  });
});

function downMs(one: ObservedClient | undefined): number {
  const state = one?.client.state;
  const last = one?.client.timeline.entries.at(-1)?.atMs ?? 0;
  return state !== undefined && state.status === "reconnecting" ? last - state.sinceMs : 0;
}
