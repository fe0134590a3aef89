import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import { app } from "../app.ts";
import { addressOf, networkOf } from "./limits.ts";
import { ask, GOOD_BODY, JWT_MODE, limiting, NOW_MS, ORIGIN, PASSPHRASE } from "./testing.ts";

describe("the rate limit of token requests", () => {
  const refusing: RateLimit = { limit: async () => ({ success: false }) };
  const failing: RateLimit = { limit: () => Promise.reject(new Error("down")) };

  test.each([
    ["the limit is reached", refusing, 429],
    ["the limiter throws", failing, 503],
    ["there is no limiter", undefined, 503],
  ])("%s", async (_name, limiter, status) => {
    const limiters = limiter === undefined ? {} : { TOKEN_LIMITER: limiter };
    const answer = await ask({ around: { limiters } });
    expect(answer.status).toBe(status);
    expect(answer.headers.get("Retry-After")).toBe(status === 429 ? "60" : null);
  });

  test("the limiter of wrangler.toml allows 50 simultaneous requests from one address, but not a flood", async () => {
    const headers = { Origin: ORIGIN, "CF-Connecting-IP": "203.0.113.77" };
    const init = { method: "POST", headers, body: GOOD_BODY };
    const statuses = (count: number) =>
      Promise.all(
        Array.from({ length: count }, async () => {
          const response = await app.request(`${ORIGIN}/api/token`, init, { ...env, ...JWT_MODE });
          return response.status;
        }),
      );
    expect(new Set(await statuses(50))).toEqual(new Set([200]));
    // Sends one more than the limits of the two minutes that the test may span.
    expect(await statuses(2 * 120 - 50 + 1)).toContain(429);
  });
});

describe("wrong passphrases", () => {
  const settings = { ...JWT_MODE, AUTH_GATE: "passphrase", PASSPHRASE };
  const right = { Authorization: `Bearer ${PASSPHRASE}` };
  const from = (address: string, proof: Record<string, string>) => ({
    "CF-Connecting-IP": address,
    ...proof,
  });
  const wrong = (number: number) => ({ Authorization: `Bearer wrong horse ${number}` });
  const guessing = () =>
    limiting((name, _key, count) => count <= (name === "guess" ? 10 : name === "sum" ? 30 : 999));
  let nowMs = NOW_MS;
  // Each test runs an hour after the one before, so that nothing is blocked any more.
  beforeEach(() => {
    nowMs += 3_600_000;
  });

  test("from one network are limited, whichever of its addresses they come from", async () => {
    const around = { limiters: guessing(), nowMs };
    const statuses = [];
    for (let number = 1; number <= 20; number += 1) {
      const headers = from(`2001:db8:0:1::${number}`, wrong(number));
      statuses.push((await ask({ settings, headers, around })).status);
    }
    expect(statuses).toEqual([...Array(10).fill(401), ...Array(10).fill(429)]);
    // From then on, even the right one isn't compared, or the guess would be answered.
    expect((await ask({ settings, headers: from("2001:db8:0:1:a::1", right), around })).status).toBe(429);
    expect((await ask({ settings, headers: from("2001:db8:0:2::1", right), around })).status).toBe(200);
    const later = { ...around, nowMs: nowMs + 61_000 };
    expect((await ask({ settings, headers: from("2001:db8:0:1::1", right), around: later })).status).toBe(
      200,
    );
  });

  test("blocked by a clock that was ahead block nobody once it is right", async () => {
    const around = { limiters: limiting((name) => name === "token"), nowMs };
    const headers = from("2001:db8:0:3::1", wrong(1));
    expect((await ask({ settings, headers, around })).status).toBe(429);
    const blocked = { headers: from("2001:db8:0:3::1", right), settings };
    expect((await ask({ ...blocked, around })).status).toBe(429);
    expect((await ask({ ...blocked, around: { ...around, nowMs: nowMs - 600_000 } })).status).toBe(200);
  });

  test("are limited in all, however many networks they come from", async () => {
    const around = { limiters: guessing(), nowMs };
    const statuses = [];
    for (let number = 1; number <= 40; number += 1) {
      const headers = from(`2001:db8:${number}::1`, wrong(number));
      statuses.push((await ask({ settings, headers, around })).status);
    }
    expect(statuses).toEqual([...Array(30).fill(401), ...Array(10).fill(429)]);
    // Viewers who know it are blocked for 10 s at most.
    const later = { ...around, nowMs: nowMs + 11_000 };
    expect((await ask({ settings, headers: from("2001:db8:99::1", right), around: later })).status).toBe(200);
  });

  test("in all block others for 10 s only, and no network that was admitted before", async () => {
    const around = { limiters: guessing(), nowMs };
    const [known, new_] = [from("2001:db8:aaaa::1", right), from("2001:db8:bbbb::1", right)];
    expect((await ask({ settings, headers: known, around })).status).toBe(200);
    for (let number = 1; number <= 31; number += 1) {
      await ask({ settings, headers: from(`2001:db8:${number}::1`, wrong(number)), around });
    }
    const soon = { ...around, nowMs: nowMs + 3500 };
    const kept = await ask({ settings, headers: new_, around: soon });
    expect([kept.status, kept.headers.get("Retry-After")]).toEqual([429, "7"]);
    expect((await ask({ settings, headers: known, around: soon })).status).toBe(200);
    // A network that was admitted gets no more guesses than others.
    const guesses = [];
    for (let number = 1; number <= 11; number += 1) {
      const headers = from("2001:db8:aaaa::2", wrong(number));
      guesses.push((await ask({ settings, headers, around: soon })).status);
    }
    expect(guesses.at(-1)).toBe(429);
    const own = await ask({ settings, headers: known, around: { ...soon, nowMs: soon.nowMs + 29_500 } });
    expect([own.status, own.headers.get("Retry-After")]).toEqual([429, "31"]);
  });

  test.each([
    ["one network", () => "2001:db8:cccc::1", 3],
    ["many networks", (number: number) => `2001:db8:c:${number}::1`, 30],
  ])("sent at once from %s get no more answers than one after the other", async (_name, address, atOnce) => {
    const around = { limiters: guessing(), nowMs };
    const proofs = Array.from({ length: 120 }, (_, number) => (number === 119 ? right : wrong(number)));
    const statuses = await Promise.all(
      proofs.map(async (proof, number) => {
        const { status } = await ask({ settings, headers: from(address(number), proof), around });
        return status;
      }),
    );
    expect(statuses.filter((status) => status !== 429)).toEqual(Array(atOnce).fill(401));
    // Finished comparisons no longer count.
    const again = { ...around, nowMs: nowMs + 11_000 };
    expect((await ask({ settings, headers: from(address(119), right), around: again })).status).toBe(200);
  });

  test("don't lock out 50 simultaneous viewers at one address who know the passphrase", async () => {
    const headers = { Origin: ORIGIN, ...from("203.0.113.78", right) };
    const init = { method: "POST", headers, body: GOOD_BODY };
    const statuses = await Promise.all(
      Array.from({ length: 50 }, async () => {
        const { status } = await app.request(`${ORIGIN}/api/token`, init, { ...env, ...settings });
        return status;
      }),
    );
    expect(statuses).toEqual(Array(50).fill(200));
  });

  test("aren't confused with right ones, which never count", async () => {
    const around = { limiters: guessing(), nowMs };
    for (let number = 1; number <= 40; number += 1) {
      expect((await ask({ settings, headers: from("203.0.113.9", right), around })).status).toBe(200);
    }
  });

  test.each(["bearer", "BEARER", "Bearer "])(
    "are told from right ones in any spelling of %s",
    async (scheme) => {
      const around = { limiters: guessing(), nowMs };
      const headers = from("203.0.113.10", { Authorization: `${scheme} ${PASSPHRASE}` });
      expect((await ask({ settings, headers, around })).status).toBe(200);
    },
  );
});

test("outside Cloudflare, CF-Connecting-IP is ignored, because anybody can send it", () => {
  const request = new Request(ORIGIN, { headers: { "CF-Connecting-IP": "203.0.113.9" } });
  expect(addressOf(request, {})).toBe("203.0.113.9");
  expect(addressOf(request, { VISITORS: { addressOf: () => "198.51.100.1" } })).toBe("198.51.100.1");
});

test.each([
  ["203.0.113.9", "203.0.113.9"],
  ["::ffff:203.0.113.9", "203.0.113.9"],
  ["2001:db8:0:1::1", "2001:db8:0:1"],
  ["2001:0db8:0000:0001:ffff::1", "2001:db8:0:1"],
  ["2001:DB8:0:1:a:b:c:d", "2001:db8:0:1"],
  ["2001:db8::1", "2001:db8:0:0"],
  ["::1", "0:0:0:0"],
  ["fe80::1%eth0", "fe80:0:0:0"],
])("%s belongs to the network %s", (address, network) => {
  expect(networkOf(address)).toBe(network);
});
