import { jwtAuthenticator, wsconnect } from "@nats-io/nats-core";
import { createUser } from "@nats-io/nkeys";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DEFAULT_FEEDS } from "../../worker/default-feeds.ts";
import { leaksIn } from "../../worker/leaks.ts";
import { type App, startApp } from "../support/servers/app.ts";
import type { Broker } from "../support/servers/broker.ts";
import { startNatsServer } from "../support/servers/nats-server.ts";
import { makeOperatorMode, type OperatorMode } from "../support/servers/worker-operator.ts";

const PASSPHRASE = "it's a long passphrase";

let operator: OperatorMode;
let broker: Broker;
let app: App;
/** All responses, for the scan at the end. */
const answers: string[] = [];

beforeAll(async () => {
  operator = await makeOperatorMode(DEFAULT_FEEDS.map(({ subject }) => subject));
  broker = await startNatsServer({ config: operator.config });
  app = await startApp({
    LOG: "json",
    NATS_URL: broker.webSocketUrl,
    AUTH_MODE: "jwt",
    AUTH_GATE: "passphrase",
    PASSPHRASE,
    NATS_ACCOUNT: operator.account,
    NATS_SIGNING_KEY: operator.signingSeed,
  });
});
afterAll(async () => {
  await app?.stop();
  await broker?.stop();
});

async function ask(path: string, init: RequestInit = {}): Promise<{ status: number; text: string }> {
  const response = await fetch(`${app.url}${path}`, init);
  const text = await response.text();
  answers.push([...response.headers].flat().join(" "), text);
  return { status: response.status, text };
}

const askForToken = (nkey: string, headers: Record<string, string> = {}) =>
  ask("/api/token", {
    method: "POST",
    headers: { Origin: app.url, "Content-Type": "application/json", ...headers },
    body: JSON.stringify({ nkey }),
  });

describe("a worker with a signing key, as it is served", () => {
  test("issues a token that a real server accepts", async () => {
    const user = createUser();
    const { status, text } = await askForToken(user.getPublicKey(), {
      Authorization: `Bearer ${PASSPHRASE}`,
    });
    expect(status).toBe(200);
    const { jwt } = JSON.parse(text) as { jwt: string };
    // The only response that may contain a token.
    answers.splice(answers.indexOf(text), 1);
    const connection = await wsconnect({
      servers: broker.webSocketUrl,
      authenticator: jwtAuthenticator(jwt, user.getSeed()),
      reconnect: false,
    });
    await connection.flush();
    await connection.close();
  });

  test("its own probe connects and passes", async () => {
    expect(JSON.parse((await ask("/readyz?verbose")).text)).toMatchObject({ status: "pass" });
  });

  test("refuses token requests without a passphrase, and those of other origins", async () => {
    const key = createUser().getPublicKey();
    expect((await askForToken(key)).status).toBe(401);
    expect((await askForToken(key, { Origin: "https://evil.example" })).status).toBe(403);
  });

  test("answers 429 to too many requests, whether the passphrase is right or not", async () => {
    const key = createUser().getPublicKey();
    const lastStatuses = async (): Promise<number[]> => {
      for (let i = 0; i < 11; i += 1) await askForToken(key);
      const right = { Authorization: `Bearer ${PASSPHRASE}` };
      return [(await askForToken(key)).status, (await askForToken(key, right)).status];
    };
    const before = answers.length;
    let statuses = await lastStatuses();
    // Requests are counted per minute, and a new minute may begin in between; more rounds would reach the total limit.
    if (statuses.some((status) => status !== 429)) {
      // In that case a response may contain a token.
      answers.splice(before);
      statuses = await lastStatuses();
    }
    expect(statuses).toEqual([429, 429]);
  });

  test("shows no secret in any response", async () => {
    for (const path of ["/api/config", "/api/status", "/metrics", "/badge", "/livez", "/api/nope", "/"])
      await ask(path);
    expect(answers.length).toBeGreaterThan(20);
    expectNoSecretIn(answers.join("\n"));
  });

  test("probes NATS without causing an error in NATS's log", async () => {
    for (let look = 0; look < 2; look += 1) {
      const { status } = await ask("/readyz", { headers: { "Cache-Control": "no-cache" } });
      expect(status).toBe(200);
    }
    expect(broker.log()).not.toMatch(/\[ERR\]/);
  });

  test("shows no secret in its log", () => {
    expect(app.output()).toContain('"message":"ready http');
    expectNoSecretIn(app.output());
  });
});

function expectNoSecretIn(text: string): void {
  expect(leaksIn(text)).toEqual([]);
  expect(text).not.toContain(PASSPHRASE);
}
