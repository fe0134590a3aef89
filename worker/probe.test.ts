import { describe, expect, inject, test } from "vitest";
import type { FaultKind } from "../client/faults/index.ts";
import { EXPLANATIONS } from "../contract/explanations.ts";
import type { Observation } from "../contract/status.ts";
import { healthOf, httpStatusOf } from "./faces/health.ts";
import { metricsOf } from "./faces/metrics.ts";
import { SLOW_MS } from "./probe/check.ts";
import { type EdgeExplanationKey, explain } from "./probe/edge-explanations.ts";
import type { ProbePlan } from "./probe/plan.ts";
import { ANYBODY, EMPTY_DNS, strange } from "./probe/testing.ts";
import { observe as observeWith } from "./probe.ts";

const servers = inject("servers");
const { nobody } = servers;

/** The most that a probe may take, in milliseconds. */
const LIMIT_MS = 4000;

const observe = (names: readonly string[], plan: ProbePlan) => observeWith(names, plan, EMPTY_DNS);

/** A label longer than the DNS can carry (RFC 1035, section 2.3.4): the system's resolver fails without a query. */
const UNASKABLE = `${"x".repeat(64)}.invalid`;

const MATRIX: readonly (readonly [
  name: string,
  server: string,
  kind: FaultKind,
  words?: EdgeExplanationKey,
])[] = [
  ["nobody listens", `ws://${nobody}`, "refused"],
  ["nobody listens, over TLS", `wss://${nobody}`, "refused"],
  ["no such name", `ws://${UNASKABLE}:9222`, "dns"],
  ["no such name, over TLS", `wss://${UNASKABLE}`, "dns"],
  ["reset", strange("resets whoever speaks"), "not-nats"],
  ["no answer to TCP", `ws://${servers.blackHole}`, "timeout"],
  ["no answer to TCP, over TLS", `wss://${servers.blackHole}`, "timeout"],
  ["a port that accepts and is silent", strange("accepts and says nothing"), "timeout"],
  ["the same over TLS", strange("accepts and says nothing").replace("ws:", "wss:"), "timeout"],
  ["a real nats-server's TCP port", servers.plainTcp, "wrong-port"],
  ["the same over TLS", servers.plainTcp.replace("ws:", "wss:"), "wrong-port"],
  ["a NATS greeting over TCP", strange("greets like NATS over TCP, then waits"), "wrong-port"],
  ["an untrusted certificate", strange("has an untrusted certificate").replace("ws:", "wss:"), "tls"],
  ["ws:// to a TLS port", strange("has an untrusted certificate"), "tls"],
  ["ws:// to a TLS port that says so", strange("says that it wants HTTPS"), "tls"],
  ["wss:// to a plain WebSocket port", servers.open.replace("ws:", "wss:"), "tls"],
  ["HTTP 200", strange("answers 200"), "not-nats"],
  ["HTTP 302", strange("answers 302"), "upgrade-rejected"],
  ["HTTP 403", strange("answers 403"), "upgrade-rejected"],
  ["HTTP 503", strange("answers 503"), "unreachable", "behind-proxy"],
  ["HTTP 526, as Cloudflare's edge says it", strange("answers 526"), "tls"],
  ["HTTP 502", strange("answers 502"), "unreachable", "behind-proxy"],
  ["HTTP 504", strange("answers 504"), "unreachable", "behind-proxy"],
  ["Cloudflare's 1033", strange("answers 530 with 1033"), "unreachable", "tunnel-down"],
  ["Cloudflare's 1016", strange("answers 530 with 1016"), "dns"],
  ["Cloudflare's 1003", strange("answers 403 with 1003"), "unreachable", "needs-name"],
  [
    "a tunnel that strips Upgrade",
    strange("misses the Upgrade header"),
    "upgrade-rejected",
    "headers-stripped",
  ],
  ["a redirect to itself", strange("redirects to itself"), "upgrade-rejected"],
  ["a gzip bomb", strange("answers with a gzip bomb"), "upgrade-rejected"],
  ["PONGs before any PING", strange("sends PONG before its PING"), "timeout"],
  ["open and silent", strange("opens and says nothing"), "timeout", "info-lost"],
  ["open and closed", strange("opens and closes"), "not-nats"],
  ["greeting, asking and gone", strange("greets, asks and closes"), "unreachable"],
  ["shutting down", strange("shuts down"), "server-shutdown"],
  ["text frames", strange("sends text"), "not-nats"],
  ["another protocol", strange("sends another protocol"), "not-nats"],
  ["INFO without end", strange("sends INFO without end"), "protocol"],
  ["INFO byte by byte", strange("sends INFO byte by byte"), "timeout", "info-lost"],
  ["INFO that isn't JSON", strange("sends INFO that isn't JSON"), "protocol"],
  ["no PONG", strange("never answers PING"), "timeout"],
  ["no second PONG", strange("falls silent after the first PONG"), "timeout"],
  ["no answer to the subscriptions", strange("falls silent after the second PONG"), "timeout"],
  ["expired credentials", strange("says that its user has expired"), "auth-expired"],
  ["an -ERR nobody knows", strange("refuses with HTML in -ERR"), "unknown"],
  ["garbage after INFO", strange("garbles what follows INFO"), "protocol"],
  ["a full server", strange("is full"), "max-connections"],
  ["a real full nats-server", servers.full, "max-connections"],
  ["a revoked user", strange("closes a revoked user"), "auth-revoked"],
  ["a real nats-server that wants a password", servers.withPassword, "auth-required"],
];

/** The parts of `/readyz` for an observation. */
function readyzOf(observation: Observation) {
  const health = healthOf(observation, { isVerbose: false });
  const { fault, output, fix } = health;
  return { httpStatus: httpStatusOf(health), fault, output, fix };
}

describe.concurrent("a fault is named in time and in our own words", () => {
  const whole = MATRIX.map(([name, server, kind, words = kind]) => [name, server, kind, words] as const);

  test.each(whole)("%s", async (_name, server, kind, words) => {
    const observation = await observe([server], ANYBODY);
    expect(readyzOf(observation)).toEqual({
      httpStatus: 503,
      fault: kind,
      ...explain(words, server),
    });
    expect(observation.durationMs).toBeLessThan(LIMIT_MS);
  });

  test.skipIf(servers.ipv6 === null)("a NATS greeting over TCP, at an IPv6 address", async () => {
    const { servers: seen } = await observe([`ws://${servers.ipv6}`], ANYBODY);
    expect(seen).toMatchObject([{ fault: "wrong-port" }]);
  });

  test("no text of a server is shown", async () => {
    const seen = JSON.stringify(await observe([strange("refuses with HTML in -ERR")], ANYBODY));
    expect(seen).not.toMatch(/script|SUAHOSTILE|eyJ/);
  });
});

describe.concurrent("what works", () => {
  test.each([
    ["a real nats-server", servers.open],
    ["INFO split over many frames", strange("splits INFO over frames")],
  ])("%s", async (_name, server) => {
    const { status, servers: observed } = await observe([server], ANYBODY);
    expect(status).toBe("pass");
    expect(observed[0]?.fault).toBeUndefined();
    expect(observed[0]?.phases.map(({ name }) => name)).toEqual([
      "upgrade",
      "info",
      "auth",
      "roundtrip",
      "subscribe",
    ]);
  });

  test("a slow server is a warning without a fault", async () => {
    const observation = await observe([strange("answers slowly")], ANYBODY);
    expect(observation.status).toBe("warn");
    expect(readyzOf(observation)).toEqual({
      httpStatus: 200,
      output: expect.stringMatching(/ answers slowly: the probe took \d+ ms\.$/),
      fix: expect.stringContaining("load"),
    });
    expect(metricsOf(observation)).toMatch(/\nprobe_slow\{server="[^"]+"\} 1\n/);
    expect(observation.servers[0]?.durationMs).toBeGreaterThan(SLOW_MS);
    expect(observation.durationMs).toBeLessThan(LIMIT_MS);
  });

  test("a limit on subscriptions is a warning, because the page can show something", async () => {
    const server = strange("allows too few subscriptions");
    const observation = await observe([server], ANYBODY);
    expect(observation.status).toBe("warn");
    expect(readyzOf(observation)).toEqual({
      httpStatus: 200,
      fault: "too-many-subscriptions",
      output: `The account on ${server} has reached its subscription limit.`,
      fix: "Raise the subscription limit of the account or the user.",
    });
  });

  test("one server of three is down: a warning that names it", async () => {
    const three = [servers.open, `ws://${nobody}`, servers.streams];
    const observation = await observe(three, ANYBODY);
    expect(observation.status).toBe("warn");
    expect(readyzOf(observation)).toEqual({
      httpStatus: 200,
      fault: "refused",
      output: `ws://${nobody} refused the connection: nothing listens on that port.`,
      fix: EXPLANATIONS.refused.fix,
    });
    expect(observation.servers.map((one) => [one.componentId, one.fault ?? one.status])).toEqual([
      [servers.open, "pass"],
      [`ws://${nobody}`, "refused"],
      [servers.streams, "pass"],
    ]);
  });

  test("all of several servers are down: a failure", async () => {
    const silent = strange("accepts and says nothing");
    const { status, durationMs } = await observe([`ws://${nobody}`, silent], ANYBODY);
    expect(status).toBe("fail");
    expect(durationMs).toBeLessThan(LIMIT_MS);
  });
});

describe("a server that sends endlessly", () => {
  test.each(servers.hostile)("%s: the fault is named in time", async (name) => {
    const observation = await observe([strange(name)], ANYBODY);
    expect(observation.status).toBe("fail");
    expect(["flood", "protocol", "info-lost", "timeout"]).toContain(observation.servers[0]?.explanation);
    expect(observation.durationMs).toBeLessThan(LIMIT_MS);
  });
});

describe("one lost packet isn't an outage", () => {
  test("a reset connection is tried again", async () => {
    const server = strange("resets every third connection");
    const seen = [];
    for (let look = 0; look < 6; look += 1) seen.push((await observe([server], ANYBODY)).status);
    expect(seen).toEqual(Array(6).fill("pass"));
  });
});
