import { expect, test } from "vitest";
import type { Health } from "../../contract/health.ts";
import { ask } from "../test-app.ts";
import { type FakeServer, fakeServer } from "./fake-server.ts";
import { withOriginCheck } from "./page-origin.ts";
import { NOON_MS, observationOf } from "./testing.ts";

/** The page's own origin. */
const PAGE = "https://page.example";
const MINUTE_MS = 60_000;

/** The status in /readyz at an address, and the explanation of the server's fault. */
async function ready({ url }: FakeServer, address: string, headers: HeadersInit = {}, settings = {}) {
  const answer = await ask(`${address}/readyz`, { NATS_URL: url, ...settings }, { headers });
  const { status, checks }: Health = await answer.json();
  return [status, checks?.["nats:reachability"][0]?.explanation];
}
/** Headers of a request right after a fault. */
const FRESH = { "Cache-Control": "no-cache" };
const PASS = ["pass", undefined];
const REFUSED = ["warn", "origin-refused"];

test("origin-refused is reported only at the refused page's own address, whoever caused the probe", async () => {
  const server = fakeServer([PAGE]);
  for (let turn = 0; turn < 3; turn += 1) {
    expect(await ready(server, "http://10.0.0.1")).toEqual(REFUSED);
    expect(await ready(server, PAGE)).toEqual(PASS);
    server.advance(6000);
  }
  const badge = await ask("http://10.0.0.1/badge", { NATS_URL: server.url });
  expect(await badge.json()).toMatchObject({ message: "up" });
});

test.each([
  ["over http, where only https is listed", "http://page.example/", REFUSED],
  ["behind a proxy that ends TLS", "https://page.example/", PASS],
  ["elsewhere", "http://board.example/", PASS],
])("a page opened %s gets the result for its own origin", async (_where, Referer, expected) => {
  const server = fakeServer([PAGE]);
  expect(await ready(server, "http://page.example", { Referer })).toEqual(expected);
});

test("a refused origin is tried once in ten minutes, however many requests there are", async () => {
  const server = fakeServer([PAGE]);
  const refused = ["https://other.example", "http://other.example"];
  for (let look = 0; look < 20; look += 1) {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => ready(server, "http://other.example", FRESH)),
    );
    for (const answer of answers) expect(answer).toEqual(REFUSED);
    server.advance(6000);
  }
  expect(server.refused).toEqual(refused);
  server.advance(9 * MINUTE_MS);
  expect(await ready(server, "http://other.example")).toEqual(REFUSED);
  expect(server.refused).toEqual([...refused, ...refused]);
  server.advance(11 * MINUTE_MS);
  server.allowed = null;
  expect(await ready(server, "http://other.example")).toEqual(PASS);
});

test("an accepted origin is cached for ten minutes, but only 5 s for a page that asks after a fault", async () => {
  const server = fakeServer([PAGE]);
  expect(await ready(server, PAGE)).toEqual(PASS);
  // The server restarted with another list.
  server.allowed = [];
  server.advance(6000);
  expect(await ready(server, PAGE)).toEqual(PASS);
  expect(await ready(server, PAGE, FRESH)).toEqual(REFUSED);
  expect(await ready(server, PAGE)).toEqual(REFUSED);
});

test("a page listed with http causes no refusal per request after a fault", async () => {
  const server = fakeServer(["http://page.example"]);
  for (let look = 0; look < 20; look += 1) {
    expect(await ready(server, "http://page.example", FRESH)).toEqual(PASS);
    const Referer = "http://page.example/";
    expect(await ready(server, "http://page.example", { ...FRESH, Referer })).toEqual(PASS);
    server.advance(6000);
  }
  expect(server.refused).toEqual([PAGE]);
  // Per round: the probe and the accepted origin. Once: the refused origin.
  expect(server.origins).toHaveLength(2 * 20 + 1);
});

test("any other failure isn't a refusal, and is tried again for a page that asks after a fault", async () => {
  const server = fakeServer([]);
  server.allowed = null;
  server.resetsPages = true;
  expect(await ready(server, PAGE, FRESH)).toEqual(PASS);
  server.allowed = [];
  server.advance(6000);
  expect(await ready(server, PAGE, FRESH)).toEqual(REFUSED);
});

test.each([
  ["a list", [PAGE], 20],
  ["no list", null, 0],
])(
  "a flood of names is few connections to a server with %s, and changes nothing for others",
  async (_which, allowed, refused) => {
    const server = fakeServer(allowed);
    expect(await ready(server, PAGE)).toEqual(PASS);
    for (let name = 0; name < 100; name += 1) await ready(server, `http://name-${name}.example`);
    expect(await ready(server, PAGE)).toEqual(PASS);
    // The probe and twenty origins.
    expect(server.origins.length).toBeLessThanOrEqual(1 + 20);
    expect(server.refused.length).toBeLessThanOrEqual(refused);
    server.advance(11 * MINUTE_MS);
    expect(await ready(server, "https://name-99.example")).toEqual(allowed === null ? PASS : REFUSED);
  },
);

test("a clock that is set back doesn't cause a refusal per request", async () => {
  const server = fakeServer([]);
  for (let look = 0; look < 20; look += 1) {
    expect(await ready(server, PAGE)).toEqual(REFUSED);
    server.advance(look === 10 ? -60 * MINUTE_MS : 6000);
  }
  expect(server.refused).toEqual([PAGE, PAGE]);
});

test("a server that refuses origin and login fails; an unreached server isn't tried", async () => {
  const server = fakeServer([]);
  const silent = observationOf("fail", NOON_MS, "timeout");
  expect(await withOriginCheck([PAGE], silent, true)).toEqual(silent);
  expect(server.origins).toEqual([]);
  expect(await withOriginCheck([PAGE], observationOf("fail", NOON_MS, "auth-rejected"), true)).toMatchObject({
    status: "fail",
    servers: [{ status: "fail", fault: "upgrade-rejected", confidence: "likely" }],
  });
});

test("an invalid host is never tried, and with PUBLIC_URL only that origin is", async () => {
  const server = fakeServer([PAGE]);
  expect(await ready(server, "http://a;b.example")).toEqual(PASS);
  expect(server.origins).toEqual([null]);
  server.advance(6000);
  expect(await ready(server, "http://other.example", {}, { PUBLIC_URL: PAGE })).toEqual(PASS);
  expect(server.origins).toEqual([null, PAGE]);
});

test("the refused attempt with PUBLIC_URL's origin doesn't count as response time", async () => {
  const server = fakeServer([]);
  server.upgradeMs = 900;
  const answer = await ask("/readyz", { NATS_URL: server.url, PUBLIC_URL: PAGE });
  const { checks }: Health = await answer.json();
  expect(checks?.["nats:responseTime"]).toMatchObject([{ observedValue: 900 }]);
});

test("a slow server delays an answer by at most 4.5 s, the probe included", async () => {
  const server = fakeServer([]);
  server.upgradeMs = 550;
  const slow = { ...observationOf("pass", Date.now()), durationMs: 3800 };
  const startedAtMs = Date.now();
  await withOriginCheck(["https://page.example", "http://page.example"], slow, true);
  expect(server.origins).toHaveLength(2);
  expect(Date.now() - startedAtMs + slow.durationMs).toBeLessThanOrEqual(4500);
});

test("no answer contains the hosts of other requests", async () => {
  const server = fakeServer([PAGE]);
  await ready(server, PAGE);
  await ready(server, "http://monitor.internal");
  for (const path of ["/api/status", "/readyz", "/badge"]) {
    const text = await (await ask(`${PAGE}${path}`, { NATS_URL: server.url })).text();
    expect(text).not.toMatch(/monitor\.internal|page\.example/);
  }
});
