import { createAccount } from "@nats-io/nkeys";
import { describe, expect, inject, test } from "vitest";
import { EXPLANATIONS, type FaultKind, fillServer } from "../client/index.ts";
import { readConfig } from "./config.ts";
import type { Resolver } from "./probe/dns.ts";
import type { ServerObservation } from "./probe/observation.ts";
import type { Visitor } from "./probe/session.ts";
import { STRANGER, visitorOf } from "./probe/visitor.ts";
import { observe as observeWith } from "./probe.ts";
import type { Settings } from "./settings.ts";

const servers = inject("servers");
const { strange, nobody } = servers;

/** No answer may take longer, milliseconds. */
const LIMIT_MS = 4000;

const noSuchName = () => Promise.reject(Object.assign(new Error("fake"), { code: "ENOTFOUND" }));

/** Knows no name and asks nobody: no test looks anything up outside this machine. */
const EMPTY_DNS: Resolver = { resolve4: noSuchName, resolve6: noSuchName };

const observe = (names: readonly string[], visitor: Visitor) => observeWith(names, visitor, EMPTY_DNS);

/** A label longer than the DNS can carry (RFC 1035, section 2.3.4): the system's resolver fails without asking anybody. */
const UNASKABLE = `${"x".repeat(64)}.invalid`;

const MATRIX: readonly (readonly [name: string, server: string, kind: FaultKind])[] = [
  ["nobody listens", `ws://${nobody}`, "refused"],
  ["nobody listens, over TLS", `wss://${nobody}`, "refused"],
  ["no such name", `ws://${UNASKABLE}:9222`, "dns"],
  ["no such name, over TLS", `wss://${UNASKABLE}`, "dns"],
  ["reset", `ws://${strange["resets whoever speaks"]}`, "not-nats"],
  ["a port that accepts and is silent", `ws://${strange["accepts and says nothing"]}`, "timeout"],
  ["the same over TLS", `wss://${strange["accepts and says nothing"]}`, "timeout"],
  ["a real nats-server's TCP port", servers.plainTcp, "wrong-port"],
  ["the same over TLS", servers.plainTcp.replace("ws:", "wss:"), "wrong-port"],
  ["a NATS greeting over TCP", `ws://${strange["greets like NATS over TCP, then waits"]}`, "wrong-port"],
  ["an untrusted certificate", `wss://${strange["has an untrusted certificate"]}`, "tls"],
  ["ws:// to a TLS port", `ws://${strange["has an untrusted certificate"]}`, "tls"],
  ["ws:// to a TLS port that says so", `ws://${strange["says that it wants HTTPS"]}`, "tls"],
  ["wss:// to a plain WebSocket port", servers.open.replace("ws:", "wss:"), "tls"],
  ["HTTP 200", `ws://${strange["answers 200"]}`, "not-nats"],
  ["HTTP 302", `ws://${strange["answers 302"]}`, "upgrade-rejected"],
  ["HTTP 403", `ws://${strange["answers 403"]}`, "upgrade-rejected"],
  ["HTTP 503", `ws://${strange["answers 503"]}`, "upgrade-rejected"],
  ["HTTP 526, as Cloudflare's edge says it", `ws://${strange["answers 526"]}`, "tls"],
  ["open and silent", `ws://${strange["opens and says nothing"]}`, "timeout"],
  ["open and closed", `ws://${strange["opens and closes"]}`, "not-nats"],
  ["shutting down", `ws://${strange["shuts down"]}`, "server-shutdown"],
  ["text frames", `ws://${strange["sends text"]}`, "not-nats"],
  ["another protocol", `ws://${strange["sends another protocol"]}`, "not-nats"],
  ["INFO without end", `ws://${strange["sends INFO without end"]}`, "protocol"],
  ["INFO byte by byte", `ws://${strange["sends INFO byte by byte"]}`, "timeout"],
  ["INFO that isn't JSON", `ws://${strange["sends INFO that isn't JSON"]}`, "protocol"],
  ["no PONG", `ws://${strange["never answers PING"]}`, "timeout"],
  ["an -ERR nobody knows", `ws://${strange["refuses with HTML in -ERR"]}`, "protocol"],
  ["garbage after INFO", `ws://${strange["garbles what follows INFO"]}`, "protocol"],
  ["a full server", `ws://${strange["is full"]}`, "max-connections"],
  ["a real full nats-server", servers.full, "max-connections"],
  ["a revoked user", `ws://${strange["closes a revoked user"]}`, "auth-revoked"],
  ["a real nats-server that wants a password", servers.withPassword, "auth-required"],
];

describe("what is wrong is named, in time and in our own words", () => {
  test.concurrent.each(MATRIX)("%s", async (_name, server, kind) => {
    const { status, durationMs, servers: observed } = await observe([server], STRANGER);
    const fault = observed[0]?.fault;
    expect(fault?.kind).toBe(kind);
    expect(fault?.sentence).toBe(fillServer(EXPLANATIONS[kind].what, server));
    expect(fault?.fix).toBe(fillServer(EXPLANATIONS[kind].fix, server));
    expect(status).toBe("fail");
    expect(durationMs).toBeLessThan(LIMIT_MS);
  });

  test("nothing that a server sends is shown", async () => {
    const seen = JSON.stringify(await observe([`ws://${strange["refuses with HTML in -ERR"]}`], STRANGER));
    expect(seen).not.toMatch(/script|SUAHOSTILE|eyJ/);
  });
});

describe("what works", () => {
  test.each([
    ["a real nats-server", servers.open],
    ["INFO split over many frames", `ws://${strange["splits INFO over frames"]}`],
  ])("%s", async (_name, server) => {
    const { status, servers: observed } = await observe([server], STRANGER);
    expect(status).toBe("pass");
    expect(observed[0]?.fault).toBeNull();
    expect(observed[0]?.phases.map(({ name }) => name)).toEqual([
      "upgrade",
      "info",
      "auth",
      "roundtrip",
      "subscribe",
    ]);
  });

  test("one server of two is a warning", async () => {
    const { status, servers: observed } = await observe([servers.open, `ws://${nobody}`], STRANGER);
    expect(status).toBe("warn");
    expect(observed.map((one) => one.status)).toEqual(["pass", "fail"]);
  });
});

describe("with credentials the probe comes in as the page would", () => {
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
  const strangerSeed = new TextDecoder().decode(createAccount().getSeed());

  async function look(server: string, settings: Settings): Promise<ServerObservation | undefined> {
    const result = readConfig({ NATS_URL: server, ...settings });
    if (!result.ok) throw new Error(JSON.stringify(result.problems));
    return (await observe([server], await visitorOf(result.config))).servers[0];
  }

  async function outcome(server: string, settings: Settings): Promise<string> {
    const seen = await look(server, settings);
    return seen?.fault?.kind ?? seen?.status ?? "nothing";
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
    ["a stranger's signing key", url, { ...jwt, NATS_SIGNING_KEY: strangerSeed }, "auth-rejected"],
    ["nothing, in operator mode", url, {}, "auth-required"],
    ["a scoped key whose role can't read a feed", url, scopedElsewhere, "permission"],
    ["a user who may not read a feed", servers.restricted, {}, "permission"],
  ])("%s", async (_name, server, settings, expected) => {
    expect(await outcome(server, settings)).toBe(expected);
  });

  const roleThatPublishes = {
    ...jwt,
    NATS_SIGNING_KEY: servers.operator.publishingSeed,
    NATS_KEY_SCOPED: "true",
  };

  test.each([
    ["a user", servers.withPassword, { ...userpass, NATS_USER: "writer", NATS_PASSWORD: "p" }],
    ["a scoped key's role", url, roleThatPublishes],
  ])("%s that may publish is a warning of its own", async (_name, server, settings) => {
    expect(await look(server, settings)).toMatchObject({
      status: "warn",
      fault: {
        kind: "permission",
        sentence: `${server} lets these credentials publish, though a viewer should only read.`,
        fix: expect.stringMatching(/^Deny publishing/),
      },
    });
  });
});
