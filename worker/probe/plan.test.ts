import { createAccount } from "@nats-io/nkeys";
import { afterEach, describe, expect, inject, test, vi } from "vitest";
import { EXPLANATIONS, fillServer } from "../../contract/explanations.ts";
import type { ServerCheck } from "../../contract/status.ts";
import { configOf } from "../config/testing.ts";
import { observe } from "../probe.ts";
import type { Settings } from "../settings.ts";
import { ask } from "../token/testing.ts";
import { probePlan } from "./plan.ts";
import { EMPTY_DNS, strange } from "./testing.ts";

const servers = inject("servers");
const TRIES_AT = [servers.operator.url];

describe("with credentials the probe logs in as the page would", () => {
  const { url, account, signingSeed, scopedSeed } = servers.operator;
  const closed = { AUTH_GATE: "passphrase", PASSPHRASE: "correct horse battery" };
  const userpass = { ...closed, AUTH_MODE: "userpass", NATS_USER: "u" };
  const jwt = { AUTH_MODE: "jwt", NATS_ACCOUNT: account, NATS_SIGNING_KEY: signingSeed };
  const elsewhere = {
    id: "orders",
    title: "O",
    subject: "orders.>",
    columns: [{ field: "id", title: "Id" }],
  };
  const scopedElsewhere = {
    ...jwt,
    NATS_SIGNING_KEY: scopedSeed,
    NATS_KEY_SCOPED: "true",
    FEEDS: JSON.stringify(["llm", elsewhere]),
  };
  const foreignSeed = new TextDecoder().decode(createAccount().getSeed());

  test("a server that falls silent after the publication times out", async () => {
    const closedUser = { ...userpass, NATS_PASSWORD: "p" };
    const seen = await look(strange("falls silent after the second PONG"), closedUser);
    expect(seen).toMatchObject({ status: "fail", fault: "timeout" });
    expect(seen?.phases.map(({ name }) => name)).toEqual(["upgrade", "info", "auth", "roundtrip"]);
  });

  async function look(server: string, settings: Settings): Promise<ServerCheck | undefined> {
    const config = configOf({ NATS_URL: server, ...settings });
    // Like the observatory: without credentials, publishing isn't tried.
    const tries = config.auth.mode === "none" ? [] : [server];
    return (await observe([server], await probePlan(config, tries), EMPTY_DNS)).servers[0];
  }

  test.each([
    ["the right password", servers.withPassword, { ...userpass, NATS_PASSWORD: "p" }, "pass"],
    ["a wrong password", servers.withPassword, { ...userpass, NATS_PASSWORD: "q" }, "auth-rejected"],
    [
      "a token where a password is wanted",
      servers.withPassword,
      { ...closed, AUTH_MODE: "token", NATS_TOKEN: "t" },
      "auth-rejected",
    ],
    ["a canary of the signing key", url, jwt, "pass"],
    [
      "a canary of the scoped key",
      url,
      { ...jwt, NATS_SIGNING_KEY: scopedSeed, NATS_KEY_SCOPED: "true" },
      "pass",
    ],
    [
      "a scoped key that isn't said to be one",
      url,
      { ...jwt, NATS_SIGNING_KEY: scopedSeed },
      "auth-rejected",
    ],
    ["a stranger's signing key", url, { ...jwt, NATS_SIGNING_KEY: foreignSeed }, "auth-rejected"],
    ["nothing, in operator mode", url, {}, "auth-required"],
    ["a scoped key whose role can't read a feed", url, scopedElsewhere, "permission"],
    ["a user who may not read a feed", servers.restricted, {}, "permission"],
  ] as const)("%s", async (_name, server, settings, expected) => {
    const seen = await look(server, settings);
    expect(seen?.durationMs).toBeLessThan(4000);
    if (expected === "pass") {
      expect(seen).toMatchObject({ status: "pass", observedValue: "reached" });
      return;
    }
    const { what, fix } = EXPLANATIONS[expected];
    expect(seen).toMatchObject({
      // One feed that may not be read doesn't affect the others.
      status: expected === "permission" ? "warn" : "fail",
      fault: expected,
      output: fillServer(what, server),
      fix: fillServer(fix, server),
    });
  });

  const roleThatPublishes = {
    ...jwt,
    NATS_SIGNING_KEY: servers.operator.publishingSeed,
    NATS_KEY_SCOPED: "true",
  };

  test.each([
    ["a user", servers.withPassword, { ...userpass, NATS_USER: "writer", NATS_PASSWORD: "p" }],
    ["a user who may not read a feed", servers.restricted, { ...userpass, NATS_PASSWORD: "p" }],
    ["a scoped key's role", url, roleThatPublishes],
  ])("%s that may publish causes the warning may-publish", async (_name, server, settings) => {
    expect(await look(server, settings)).toMatchObject({
      status: "warn",
      fault: "permission",
      output: `${server} lets viewers publish, though they should only read.`,
      fix: expect.stringMatching(/^Deny publishing/),
    });
  });
});

describe("a server whose clock isn't the worker's", () => {
  const { url, account, signingSeed } = servers.operator;
  const jwtMode = { AUTH_MODE: "jwt", NATS_ACCOUNT: account, NATS_SIGNING_KEY: signingSeed };
  const settings = { NATS_URL: url, ...jwtMode, TOKEN_LIFETIME_S: 120 };
  afterEach(() => vi.restoreAllMocks());

  // The probe's token lives as long as a viewer's, so both are accepted or both refused.
  test.each([
    [70, "pass", undefined],
    [-70, "pass", undefined],
    [130, "fail", "auth-rejected"],
  ] as const)("%i s ahead of it: %s", async (aheadS, status, kind) => {
    const config = configOf(settings);
    const realNow = Date.now;
    vi.spyOn(Date, "now").mockImplementation(() => realNow() - aheadS * 1000);
    const viewers = (await ask({ settings, around: { nowMs: Date.now() } })).body;
    const observation = await observe([url], await probePlan(config, TRIES_AT), EMPTY_DNS);
    expect(observation.servers[0]?.fault).toBe(kind);
    expect(observation.status).toBe(status);
    expect(Date.parse(String(viewers.expiresAt)) > realNow()).toBe(status === "pass");
  });
});

describe("the page's origin", () => {
  const viewing = { auth: { mode: "none" }, feeds: [], explore: [] } as const;
  const look = async (server: string, publicUrl: string | null) => {
    const plan = await probePlan({ ...viewing, servers: [server], publicUrl }, []);
    return (await observe([server], plan, EMPTY_DNS)).servers[0];
  };

  test("refused by a server causes a warning that names allowed_origins", async () => {
    expect(await look(servers.otherOrigin, "https://page.example")).toMatchObject({
      status: "warn",
      httpStatus: 101,
      fault: "upgrade-rejected",
      confidence: "certain",
      explanation: "origin-refused",
      output: expect.stringContaining("`allowed_origins`"),
    });
  });

  test.each(["https://other.example:8443", "http://other.example", "https://another.example"])(
    "%s isn't https://other.example",
    async (origin) => {
      expect((await look(servers.otherOrigin, origin))?.explanation).toBe("origin-refused");
    },
  );

  test.each(["https://other.example", null])("%s is accepted", async (origin) => {
    expect(await look(servers.otherOrigin, origin)).toMatchObject({
      status: "pass",
      observedValue: "reached",
    });
  });

  test("with https makes a ws:// server fail as mixed content, though the edge reaches it", async () => {
    const elsewhere = `ws://0.0.0.0:${new URL(servers.open).port}`;
    const mixed = { status: "fail", fault: "mixed-content", confidence: "certain" };
    expect(await look(elsewhere, "https://page.example")).toMatchObject(mixed);
    expect(await look(elsewhere, "http://page.example")).toMatchObject({ status: "pass" });
    // Browsers allow ws:// from https pages to the local machine.
    expect(await look(servers.open, "https://page.example")).toMatchObject({ status: "pass" });
  });

  test("isn't blamed for a 403 that every connection gets", async () => {
    expect(await look(strange("answers 403"), "https://page.example")).toMatchObject({
      status: "fail",
      fault: "upgrade-rejected",
      explanation: "upgrade-rejected",
    });
  });
});

describe("a feed's stream", () => {
  const look = async (stream: string) => {
    const FEEDS = [{ id: "s", title: "S", subject: "shop.>", stream }];
    const config = configOf({ NATS_URL: servers.streams, FEEDS });
    const plan = await probePlan(config, []);
    return (await observe([servers.streams], plan, EMPTY_DNS)).servers[0];
  };

  test("that republishes is subscribed to at the republished subject only", async () => {
    const stream = { name: "SHOP", republished: "live.shop.>", directGet: "history.SHOP" };
    const config = configOf({
      NATS_URL: servers.streams,
      FEEDS: [{ subject: "shop.>", stream }, "notes.>"],
    });
    expect((await probePlan(config, TRIES_AT)).subjects).toEqual(["live.shop.>", "notes.>"]);
  });

  test("that can be read causes no fault", async () => {
    const seen = await look("SHOP");
    expect(seen).toMatchObject({ status: "pass", observedValue: "reached" });
    expect(seen?.phases.map(({ name }) => name)).toContain("history");
  });

  test.each(["SHUT", "NOWHERE"])("%s, which can't be read, causes a warning", async (stream) => {
    expect(await look(stream)).toMatchObject({
      status: "warn",
      explanation: "no-history",
      fix: expect.stringContaining("`allow_direct`"),
    });
  });
});
