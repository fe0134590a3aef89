import { expect, test } from "vitest";
import type { Health } from "../../contract/health.ts";
import { ask } from "../asking.ts";
import { type FakeServer, fakeServer } from "./fake-server.ts";
import { withOriginCheck } from "./page-origin.ts";
import { NOON_MS, seen } from "./testing.ts";

/** The page's own origin. */
const PAGE = "https://page.example";
const MINUTE_MS = 60_000;

/** What /readyz says at an address: its status, and what explains the server's fault. */
async function ready({ url }: FakeServer, address: string, headers: HeadersInit = {}, settings = {}) {
  const answer = await ask(`${address}/readyz`, { NATS_URL: url, ...settings }, { headers });
  const { status, checks }: Health = await answer.json();
  return [status, checks?.["nats:reachability"][0]?.explanation];
}
/** Who asks right after a fault. */
const FRESH = { "Cache-Control": "no-cache" };
const PASS = ["pass", undefined];
const REFUSED = ["warn", "origin-refused"];

test("that a page isn't let in is told at its own address alone, whoever made the edge look", async () => {
  const server = fakeServer([PAGE]);
  for (let turn = 0; turn < 3; turn += 1) {
    expect(await ready(server, "http://10.0.0.1")).toEqual(REFUSED);
    expect(await ready(server, PAGE)).toEqual(PASS);
    server.later(6000);
  }
  const badge = await ask("http://10.0.0.1/badge", { NATS_URL: server.url });
  expect(await badge.json()).toMatchObject({ message: "up" });
});

test.each([
  ["over http, where only https is listed", "http://page.example/", REFUSED],
  ["behind a proxy that ends TLS", "https://page.example/", PASS],
  ["elsewhere", "http://board.example/", PASS],
])("a page that says it is opened %s hears what is so there", async (_where, Referer, expected) => {
  const server = fakeServer([PAGE]);
  expect(await ready(server, "http://page.example", { Referer })).toEqual(expected);
});

test("what came of a name is asked once in ten minutes, however many ask and however often", async () => {
  const server = fakeServer([PAGE]);
  const refused = ["https://other.example", "http://other.example"];
  for (let look = 0; look < 20; look += 1) {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => ready(server, "http://other.example", FRESH)),
    );
    for (const answer of answers) expect(answer).toEqual(REFUSED);
    server.later(6000);
  }
  expect(server.refused).toEqual(refused);
  server.later(9 * MINUTE_MS);
  expect(await ready(server, "http://other.example")).toEqual(REFUSED);
  expect(server.refused).toEqual([...refused, ...refused]);
  server.later(11 * MINUTE_MS);
  server.allowed = null;
  expect(await ready(server, "http://other.example")).toEqual(PASS);
});

test("that a page was let in is believed for long, but not by one that asks after a fault", async () => {
  const server = fakeServer([PAGE]);
  expect(await ready(server, PAGE)).toEqual(PASS);
  // It was started anew with another list.
  server.allowed = [];
  server.later(6000);
  expect(await ready(server, PAGE)).toEqual(PASS);
  expect(await ready(server, PAGE, FRESH)).toEqual(REFUSED);
  expect(await ready(server, PAGE)).toEqual(REFUSED);
});

test("a page over http, which is listed so, leaves no line for each of those that ask after a fault", async () => {
  const server = fakeServer(["http://page.example"]);
  for (let look = 0; look < 20; look += 1) {
    expect(await ready(server, "http://page.example", FRESH)).toEqual(PASS);
    const Referer = "http://page.example/";
    expect(await ready(server, "http://page.example", { ...FRESH, Referer })).toEqual(PASS);
    server.later(6000);
  }
  expect(server.refused).toEqual([PAGE]);
  // The look, and the one that is let in, each time; the other once.
  expect(server.came).toHaveLength(2 * 20 + 1);
});

test("what failed otherwise says nothing of the origin, and is tried again for who asks after a fault", async () => {
  const server = fakeServer([]);
  server.allowed = null;
  server.resetsPages = true;
  expect(await ready(server, PAGE, FRESH)).toEqual(PASS);
  server.allowed = [];
  server.later(6000);
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
    // The look itself, and twenty origins.
    expect(server.came.length).toBeLessThanOrEqual(1 + 20);
    expect(server.refused.length).toBeLessThanOrEqual(refused);
    server.later(11 * MINUTE_MS);
    expect(await ready(server, "https://name-99.example")).toEqual(allowed === null ? PASS : REFUSED);
  },
);

test("a clock that was set back makes no line for each look", async () => {
  const server = fakeServer([]);
  for (let look = 0; look < 20; look += 1) {
    expect(await ready(server, PAGE)).toEqual(REFUSED);
    server.later(look === 10 ? -60 * MINUTE_MS : 6000);
  }
  expect(server.refused).toEqual([PAGE, PAGE]);
});

test("a server that refuses the login of those that it lets in fails all the same; one that wasn't reached is asked nothing", async () => {
  const server = fakeServer([]);
  const silent = seen("fail", NOON_MS, "timeout");
  expect(await withOriginCheck([PAGE], silent, true)).toEqual(silent);
  expect(server.came).toEqual([]);
  expect(await withOriginCheck([PAGE], seen("fail", NOON_MS, "auth-rejected"), true)).toMatchObject({
    status: "fail",
    servers: [{ status: "fail", fault: "upgrade-rejected", confidence: "likely" }],
  });
});

test("a name that no host has is tried nowhere, and with PUBLIC_URL that one alone", async () => {
  const server = fakeServer([PAGE]);
  expect(await ready(server, "http://a;b.example")).toEqual(PASS);
  expect(server.came).toEqual([null]);
  server.later(6000);
  expect(await ready(server, "http://other.example", {}, { PUBLIC_URL: PAGE })).toEqual(PASS);
  expect(server.came).toEqual([null, PAGE]);
});

test("what was refused before PUBLIC_URL's page was let in makes nothing slow", async () => {
  const server = fakeServer([]);
  server.upgradeMs = 900;
  const answer = await ask("/readyz", { NATS_URL: server.url, PUBLIC_URL: PAGE });
  const { checks }: Health = await answer.json();
  expect(checks?.["nats:responseTime"]).toMatchObject([{ observedValue: 900 }]);
});

test("a server that takes its time holds up nobody for longer than 4.5 s, with the look before", async () => {
  const server = fakeServer([]);
  server.upgradeMs = 550;
  const slow = { ...seen("pass", Date.now()), durationMs: 3800 };
  const startedAtMs = Date.now();
  await withOriginCheck(["https://page.example", "http://page.example"], slow, true);
  expect(server.came).toHaveLength(2);
  expect(Date.now() - startedAtMs + slow.durationMs).toBeLessThanOrEqual(4500);
});

test("nobody is told under which names others ask", async () => {
  const server = fakeServer([PAGE]);
  await ready(server, PAGE);
  await ready(server, "http://monitor.internal");
  for (const path of ["/api/status", "/readyz", "/badge"]) {
    const text = await (await ask(`${PAGE}${path}`, { NATS_URL: server.url })).text();
    expect(text).not.toMatch(/monitor\.internal|page\.example/);
  }
});
