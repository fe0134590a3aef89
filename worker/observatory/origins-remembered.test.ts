import { describe, expect, test } from "vitest";
import { hint, lookTwentyTimes, MINUTE_MS, PAGE, ready } from "./asked-at.ts";
import { type FakeServer, fakeServer } from "./fake-server.ts";

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
