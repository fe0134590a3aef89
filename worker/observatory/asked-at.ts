import { env } from "cloudflare:workers";
import { expect } from "vitest";
import type { Health } from "../../contract/health.ts";
import { ask } from "../asking.ts";
import { observatoryOf } from "../observatory.ts";
import type { FakeServer } from "./fake-server.ts";
import { probing } from "./testing.ts";

/** The page's own origin. */
export const PAGE = "https://page.example";
export const MINUTE_MS = 60_000;

/** What /readyz says to whoever asks at an address, and what it says to them of the server. */
export async function ready({ url }: FakeServer, address: string, page?: string) {
  const headers = { "Cache-Control": "no-cache", ...(page === undefined ? {} : { Referer: page }) };
  const health: Health = await (await ask(`${address}/readyz`, { NATS_URL: url }, { headers })).json();
  const [check] = health.checks?.["nats:reachability"] ?? [];
  return { status: health.status, fault: health.fault, fix: health.fix, ...(check && { check }) };
}

/** Who is told at an address that their pages aren't let in, though the server is well. */
export async function hint(server: FakeServer, address: string, page?: string): Promise<string | undefined> {
  const { status, check } = await ready(server, address, page);
  expect(status).toBe("pass");
  return check?.explanation;
}

/** Looks twenty times, each time for somebody at the next of these addresses; null for the cron. */
export async function lookTwentyTimes(server: FakeServer, ...addresses: readonly (string | null)[]) {
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
