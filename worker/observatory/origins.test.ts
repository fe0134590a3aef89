import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, test, vi } from "vitest";
import type { Health } from "../../contract/health.ts";
import { ask } from "../asking.ts";
import { Observatory, observatoryOf } from "../observatory.ts";
import { originsAt } from "../probe/origins.ts";
import { type FakeServer, fakeServer } from "./fake-server.ts";
import { probing } from "./testing.ts";

const PAGE = "https://page.example";
const MINUTE_MS = 60_000;

/** What /readyz says to whoever asks at an address, and what it says to them of the server. */
async function ready({ url }: FakeServer, address: string, page?: string) {
  const headers = { "Cache-Control": "no-cache", ...(page === undefined ? {} : { Referer: page }) };
  const health: Health = await (await ask(`${address}/readyz`, { NATS_URL: url }, { headers })).json();
  const [check] = health.checks?.["nats:reachability"] ?? [];
  return { status: health.status, fault: health.fault, fix: health.fix, ...(check && { check }) };
}

/** Who is told at an address that their pages aren't let in, though the server is well. */
async function hint(server: FakeServer, address: string, page?: string): Promise<string | undefined> {
  const { status, check } = await ready(server, address, page);
  expect(status).toBe("pass");
  return check?.explanation;
}

/** Looks twenty times, each time for somebody at the next of these addresses; null for the cron. */
async function lookTwentyTimes(server: FakeServer, ...addresses: readonly (string | null)[]) {
  const statuses = new Set<string>();
  for (let look = 0; look < 20; look += 1) {
    server.later(6000);
    const address = addresses[look % addresses.length] ?? null;
    if (address === null) {
      const seen = await observatoryOf(env, [server.url]).observation(probing(server.url), 0);
      statuses.add(seen.status);
    } else statuses.add((await ready(server, address)).status);
  }
  return [...statuses];
}

test("that a page isn't let in is told at its own address alone, whoever made the edge look", async () => {
  const server = fakeServer([PAGE]);
  expect(await hint(server, PAGE)).toBeUndefined();
  server.later(6000);
  expect(await hint(server, "http://10.0.0.1")).toBe("origin-refused");
  // They share the look that was made for another.
  expect(await hint(server, PAGE)).toBeUndefined();
  server.later(6000);
  expect(await hint(server, PAGE)).toBeUndefined();
  expect(await hint(server, "http://10.0.0.1")).toBe("origin-refused");
});

test("a page that shares a look made under a listed address hears that its own isn't", async () => {
  const server = fakeServer([PAGE]);
  expect(await hint(server, PAGE)).toBeUndefined();
  expect(await hint(server, "https://www.page.example")).toBe("origin-refused");
});

test.each([
  ["over http, where only https is listed", "http://page.example/", "origin-refused"],
  ["behind a proxy that ends TLS", "https://page.example/", undefined],
  ["elsewhere", "http://board.example/", undefined],
])("a page that says it is opened %s hears what is so there", async (_where, page, expected) => {
  const server = fakeServer(["https://page.example"]);
  expect(await hint(server, "http://page.example")).toBeUndefined();
  server.later(MINUTE_MS);
  expect(await hint(server, "http://page.example", page)).toBe(expected);
});

test("who asks again hears it from memory for long, and of all others one is tried in a minute", async () => {
  const server = fakeServer([PAGE]);
  await hint(server, PAGE);
  expect(await hint(server, "https://a.example")).toBe("origin-refused");
  expect(await hint(server, "https://b.example")).toBeUndefined();
  server.later(MINUTE_MS + 1);
  // Who hears it from memory is in nobody's way.
  expect(await hint(server, "https://a.example")).toBe("origin-refused");
  expect(await hint(server, "https://b.example")).toBe("origin-refused");
  server.later(30 * MINUTE_MS);
  expect(await hint(server, "https://a.example")).toBe("origin-refused");
  expect(server.refused).toEqual(["https://a.example", "https://b.example"]);
  server.later(20 * MINUTE_MS);
  server.allowed = [PAGE, "https://a.example"];
  expect(await hint(server, "https://a.example")).toBeUndefined();
});

test("what comes of an address whose try broke off isn't known, and it is tried again a minute later", async () => {
  const server = fakeServer([PAGE]);
  await hint(server, PAGE);
  server.allowed = null;
  server.deal = () => "reset";
  expect(await hint(server, "https://www.page.example")).toBeUndefined();
  server.allowed = [PAGE];
  server.deal = () => "open";
  server.later(MINUTE_MS + 1);
  expect(await hint(server, "https://www.page.example")).toBe("origin-refused");
});

test.each([
  ["an unlisted asker beside the page's own address", [PAGE], PAGE, ["http://10.0.0.1"], 2],
  ["a proxy that ends TLS", [PAGE], "http://page.example", ["http://page.example", null], 0],
  ["a page over plain http", ["http://page.example"], "http://page.example", ["http://page.example"], 1],
  ["the cron alone", ["http://page.example"], "http://page.example", [null], 1],
])("twenty looks leave few lines in nats-server's log: %s", async (_who, allowed, first, then, most) => {
  const server = fakeServer(allowed);
  await ready(server, first);
  expect(await lookTwentyTimes(server, ...then)).toEqual(["pass"]);
  expect(server.refused.length).toBeLessThanOrEqual(most);
});

test("a flood of names leaves few lines, beside the page's own and before that is known", async () => {
  const names = Array.from({ length: 20 }, (_, index) => `http://stranger-${index}.example`);
  const server = fakeServer([PAGE]);
  await ready(server, PAGE);
  expect(await lookTwentyTimes(server, ...names)).toEqual(["pass"]);
  expect(server.refused.length).toBeLessThanOrEqual(6);
  const unknown = fakeServer([PAGE]);
  expect(await lookTwentyTimes(unknown, ...names)).toEqual(["warn"]);
  expect(unknown.refused.length).toBeLessThanOrEqual(18);
  // Without a list there is one connection for each look, and one in a minute for a name that is new.
  const open = fakeServer(null);
  expect(await lookTwentyTimes(open, ...names)).toEqual(["pass"]);
  expect(open.came.length).toBeLessThanOrEqual(23);
});

test("any number of names and of servers is little to remember, and never instead of the page's own", async () => {
  const server = fakeServer([PAGE]);
  server.serverIds = Array.from({ length: 40 }, (_, index) => `server-${index}`);
  await lookTwentyTimes(server, PAGE);
  await lookTwentyTimes(server, PAGE);
  server.serverIds = ["server-39"];
  for (let name = 0; name < 40; name += 1) {
    server.later(MINUTE_MS + 1);
    await ready(server, `https://stranger-${name}.example`);
  }
  const { servers } = await observatoryOf(env, [server.url]).origins([server.url], []);
  const { tried = {}, serverIds = [] } = servers[server.url] ?? {};
  expect([Object.keys(tried).length, serverIds.length]).toEqual([8, 32]);
  const before = server.refused.length;
  expect(await lookTwentyTimes(server, null)).toEqual(["pass"]);
  expect(server.refused).toHaveLength(before);
});

test("behind a proxy that changes the host it is a likely warning that says what to do, and no line for each look", async () => {
  const server = fakeServer([PAGE]);
  expect(await ready(server, "http://internal:8080")).toMatchObject({
    status: "warn",
    fault: "upgrade-rejected",
    fix: expect.stringContaining("set PUBLIC_URL"),
    check: { confidence: "likely", explanation: "origin-refused" },
  });
  const before = server.came.length;
  expect(await lookTwentyTimes(server, "http://internal:8080", null)).toEqual(["warn"]);
  expect(server.refused).toHaveLength(2);
  expect(server.came.length - before).toBe(20);
});

test("a clock that was set back makes no line for each look", async () => {
  const server = fakeServer([PAGE]);
  await ready(server, "http://internal:8080");
  server.later(-60 * MINUTE_MS);
  expect(await lookTwentyTimes(server, "http://internal:8080")).toEqual(["warn"]);
  expect(server.refused).toHaveLength(4);
});

test("an address that was let in is known until it is refused", async () => {
  const server = fakeServer([PAGE]);
  await ready(server, PAGE);
  server.later(3 * 24 * 60 * MINUTE_MS);
  expect(await lookTwentyTimes(server, "http://10.0.0.1", null)).toEqual(["pass"]);
  server.allowed = ["https://new.example"];
  expect(await lookTwentyTimes(server, null, "http://10.0.0.1")).toEqual(["warn"]);
  server.later(6000);
  expect((await ready(server, "https://new.example")).status).toBe("pass");
  expect(await lookTwentyTimes(server, null, "http://10.0.0.1")).toEqual(["pass"]);
});

test("a server that was started anew is asked at once, and one of several is no new one", async () => {
  const server = fakeServer([]);
  expect(await lookTwentyTimes(server, PAGE)).toEqual(["warn"]);
  server.serverIds = ["A", "B"];
  expect(await lookTwentyTimes(server, PAGE)).toEqual(["warn"]);
  expect(server.refused.length).toBeLessThanOrEqual(4);
  server.allowed = [PAGE];
  server.serverIds = ["C"];
  expect(await lookTwentyTimes(server, PAGE)).toEqual(["pass"]);
  // However short ago it was refused by the one before.
  server.later(6000);
  server.allowed = ["https://www.page.example"];
  expect((await ready(server, PAGE)).status).toBe("warn");
  server.later(6000);
  server.allowed = [PAGE];
  server.serverIds = ["D"];
  expect((await ready(server, PAGE)).status).toBe("pass");
});

test("a list that is mended on one server after the other is believed minutes after the last that had the old one", async () => {
  const server = fakeServer([]);
  await ready(server, PAGE);
  // The new one is there, and the old one still refuses.
  server.serverIds = ["FAKE", "NEW"];
  expect(await lookTwentyTimes(server, PAGE)).toEqual(["warn"]);
  server.allowed = [PAGE];
  server.serverIds = ["NEW"];
  server.later(2 * MINUTE_MS);
  expect(await lookTwentyTimes(server, null)).toEqual(["pass"]);
  expect(server.refused.length).toBeLessThanOrEqual(4);
});

test("a server that was started anew is asked for whom it refused before, whoever asks now", async () => {
  const server = fakeServer([]);
  expect(await lookTwentyTimes(server, PAGE)).toEqual(["warn"]);
  server.allowed = [PAGE];
  server.serverIds = ["A"];
  server.later(MINUTE_MS);
  expect((await ready(server, "http://10.0.0.1")).status).toBe("pass");
});

describe("names that were let in while there was no list", () => {
  /** The page's own and ten others, as many before it as told; then there is a list. */
  async function listed(before: number, allowed: readonly string[]): Promise<FakeServer> {
    const server = fakeServer(null);
    const names = Array.from({ length: 10 }, (_, index) => `http://10.0.0.${index}`);
    for (const name of names.toSpliced(before, 0, PAGE)) {
      server.later(MINUTE_MS + 1);
      await ready(server, name);
    }
    server.allowed = allowed;
    server.serverIds = ["B"];
    server.upgradeMs = 450;
    server.later(MINUTE_MS + 1);
    return server;
  }

  test.each([0, 1])("take no place from the page's own, be they %i before it", async (before) => {
    const server = await listed(before, [PAGE]);
    expect(await lookTwentyTimes(server, null)).toEqual(["pass"]);
    expect(server.refused).toHaveLength(before);
  });

  test("leave it a place, whoever came before it", async () => {
    const server = await listed(10, [PAGE]);
    expect(await lookTwentyTimes(server, null)).toEqual(["pass"]);
  });

  test("leave a place for one that is refused, which is told so at the first time", async () => {
    const server = await listed(0, [PAGE]);
    await ready(server, PAGE);
    expect(await hint(server, "https://www.page.example")).toBe("origin-refused");
    const before = server.refused.length;
    expect(await hint(server, "https://www.page.example")).toBe("origin-refused");
    expect(server.refused).toHaveLength(before);
  });

  test("are no outage where all of them are refused, and six lines in a minute at most, with those of others", async () => {
    const server = await listed(0, []);
    const others = Array.from({ length: 20 }, (_, index) => `http://10.0.1.${index}`);
    expect(await lookTwentyTimes(server, null, ...others)).toEqual(["warn"]);
    expect(server.refused.length).toBeLessThanOrEqual(12);
    server.allowed = ["https://www.page.example"];
    server.later(MINUTE_MS);
    expect((await ready(server, "https://www.page.example")).status).toBe("pass");
  });

  test("are known to be refused, though a look isn't long enough for all", async () => {
    const server = await listed(0, []);
    server.upgradeMs = 900;
    expect(await ready(server, "http://10.0.0.20")).toMatchObject({ check: { explanation: "timeout" } });
    server.later(6000);
    expect(await ready(server, "http://10.0.0.20")).toMatchObject({
      status: "warn",
      check: { explanation: "origin-refused" },
    });
    expect(new Set(server.refused).size).toBe(server.refused.length);
  });
});

test("where the page's own address is taken from the list, another that is listed takes its place", async () => {
  const server = fakeServer([PAGE, "https://www.page.example"]);
  await ready(server, PAGE);
  await ready(server, "https://www.page.example");
  server.allowed = ["https://www.page.example"];
  expect(await lookTwentyTimes(server, null)).toEqual(["pass"]);
  expect(server.refused).toEqual([PAGE]);
});

test.each([
  ["one server", ["A"]],
  ["several", ["A", "B"]],
])(
  "of %s: one that is refused is tried again after a while, though nobody asks there",
  async (_which, serverIds) => {
    const server = fakeServer([PAGE]);
    server.serverIds = serverIds;
    expect(await lookTwentyTimes(server, PAGE)).toEqual(["pass"]);
    server.later(3 * 24 * 60 * MINUTE_MS);
    server.allowed = [];
    expect(await lookTwentyTimes(server, null)).toEqual(["warn"]);
    server.allowed = [PAGE];
    server.later(60 * MINUTE_MS);
    expect(await lookTwentyTimes(server, null)).toEqual(["pass"]);
  },
);

test("whoever asks by any name while the server is down doesn't make that name the page's", async () => {
  const server = fakeServer([PAGE]);
  await ready(server, PAGE);
  server.deal = () => "reset";
  await lookTwentyTimes(server, "https://stranger.example");
  server.deal = () => "open";
  expect(await lookTwentyTimes(server, null)).toEqual(["pass"]);
  expect(server.refused).toEqual([]);
});

test.each([PAGE, "http://page.example"])(
  "what was refused before %s was let in makes nothing slow",
  async (allowed) => {
    const server = fakeServer([allowed]);
    server.upgradeMs = 900;
    expect((await ready(server, "http://page.example")).status).toBe("pass");
  },
);

test("the connection that is kept tells what is wrong, and not the one that was refused", async () => {
  const server = fakeServer([PAGE]);
  server.deal = () => "reset";
  expect(await ready(server, "https://other.example")).toMatchObject({ status: "fail", fault: "refused" });
  server.deal = () => "forbidden";
  server.later(MINUTE_MS);
  await ready(server, "https://other.example");
  server.later(MINUTE_MS);
  const forbidden = await ready(server, "https://other.example");
  expect(forbidden).toMatchObject({ status: "fail", check: { explanation: "upgrade-rejected" } });
});

test("a session that broke is looked at again where the origin was refused, too", async () => {
  const server = fakeServer([PAGE]);
  let sessions = 0;
  server.deal = () => {
    sessions += 1;
    return sessions === 1 ? "closes" : "open";
  };
  expect(await ready(server, "https://other.example")).toMatchObject({
    status: "warn",
    check: { explanation: "origin-refused" },
  });
  expect(sessions).toBe(2);
  expect(server.refused).toHaveLength(1);
});

test("a name that no host has is tried nowhere", async () => {
  const server = fakeServer([PAGE]);
  expect(await hint(server, "http://a;b.example")).toBeUndefined();
  expect(server.came).toEqual([null]);
});

test("nobody is told under which names others ask", async () => {
  const server = fakeServer([PAGE]);
  await ready(server, PAGE);
  server.later(6000);
  await ready(server, "http://monitor.internal");
  for (const path of ["/api/status", "/readyz", "/badge"]) {
    const text = await (await ask(`${PAGE}${path}`, { NATS_URL: server.url })).text();
    expect(text).not.toMatch(/monitor\.internal|page\.example/);
  }
});

test("nothing is written where nothing changed, though two addresses take turns", async () => {
  const server = fakeServer(null);
  await runInDurableObject(observatoryOf(env, [server.url]), async (object, { storage }) => {
    const put = vi.spyOn(storage, "put");
    for (let look = 0; look < 20; look += 1) {
      server.later(6000);
      const askedAt = originsAt(look % 2 === 0 ? PAGE : "http://10.0.0.1", null);
      await object.observation({ ...probing(server.url), askedAt }, 0);
      await object.origins([server.url], askedAt);
    }
    expect(put.mock.calls.length).toBeLessThanOrEqual(2);
    put.mockRestore();
  });
  expect(server.came).toHaveLength(21);
});

test("an object whose store can't be read once writes nothing over what it knew", async () => {
  const server = fakeServer([PAGE]);
  await runInDurableObject(observatoryOf(env, [server.url]), async (object, state) => {
    const look = (one: Observatory, askedAt?: readonly string[]) =>
      one.observation({ ...probing(server.url), ...(askedAt && { askedAt }) }, -1);
    await look(object, [PAGE]);
    const next = new Observatory(state, env);
    vi.spyOn(state.storage, "get").mockRejectedValueOnce(new Error("not now"));
    expect((await look(next)).status).toBe("pass");
    // It reads what it knew as soon as it can, and so does who comes after it.
    for (const one of [next, new Observatory(state, env)]) {
      expect((await look(one)).status).toBe("pass");
      expect(server.came.at(-1)).toBe(PAGE);
    }
  });
});
