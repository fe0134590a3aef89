import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test, vi } from "vitest";
import { ask } from "../asking.ts";
import { Observatory, observatoryOf } from "../observatory.ts";
import { originsAt } from "../probe/origins.ts";
import { hint, lookTwentyTimes, MINUTE_MS, PAGE, ready } from "./asked-at.ts";
import { fakeServer } from "./fake-server.ts";
import { probing } from "./testing.ts";

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
