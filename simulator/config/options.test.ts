import { expect, test } from "vitest";
import { resolveSettings } from "../settings.ts";
import { readConfiguration } from "./options.ts";

const read = (text: string) => readConfiguration(text, {}, (path) => `the text of ${path}`);

test("reads addresses, limits and durations", () => {
  const { options, process } = read(`
    listen: "127.0.0.1:4333", server_name: one, http: 8222
    max_payload: 2KB, max_connections: 10, max_subscriptions: 5, max_pending: 1MB, max_control_line: 512
    ping_interval: "1m", ping_max: 3, write_deadline: "2s", lame_duck_duration: "30s", lame_duck_grace_period: 1
    ports_file_dir: "/tmp/ports", pid_file: "/tmp/pid", log_file: "/tmp/log"
    websocket { host: "127.0.0.2", port: -1, no_tls: true, allowed_origins: "https://a.example" }
  `);
  expect(options).toMatchObject({
    host: "127.0.0.1",
    tcpPort: 4333,
    serverName: "one",
    monitorPort: 8222,
    maxPayloadBytes: 2048,
    maxConnections: 10,
    maxSubscriptions: 5,
    maxPendingBytes: 1_048_576,
    maxControlLineBytes: 512,
    pingIntervalMs: 60_000,
    maxPingsOut: 3,
    writeDeadlineMs: 2000,
    lameDuckDurationMs: 30_000,
    lameDuckGraceMs: 1000,
    webSocketHost: "127.0.0.2",
    webSocketPort: 0,
    allowedOrigins: ["https://a.example"],
    auth: { type: "none" },
  });
  expect(process).toEqual({ portsFileDir: "/tmp/ports", pidFile: "/tmp/pid", logFile: "/tmp/log" });
  expect(() => resolveSettings(options)).not.toThrow();
});

test("field names match in any case, as in nats-server, including required ones", () => {
  expect(read("WebSocket { Port: 1, NO_TLS: true }").options.webSocketPort).toBe(1);
  const { tls } = read("websocket { port: 1, TLS { Cert_File: c, Key_File: k } }").options;
  expect(tls).toEqual({ websocket: { cert: "the text of c", key: "the text of k" } });
});

test("reads an address for the monitor alone", () => {
  const { options } = read('listen: "0.0.0.0:4222", http: "127.0.0.1:8222"');
  expect(options).toMatchObject({ host: "0.0.0.0", monitorHost: "127.0.0.1", monitorPort: 8222 });
});

test("0 means the default as in nats-server, and delays are capped at a timer's maximum", () => {
  const { options } = read(`
    ping_interval: "0s", ping_max: 0, write_deadline: "0s", max_payload: 0, max_pending: 0
    max_control_line: 0, max_connections: 0, max_subscriptions: 0
    authorization { token: t, timeout: 0 }
  `);
  const { auth: _a, tls: _t, ...zeros } = resolveSettings(options);
  const { auth: _b, tls: _u, ...defaults } = resolveSettings({});
  expect(zeros).toEqual(defaults);
  for (const pingIntervalMs of [720 * 3_600_000, Number.POSITIVE_INFINITY])
    expect(resolveSettings({ pingIntervalMs }).pingIntervalMs).toBe(2 ** 31 - 1);
  for (const pingIntervalMs of [-1, Number.NaN])
    expect(() => resolveSettings({ pingIntervalMs })).toThrow(
      `pingIntervalMs is ${pingIntervalMs}; give milliseconds`,
    );
});

test("takes the configuration that nats.js's own harness writes", () => {
  const { options } = read(`
    authorization {
      PERM { subscribe: bar, publish: foo }
      users [
        {
          user: derek
          password: foobar
          permission: $PERM
        }
      ]
    }
    host: "127.0.0.1"
    port: -1
    http: "127.0.0.1:-1"
    leafnodes {
      listen: "127.0.0.1:-1"
    }
    server_tags [
      id:ABC
    ]
  `);
  expect(options).toMatchObject({ tcpPort: 0, monitorPort: 0, leafNodePort: 0, serverTags: ["id:ABC"] });
  expect(options.auth).toMatchObject({
    users: [{ name: "derek", permissions: { subscribe: { allow: ["bar"] }, publish: { allow: ["foo"] } } }],
  });
});

test("reads the files of a tls block", () => {
  const { options } = read(`
    tls { cert_file: "c.pem", key_file: "k.pem" }
    websocket { port: 1, tls { cert_file: "wc.pem", key_file: "wk.pem" } }
  `);
  expect(options.tls).toEqual({
    tcp: { cert: "the text of c.pem", key: "the text of k.pem" },
    websocket: { cert: "the text of wc.pem", key: "the text of wk.pem" },
  });
});

test.each([
  ["authorization { token: t }", { type: "token", token: "t" }],
  ["authorization { user: a, password: b }", { type: "userpass", user: "a", pass: "b" }],
  [
    "authorization { users [ { user: a, pass: b, permission { sub: x, pub { deny: [y, z] } } } ] }\nno_auth_user: a",
    {
      type: "users",
      anonymousUser: "a",
      users: [
        {
          name: "a",
          password: "b",
          account: "$G",
          permissions: { subscribe: { allow: ["x"] }, publish: { deny: ["y", "z"] } },
        },
      ],
    },
  ],
  [
    "accounts { A { users [ { nkey: UABC, allowed_connection_types: [WEBSOCKET] } ] } }",
    {
      type: "users",
      users: [
        {
          name: "UABC",
          password: undefined,
          account: "A",
          permissions: undefined,
          allowedConnectionTypes: ["WEBSOCKET"],
        },
      ],
    },
  ],
  [
    "operator: eyJ0\nresolver: MEMORY\nresolver_preload { ABC: eyJ1 }",
    { type: "jwt", operators: ["eyJ0"], accounts: { ABC: "eyJ1" } },
  ],
  ["trusted_keys: [OABC]", { type: "jwt", operators: ["OABC"], accounts: {} }],
  ["operator: eyJ0\nauthorization { timeout: 1 }", { type: "jwt", operators: ["eyJ0"], accounts: {} }],
  ["operator: op.jwt\nresolver: MEM", { type: "jwt", operators: ["the text of op.jwt"], accounts: {} }],
])("understands who may come in: %s", (text, auth) => {
  expect(read(text).options.auth).toEqual(auth);
});

test.each([
  ["cluster { name: c }", /line 1: cluster is not supported; supported: host, /],
  ["port: 1\nleafnodes { remotes: [] }", /line 2: leafnodes.remotes is not supported/],
  [
    "jetstream: true",
    "line 1: jetstream is not supported: streams are created with startSimulator's option `streams`",
  ],
  ["jetstream { store_dir: x }", "jetstream is not supported"],
  ["mqtt { port: 1 }", "mqtt is not supported"],
  ["constructor: 1", "constructor is not supported"],
  ["websocket { jwt_cookie: x }", "websocket.jwt_cookie is not supported"],
  ["websocket { compression: true }", "websocket.compression is not supported"],
  [
    "authorization { users [ { user: a, permissions { publish { permit: x } } } ] }",
    "permit is not supported",
  ],
  ["authorization { user: a, password: $2a$11$abc }", "$2a$11$abc"],
  [
    'authorization { user: a, password: "$2a$11$abcdefghij" }',
    "authorization.password: a bcrypt hash is not supported",
  ],
  ["port: high", "line 1: port must be a whole number"],
  ["port: 70000", "line 1: port must be a port, or -1 for a free one"],
  ["listen: nowhere", "line 1: listen must be host:port"],
  ["ping_interval: soon", 'ping_interval must be a duration such as "2s"'],
  ["server_name: 7", "server_name must be text; quote numbers and true or false"],
  ["websocket: 8080", "websocket must be a block"],
  ["tls { cert_file: a }", "tls needs cert_file and key_file"],
  ["tls { cert_file: a, key_file: b, verify: true }", "tls.verify is not supported"],
  ["resolver: URL(http://x)", "resolver must be MEMORY or MEM"],
  ["authorization { users [ { password: x } ] }", "a user needs user or nkey"],
  ["authorization { user: a, password: b, token: c }", "can have only one of user, token and users"],
  ["authorization { user: a, users [ { user: b } ] }", "can have only one of user, token and users"],
  ["authorization { users [ { user: a }, { user: a } ] }", 'Duplicate user "a" detected'],
  ["trusted_keys: OABC\nno_auth_user: a", "no_auth_user can't be used beside trusted_keys"],
  ["accounts { A { } }\nauthorization { token: t }", "authorization.token can't be used beside accounts"],
  ["no_auth_user: nobody", 'no_auth_user: "nobody" not present as user or nkey'],
  ["websocket { port: 1, no_tls: false }", "line 1: websocket requires TLS configuration"],
  ["websocket { port: 1 }", "line 1: websocket requires TLS configuration, or no_tls: true"],
])("refuses %s by name", (text, message) => {
  expect(() => read(text)).toThrow(message);
});

test.each([
  ["authorization.user", "authorization { user: a, password: b }"],
  ["authorization.token", "authorization { token: t }"],
  ["authorization.users", "authorization { users [ { user: a } ] }"],
  ["accounts", "accounts { A { users [ { user: a } ] } }"],
  ["accounts", "accounts { A { } }"],
  ["no_auth_user", "no_auth_user: a"],
  ["trusted_keys", "trusted_keys: OABC"],
])("refuses %s beside an operator, who would leave it without effect: %s", (name, text) => {
  expect(() => read(`operator: eyJ0\n${text}`)).toThrow(`${name} can't be used beside operator`);
});
