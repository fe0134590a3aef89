import { afterAll, beforeAll, expect, test } from "vitest";
import { Random } from "../chaos/random.ts";
import { abortStorm, ROUTES } from "../support/faults/abort-storm.ts";
import { type App, startDemo } from "../support/servers/app.ts";

/** `npm run bench -- serve` aborts 100,000. */
const REQUESTS = 5000;

let app: App;
beforeAll(async () => {
  app = await startDemo();
});
afterAll(() => app?.stop());

test(`${REQUESTS} requests that are aborted at random moments do no harm: afterwards every route answers`, async () => {
  await abortStorm({
    port: Number(new URL(app.url).port),
    requests: REQUESTS,
    atOnce: 32,
    random: new Random(1).next,
  });
  for (const route of ROUTES) {
    const method = route === "/api/token" ? "POST" : "GET";
    const { status } = await fetch(app.url + route, { method });
    // Without a Durable Object or NATS some routes would answer 503; a NATS without authentication has no tokens.
    expect(status, route).toBe(route === "/api/token" || route.startsWith("/not") ? 404 : 200);
  }
  expect(app.trouble()).toBeNull();
});
