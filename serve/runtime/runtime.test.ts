import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Limiter } from "./limiter.ts";
import { MemoryCaches } from "./memory-caches.ts";
import { PageFiles } from "./page-files.ts";
import { Visitors } from "./visitors.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000_020_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("the limiter", () => {
  const calls = async (limiter: Limiter, key: string, count: number) => {
    const answers: boolean[] = [];
    for (let i = 0; i < count; i += 1) answers.push((await limiter.limit({ key })).success);
    return answers;
  };

  test("allows each key `limit` calls per period", async () => {
    const limiter = new Limiter({ limit: 2, periodS: 60 });
    expect(await calls(limiter, "a", 3)).toEqual([true, true, false]);
    expect(await calls(limiter, "b", 1)).toEqual([true]);
    vi.advanceTimersByTime(60_000);
    expect(await calls(limiter, "a", 3)).toEqual([true, true, false]);
  });

  test("refuses new keys once it counts 50,000, and still counts the known ones", async () => {
    const limiter = new Limiter({ limit: 2, periodS: 60 });
    for (let i = 0; i < 50_000; i += 1) await limiter.limit({ key: `k${i}` });
    expect(await calls(limiter, "new", 1)).toEqual([false]);
    expect(await calls(limiter, "k0", 2)).toEqual([true, false]);
  });
});

describe("the address of a visitor", () => {
  test.each([
    ["1.2.3.4:56", {}, undefined, "1.2.3.4"],
    ["[2001:db8::1]:56", {}, undefined, "2001:db8::1"],
    ["1.2.3.4:56", { "CF-Connecting-IP": "6.6.6.6", "X-Forwarded-For": "6.6.6.6" }, undefined, "1.2.3.4"],
    // With an http PUBLIC_URL there may be no proxy, so the client may have written the header.
    ["1.2.3.4:56", { "X-Forwarded-For": "6.6.6.6" }, "http://page.example:8787", "1.2.3.4"],
    ["10.0.0.1:56", { "X-Forwarded-For": "6.6.6.6, 5.6.7.8" }, "https://page.example", "5.6.7.8"],
    ["10.0.0.1:56", { "X-Forwarded-For": "2001:db8::2" }, " HTTPS://page.example", "2001:db8::2"],
    ["10.0.0.1:56", {}, "https://page.example", "10.0.0.1"],
  ])("%s with %j, PUBLIC_URL %s: %s", (peer, headers, publicUrl, address) => {
    const request = { headers: new Headers(headers as Record<string, string>), cf: { clientIp: peer } };
    expect(new Visitors(publicUrl).addressOf(request)).toBe(address);
  });
});

describe("the cache", () => {
  const answer = (cacheControl: string) =>
    new Response("text", { status: 203, headers: { "Cache-Control": cacheControl, "X-Of": "it" } });

  test("keeps a response for its s-maxage", async () => {
    const cache = new MemoryCaches().default;
    await cache.put("https://a/x?y", answer("max-age=1, s-maxage=5"));
    vi.advanceTimersByTime(4999);
    const kept = await cache.match(new Request("https://a/x?y"));
    expect([kept?.status, kept?.headers.get("X-Of"), await kept?.text()]).toEqual([203, "it", "text"]);
    expect(await (await cache.match("https://a/x?y"))?.text()).toBe("text");
    expect(await cache.match("https://a/x")).toBeUndefined();
    vi.advanceTimersByTime(1);
    expect(await cache.match("https://a/x?y")).toBeUndefined();
  });

  test.each(["no-store", "private, max-age=5", "max-age=0", ""])(
    "doesn't keep a response with Cache-Control %j",
    async (header) => {
      const cache = new MemoryCaches().default;
      await cache.put("https://a/", answer(header));
      expect(await cache.match("https://a/")).toBeUndefined();
    },
  );

  test("evicts the oldest entry, deletes entries, and has separate named caches", async () => {
    const caches = new MemoryCaches();
    const cache = await caches.open("one");
    for (let i = 0; i <= 256; i += 1) await cache.put(`https://a/${i}`, answer("max-age=9"));
    expect(await cache.match("https://a/0")).toBeUndefined();
    expect(await cache.match("https://a/1")).toBeDefined();
    expect([await cache.delete("https://a/1"), await cache.delete("https://a/1")]).toEqual([true, false]);
    expect(await (await caches.open("one")).match("https://a/2")).toBeDefined();
    expect(await (await caches.open("two")).match("https://a/2")).toBeUndefined();
  });
});

describe("the page's files", () => {
  const bytes = (text: string): ArrayBuffer => new TextEncoder().encode(text).buffer as ArrayBuffer;
  const file = (type: string, bodies: Record<string, string>) => ({
    type,
    etag: `W/"${bodies.identity}"`,
    bodies: Object.fromEntries(Object.entries(bodies).map(([name, text]) => [name, bytes(text)])),
  });
  const files = new Map([
    ["/index.html", file("text/html; charset=utf-8", { identity: "page", br: "b" })],
    ["/404.html", file("text/html; charset=utf-8", { identity: "gone" })],
    ["/assets/a.js", file("text/javascript", { identity: "code", gzip: "g", br: "b" })],
    ["/icon.png", file("image/png", { identity: "icon" })],
  ]);
  const ask = (path: string, headers: Record<string, string> = {}, method = "GET") =>
    new PageFiles(files, "none").fetch(new Request(`https://a${path}`, { method, headers }));

  test("are sent with their content type and must be revalidated", async () => {
    const response = await ask("/");
    expect([response.status, await response.text()]).toEqual([200, "page"]);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "content-type": "text/html; charset=utf-8",
      "content-length": "4",
      "cache-control": "public, max-age=0, must-revalidate",
      etag: 'W/"page"',
      vary: "Accept-Encoding",
    });
  });

  test.each([
    ['W/"code"', 304],
    ['"code"', 304],
    ['"other", W/"code"', 304],
    ["*", 304],
    ['"other"', 200],
  ])("with If-None-Match %s: %i", async (tag, status) => {
    const response = await ask("/assets/a.js", { "If-None-Match": tag });
    expect([response.status, response.headers.get("ETag")]).toEqual([status, 'W/"code"']);
  });

  test.each([
    ["gzip, deflate, br, zstd", "br", "b"],
    ["gzip", "gzip", "g"],
    ["br;q=0, gzip;q=0.5", "gzip", "g"],
    ["GZIP", "gzip", "g"],
    ["identity", null, "code"],
    ["", null, "code"],
  ])("are sent compressed to who accepts %j", async (accepted, encoding, body) => {
    const response = await ask("/assets/a.js", { "Accept-Encoding": accepted });
    expect([response.headers.get("Content-Encoding"), await response.text()]).toEqual([encoding, body]);
  });

  test("HEAD gets the headers and no body", async () => {
    const response = await ask("/icon.png", {}, "HEAD");
    expect([response.status, response.headers.get("Content-Length"), await response.text()]).toEqual([
      200,
      "4",
      "",
    ]);
  });

  test("answer 405 to other methods, 404 to unknown paths, and redirect /index.html to /", async () => {
    expect((await ask("/", {}, "POST")).status).toBe(405);
    for (const path of ["/gone", "//evil.example", "/assets/", "/assets/a.js.gzip", "/constructor"]) {
      expect((await ask(path)).status, path).toBe(404);
    }
    const moved = await ask("/index.html?a=b");
    expect([moved.status, moved.headers.get("Location")]).toEqual([307, "/?a=b"]);
  });

  test("answer an unknown path with the page or with 404.html, as wrangler.toml says", async () => {
    const unknown = new Request("https://a/gone");
    const page = await new PageFiles(files, "single-page-application").fetch(unknown);
    expect([page.status, await page.text()]).toEqual([200, "page"]);
    const own = await new PageFiles(files, "404-page").fetch(unknown);
    expect([own.status, await own.text()]).toEqual([404, "gone"]);
  });
});
